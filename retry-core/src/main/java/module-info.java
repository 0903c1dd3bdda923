import org.jspecify.annotations.NullMarked;

/** The engine. What is exported are its doors; the loops, the decision and the state of clients stay inside. */
@NullMarked
module io.forbear.retry.core {
    requires transitive io.forbear.retry;
    requires static transitive java.management;
    requires static java.net.http;
    requires static jdk.management;
    requires static transitive org.jspecify;

    exports io.forbear.retry.core;
    exports io.forbear.retry.core.breaker;
    exports io.forbear.retry.core.budget;
    exports io.forbear.retry.core.config;
    exports io.forbear.retry.core.gate;
    exports io.forbear.retry.core.jmx;
    exports io.forbear.retry.core.signal;
    exports io.forbear.retry.core.sla;
    exports io.forbear.retry.core.tuner;
}
