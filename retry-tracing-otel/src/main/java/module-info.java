import org.jspecify.annotations.NullMarked;

/** A span for each call and each attempt. OpenTelemetry's own modules are automatic. */
@NullMarked
module io.forbear.retry.otel {
    requires transitive io.forbear.retry;
    requires transitive io.opentelemetry.api;
    requires transitive io.opentelemetry.context;
    requires static transitive org.jspecify;

    exports io.forbear.retry.otel;
}
