/** Calls of Kotlin's coroutines and flows that are retried, and policies in Kotlin. */
module io.forbear.retry.kotlin {
    requires transitive io.forbear.retry;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;

    exports io.forbear.retry.kotlin;
}
