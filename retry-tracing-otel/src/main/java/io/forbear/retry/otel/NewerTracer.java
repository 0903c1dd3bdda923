package io.forbear.retry.otel;

import io.opentelemetry.api.trace.Tracer;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** A method that {@link Tracer} does not have in the OpenTelemetry that Spring Boot 3.5 and 4.0 bring. */
final class NewerTracer {

    private static final @Nullable MethodHandle IS_ENABLED = find();

    private NewerTracer() {}

    private static @Nullable MethodHandle find() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Tracer.class, "isEnabled", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException | IllegalAccessException older) {
            return null;
        }
    }

    /** Returns whether spans are made at all; an older tracer does not say, and makes them. */
    static boolean isEnabled(Tracer tracer) {
        if (IS_ENABLED == null) {
            return true;
        }
        try {
            return (boolean) IS_ENABLED.invokeExact(tracer);
        } catch (Throwable thrown) {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw thrown instanceof RuntimeException fault ? fault : new IllegalStateException(thrown);
        }
    }
}
