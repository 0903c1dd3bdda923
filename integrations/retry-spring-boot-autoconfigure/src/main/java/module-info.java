import org.jspecify.annotations.NullMarked;

/** What both starters for Spring Boot share. The modules of Spring are automatic. */
@NullMarked
module io.forbear.retry.spring.boot {
    requires transitive io.forbear.retry;
    requires transitive io.forbear.retry.core;
    requires transitive spring.beans;
    requires transitive spring.boot;
    requires transitive spring.context;
    requires transitive spring.core;
    requires spring.boot.autoconfigure;
    requires static io.forbear.retry.micrometer;
    requires static io.forbear.retry.otel;
    requires static io.forbear.retry.spring;
    requires static reactor.core;
    requires static spring.boot.actuator;
    requires static spring.boot.actuator.autoconfigure;
    requires static transitive spring.web;
    requires static transitive spring.webflux;
    requires static transitive org.jspecify;

    exports io.forbear.retry.spring.boot;
}
