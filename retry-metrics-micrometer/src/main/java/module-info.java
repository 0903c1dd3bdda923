import org.jspecify.annotations.NullMarked;

/** Meters over the counters of the engine. Micrometer's own modules are automatic. */
@NullMarked
module io.forbear.retry.micrometer {
    requires transitive io.forbear.retry;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports io.forbear.retry.micrometer;
}
