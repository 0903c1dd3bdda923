import org.jspecify.annotations.NullMarked;

/** What is of Spring Boot 3.5 alone. The modules of Spring are automatic. */
@NullMarked
module io.forbear.retry.spring.boot3 {
    requires transitive io.forbear.retry.core;
    requires transitive io.forbear.retry.spring.boot;
    requires spring.boot.autoconfigure;
    requires spring.context;
    requires static spring.boot.actuator;
    requires static spring.boot.actuator.autoconfigure;
    requires static spring.web;
    requires static spring.webflux;
    requires static transitive org.jspecify;

    exports io.forbear.retry.spring.boot3;
}
