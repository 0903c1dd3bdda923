import org.jspecify.annotations.NullMarked;

/** What is of Spring Boot 4 alone. The modules of Spring are automatic. */
@NullMarked
module io.forbear.retry.spring.boot4 {
    requires transitive io.forbear.retry.core;
    requires transitive io.forbear.retry.spring.boot;
    requires spring.boot.autoconfigure;
    requires spring.context;
    requires static spring.boot.health;
    requires static spring.boot.restclient;
    requires static spring.boot.webclient;
    requires static spring.web;
    requires static spring.webflux;
    requires static transitive org.jspecify;

    exports io.forbear.retry.spring.boot4;
}
