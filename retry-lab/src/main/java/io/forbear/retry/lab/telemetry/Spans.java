package io.forbear.retry.lab.telemetry;

import io.forbear.retry.RetryListener;
import io.forbear.retry.lab.storm.StatusException;
import io.forbear.retry.otel.AttemptContext;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Exports the spans of calls, attempts and requests, as OpenTelemetry's variables say; nothing where they ask for
 * nothing.
 */
final class Spans implements AutoCloseable {

    private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private static final long CLOSE_SECONDS = 5;

    /** The default: one call in ten, for a storm makes more spans than a reader needs. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "retry-lab",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.traces.sampler", "parentbased_traceidratio",
            "otel.traces.sampler.arg", "0.1",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    /** Held, so that its level stays: what it has to say of wrong settings is in the exception too. */
    private static final Logger AUTOCONFIGURE = Logger.getLogger("io.opentelemetry.sdk.autoconfigure");

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> URL = AttributeKey.stringKey("url.full");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final OpenTelemetrySdk sdk;
    private final String endpoint;
    private final Tracer tracer;

    private Spans(OpenTelemetrySdk sdk, String endpoint) {
        this.sdk = sdk;
        this.endpoint = endpoint;
        this.tracer = sdk.getTracer("io.forbear.retry.lab");
    }

    static @Nullable Spans asAskedFor(Map<String, String> environment) {
        String endpoint = environment.getOrDefault(TRACES_ENDPOINT, environment.getOrDefault(ENDPOINT, ""));
        if (endpoint.isBlank()) {
            return null;
        }
        AUTOCONFIGURE.setLevel(Level.WARNING);
        try {
            return new Spans(
                    AutoConfiguredOpenTelemetrySdk.builder()
                            .addPropertiesSupplier(() -> DEFAULTS)
                            .disableShutdownHook()
                            .build()
                            .getOpenTelemetrySdk(),
                    endpoint);
        } catch (ConfigurationException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "OTEL_*: " + wrong.getMessage() + " (expected: settings that OpenTelemetry takes)", wrong);
        }
    }

    RetryListener listener() {
        return OpenTelemetryRetry.create(sdk);
    }

    String description() {
        return endpoint;
    }

    /** Sends a request in a span of kind CLIENT, a child of the attempt, whose context goes along in the headers. */
    @SuppressWarnings("try") // the scope is only to be closed
    CompletableFuture<Integer> request(HttpRequest request, Function<HttpRequest, CompletableFuture<Integer>> send) {
        Span span = tracer.spanBuilder(request.method())
                .setSpanKind(SpanKind.CLIENT)
                .setAttribute(METHOD, request.method())
                .setAttribute(HOST, request.uri().getHost())
                .setAttribute(PORT, (long) request.uri().getPort())
                .setAttribute(URL, request.uri().toString())
                .startSpan();
        AttemptContext.markResend(span);
        HttpRequest.Builder instrumented = HttpRequest.newBuilder(request, (name, value) -> true);
        sdk.getPropagators()
                .getTextMapPropagator()
                .inject(Context.current().with(span), instrumented, (builder, name, value) -> {
                    if (builder != null) {
                        builder.setHeader(name, value);
                    }
                });
        try (Scope ignored = span.makeCurrent()) {
            CompletableFuture<Integer> answer = send.apply(instrumented.build());
            answer.whenComplete((status, failure) -> end(span, status, failure));
            return answer;
        } catch (RuntimeException | Error refused) {
            end(span, null, refused);
            throw refused;
        }
    }

    private static void end(Span span, @Nullable Integer status, @Nullable Throwable failure) {
        Throwable cause = failure == null || failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof StatusException answered) {
            span.setAttribute(STATUS, (long) answered.status());
            span.setAttribute(ERROR_TYPE, Integer.toString(answered.status()));
            span.setStatus(StatusCode.ERROR);
        } else if (cause != null) {
            span.setAttribute(ERROR_TYPE, cause.getClass().getName());
            span.setStatus(StatusCode.ERROR);
        } else if (status != null) {
            span.setAttribute(STATUS, (long) status);
        }
        span.end();
    }

    /** Waits, not for ever, for what is still to be exported. */
    @Override
    public void close() {
        sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
