/** Calls of Kotlin's coroutines and flows that are retried, and policies in Kotlin. */
@SuppressWarnings("module") // retry-spring is compiled later
module io.forbear.retry.kotlin {
    requires transitive io.forbear.retry;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires static kotlinx.coroutines.reactor;
    requires static org.reactivestreams;
    requires static reactor.core;

    exports io.forbear.retry.kotlin;
    exports io.forbear.retry.kotlin.internal to
            io.forbear.retry.spring;
}
