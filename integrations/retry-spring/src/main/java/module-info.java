import org.jspecify.annotations.NullMarked;

/** Spring whose beans and HTTP clients retry. */
@NullMarked
module io.forbear.retry.spring {
    requires transitive io.forbear.retry;
    requires io.forbear.retry.http;
    requires transitive spring.aop;
    requires transitive spring.beans;
    requires transitive spring.context;
    requires transitive spring.core;
    requires spring.expression;
    requires static transitive org.jspecify;
    requires static io.forbear.retry.kotlin;
    requires static io.forbear.retry.reactor;
    requires static kotlin.stdlib;
    requires static kotlinx.coroutines.core;
    requires static transitive reactor.core;
    requires static org.reactivestreams;
    requires static spring.tx;
    requires static transitive spring.web;
    requires static transitive spring.webflux;

    exports io.forbear.retry.spring;
    exports io.forbear.retry.spring.web;
}
