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
    requires static io.forbear.retry.testkit;
    requires static org.junit.jupiter.api;
    requires static reactor.core;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.boot.actuator;
    requires static spring.boot.test;
    requires static spring.test;
    requires static spring.web;
    requires static spring.webflux;
    requires static transitive org.jspecify;

    exports io.forbear.retry.spring.boot;
    exports io.forbear.retry.spring.boot.test;
}
