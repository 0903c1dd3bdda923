package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.otel.AttemptContext;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.contrib.awsxray.AwsXrayIdGenerator;
import io.opentelemetry.contrib.awsxray.propagator.AwsXrayPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls under AWS X-Ray: its trace ids, its header, and the number of the attempt beside it. */
class XRayTest {

    private static final String HEADER = "X-Amzn-Trace-Id";

    private static final TextMapGetter<Map<String, String>> GETTER = new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // of OpenTelemetry, which asks for it all the same
        public Iterable<String> keys(Map<String, String> headers) {
            return headers.keySet();
        }

        @Override
        public String get(Map<String, String> headers, String key) {
            return headers == null ? null : headers.get(key);
        }
    };

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .setIdGenerator(AwsXrayIdGenerator.getInstance())
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .setPropagators(ContextPropagators.create(
                    TextMapPropagator.composite(AwsXrayPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
            .build();
    private final List<Map<String, String>> requests = new ArrayList<>();
    private final Retry users = Retries.named("users")
            .policy(RetryPolicy.builder()
                    .maxAttempts(3)
                    .backoff(Backoff.fixed(Duration.ofMillis(1)))
                    .build())
            .withoutBudget()
            .withoutCircuitBreaker()
            .listener(OpenTelemetryRetry.create(sdk))
            .build();

    @AfterEach
    void stop() {
        users.close();
        sdk.close();
    }

    /** Makes the headers of a request, as an instrumented client does it. */
    private void request() {
        Map<String, String> headers = new HashMap<>();
        sdk.getPropagators().getTextMapPropagator().inject(Context.current(), headers, XRayTest::set);
        AttemptContext.inject(Context.current(), headers, XRayTest::set);
        requests.add(headers);
    }

    private static void set(Map<String, String> headers, String name, String value) {
        Objects.requireNonNull(headers).put(name, value);
    }

    private void headersNameTheirAttempts() {
        List<SpanData> attempts = exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith("attempt "))
                .toList();
        assertThat(attempts).hasSameSizeAs(requests).hasSize(3);
        for (int i = 0; i < attempts.size(); i++) {
            SpanData attempt = attempts.get(i);
            String trace = attempt.getTraceId();
            String root = "1-" + trace.substring(0, 8) + "-" + trace.substring(8);
            assertThat(requests.get(i).get(HEADER))
                    .startsWith("Root=" + root + ";Parent=" + attempt.getSpanId() + ";Sampled=1");
            // the baggage by itself: this propagator's reading asks for internals that OpenTelemetry 1.68 no longer has
            Context farSide = W3CBaggagePropagator.getInstance().extract(Context.root(), requests.get(i), GETTER);
            assertThat(AttemptContext.attempt(farSide)).isEqualTo(i + 1);
            assertThat(AttemptContext.extract(requests.get(i), GETTER)).isEqualTo(i + 1);
        }
    }

    @Test
    void everyAttemptOfABlockingCallTravelsInTheHeaderOfXRay() throws IOException {
        long before = Instant.now().getEpochSecond();
        users.call(() -> {
            request();
            if (requests.size() < 3) {
                throw new IOException("down");
            }
            return "done";
        });

        headersNameTheirAttempts();
        String trace = exporter.getFinishedSpanItems().get(0).getTraceId();
        assertThat(Long.parseLong(trace.substring(0, 8), 16))
                .describedAs("X-Ray reads the begin of a trace from its id")
                .isBetween(before, Instant.now().getEpochSecond());
    }

    @Test
    void everyAttemptOfAnAsynchronousCallTravelsInTheHeaderOfXRay() {
        users.callAsync(() -> {
                    request();
                    return requests.size() < 3
                            ? CompletableFuture.failedFuture(new IOException("down"))
                            : CompletableFuture.completedFuture("done");
                })
                .join();

        headersNameTheirAttempts();
    }
}
