package io.forbear.retry.otel;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.operations.ServiceEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Begins the spans of calls. */
final class Tracing implements RetryListener {

    private static final RetryListener SILENT = new RetryListener() {};

    private final Tracer tracer;
    private final Options options;
    private final boolean recording;
    private final RetryListener told;
    private final Openings openings = new Openings();

    private Tracing(Tracer tracer, Options options, boolean recording) {
        this.tracer = tracer;
        this.options = options;
        this.recording = recording;
        RetryListener other = options.inContext();
        this.told = other == null ? SILENT : other;
    }

    static Tracing of(OpenTelemetry openTelemetry, Options options) {
        TracerProvider provider = openTelemetry.getTracerProvider();
        Tracer tracer = provider.tracerBuilder("io.forbear.retry")
                .setSchemaUrl(RetryAttributes.SCHEMA)
                .build();
        return new Tracing(tracer, options, provider != TracerProvider.noop());
    }

    @Override
    public boolean observesEveryCall() {
        return recording || told.observesEveryCall();
    }

    @Override
    public @Nullable CallObserver observe(String service, @Nullable String client, CallOptions call) {
        CallObserver other = told.observesEveryCall() ? told.observe(service, client, call) : null;
        if (!recording || told == SILENT && !NewerTracer.isEnabled(tracer)) {
            return other;
        }
        TracedCall traced = new TracedCall(tracer, options, openings, service, client);
        return other == null ? traced : new CallInContext(traced, other);
    }

    /** For tests of what is remembered. */
    Openings openings() {
        return openings;
    }

    // ---- what another listener is told: by the observer, in the call's context; without one, from here

    @Override
    public void registered(Retry retry) {
        told.registered(retry);
    }

    @Override
    public void closed(Retry retry) {
        openings.over(retry.name());
        told.closed(retry);
    }

    @Override
    public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
        if (to == CircuitBreaker.State.OPEN && recording) {
            openings.opened(service);
        } else if (to != CircuitBreaker.State.HALF_OPEN) {
            openings.over(service);
        }
        told.onTransition(service, from, to);
    }

    @Override
    public void onEvent(ServiceEvent event) {
        told.onEvent(event);
    }

    @Override
    public void onRetry(FailedAttempt failed, Duration delay) {
        if (!recording) {
            told.onRetry(failed, delay);
        }
    }

    @Override
    public void onStop(FailedAttempt failed, StopReason reason) {
        if (!recording) {
            told.onStop(failed, reason);
        }
    }

    @Override
    public void onRecovered(String service, int attempts) {
        if (!recording) {
            told.onRecovered(service, attempts);
        }
    }
}
