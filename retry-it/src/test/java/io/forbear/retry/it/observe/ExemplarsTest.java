package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.tracer.common.SpanContext;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where the exemplars of durations lead, with a real registry of Prometheus and a real SDK of OpenTelemetry. */
class ExemplarsTest {

    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final Pattern EXEMPLAR =
            Pattern.compile("forbear_(attempt|call)_duration_seconds.* # \\{.*span_id=\"([0-9a-f]{16})\".*");

    /** The current span, as Prometheus' client asks for it. */
    private static final class Current implements SpanContext {

        @Override
        public String getCurrentTraceId() {
            return Span.current().getSpanContext().getTraceId();
        }

        @Override
        public String getCurrentSpanId() {
            return Span.current().getSpanContext().getSpanId();
        }

        @Override
        public boolean isCurrentSpanSampled() {
            return Span.current().getSpanContext().isSampled();
        }

        @Override
        public void markCurrentSpanAsExemplar() {}
    }

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(
            PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new Current());
    private final Retry users = Retries.named("users")
            .policy(RetryPolicy.builder().maxAttempts(2).backoff(Backoff.none()).build())
            .listener(OpenTelemetryRetry.builder(sdk)
                    .inContext(
                            MicrometerRetry.builder(registry).standardBuckets().build())
                    .build())
            .build();

    private Set<String> spans(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith(name))
                .map(SpanData::getSpanId)
                .collect(Collectors.toSet());
    }

    private Set<String> exemplars(String of) {
        return registry.scrape(OPEN_METRICS)
                .lines()
                .map(EXEMPLAR::matcher)
                .filter(Matcher::matches)
                .filter(line -> line.group(1).equals(of))
                .map(line -> line.group(2))
                .collect(Collectors.toSet());
    }

    @Test
    @SuppressWarnings("try") // the scope is only to be closed
    void exemplarsOfAttemptsLeadToTheirSpansAndThoseOfCallsToTheCalls() throws IOException {
        int[] made = {0};
        Span caller = sdk.getTracer("caller").spanBuilder("caller").startSpan();
        try (var scope = caller.makeCurrent()) {
            users.call(() -> {
                if (made[0]++ == 0) {
                    throw new IOException("down");
                }
                return "done";
            });
        }
        caller.end();

        assertThat(exemplars("attempt")).isNotEmpty().isSubsetOf(spans("attempt"));
        assertThat(exemplars("call")).isNotEmpty().isSubsetOf(spans("retry users"));
    }

    @Test
    void thoseOfAnAsynchronousCallDoSoOnWhateverThreadItEnds() {
        CompletableFuture<String> late = new CompletableFuture<>();
        CompletableFuture<String> call = users.callAsync(() -> late);
        Thread other = new Thread(() -> late.complete("done"));
        other.start();
        call.join();

        assertThat(exemplars("attempt")).isEqualTo(spans("attempt")).hasSize(1);
        assertThat(exemplars("call")).isEqualTo(spans("retry users")).hasSize(1);
    }
}
