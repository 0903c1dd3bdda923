package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Counters, meters, spans and the caller's own tally of one scripted run say the same, for every way to make a call.
 */
class TruthTest {

    private static final Duration DELAY = Duration.ofMillis(100);

    /** How often each thing happened; a call is filed under how it ended. */
    private record Tally(long calls, long attempts, Map<String, Long> ends, double delaySeconds) {}

    private final ManualClock clock = new ManualClock();
    private final ManualSleeper sleeper = new ManualSleeper(clock);
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final MockClock meterClock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, meterClock);
    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final CircuitBreaker breaker = CircuitBreakers.failureRate(1).create("users", clock);
    private final Retry users = Retries.named("users")
            .policy(RetryPolicy.builder()
                    .maxAttempts(3)
                    .backoff(Backoff.fixed(DELAY))
                    .build())
            .withoutBudget()
            .circuitBreaker((service, time) -> breaker)
            .runtime(r -> r.clock(clock).sleeper(sleeper).scheduler(scheduler).executor(Runnable::run))
            .listener(MicrometerRetry.bindTo(registry))
            .listener(OpenTelemetryRetry.create(sdk))
            .build();

    private long calls;
    private long attempts;
    private final Map<String, Long> ends = new TreeMap<>();

    @AfterEach
    void stop() {
        users.close();
        sdk.close();
    }

    private void ended(String how) {
        calls++;
        ends.merge(how, 1L, Long::sum);
    }

    private static String word(StopReason reason) {
        return reason.name().toLowerCase(Locale.ROOT);
    }

    /** Makes one attempt of the script: throws what comes next, succeeds where nothing does. */
    private String attempt(Queue<Exception> script) throws Exception {
        attempts++;
        Exception next = script.poll();
        if (next != null) {
            throw next;
        }
        return "done";
    }

    private static Queue<Exception> failing(int times) {
        Queue<Exception> script = new ArrayDeque<>();
        for (int i = 0; i < times; i++) {
            script.add(new IOException("down"));
        }
        return script;
    }

    private static Queue<Exception> wrong() {
        return new ArrayDeque<>(List.of(new IllegalArgumentException("wrong")));
    }

    private void blocking(Queue<Exception> script, String end) {
        try {
            users.call(() -> attempt(script));
        } catch (Exception failure) {
            assertThat(end).isNotIn("success", "recovered");
        }
        ended(end);
    }

    private void asynchronous(Queue<Exception> script, String end) {
        CompletableFuture<String> future = users.callAsync(() -> {
            try {
                return CompletableFuture.completedFuture(attempt(script));
            } catch (Exception failure) {
                return CompletableFuture.failedFuture(failure);
            }
        });
        scheduler.runAll();
        assertThat(future.isCompletedExceptionally())
                .isEqualTo(!List.of("success", "recovered").contains(end));
        ended(end);
    }

    private void byHand(Queue<Exception> script, String end) throws Exception {
        try (RetryCall call = users.begin()) {
            while (true) {
                try {
                    attempt(script);
                    call.succeeded();
                    break;
                } catch (IOException | IllegalArgumentException failure) {
                    if (!(call.failed(failure) instanceof RetryDecision.Again retry)) {
                        break;
                    }
                    sleeper.sleep(retry.delay().toNanos());
                    assertThat(call.resume()).isTrue();
                }
            }
        }
        ended(end);
    }

    /** Cancels a call while its attempt runs, and one while it waits. */
    private void cancelled() {
        CompletableFuture<String> running = users.callAsync(() -> {
            attempts++;
            return new CompletableFuture<>();
        });
        running.cancel(true);
        ended(word(StopReason.CANCELLED));
        CompletableFuture<String> waiting = users.callAsync(() -> {
            attempts++;
            return CompletableFuture.failedFuture(new IOException("down"));
        });
        waiting.cancel(true);
        ended(word(StopReason.CANCELLED));
    }

    /** A batch of three, of which one item comes back so often. */
    private void batch(int failures, String end) {
        int[] made = new int[1];
        users.callBatch(List.of("a", "b", "c"), items -> {
            attempts++;
            return made[0]++ < failures ? BatchOutcome.unprocessed(List.of("b")) : BatchOutcome.allSucceeded();
        });
        ended(end);
    }

    private void refusedByTheBreaker() {
        breaker.forceOpen();
        assertThatThrownBy(() -> users.call(() -> attempt(failing(0)))).isInstanceOf(CircuitOpenException.class);
        ended(word(StopReason.CIRCUIT_OPEN));
        assertThat(users.callAsync(() -> CompletableFuture.completedFuture("done")))
                .isCompletedExceptionally();
        ended(word(StopReason.CIRCUIT_OPEN));
        assertThatThrownBy(users::begin).isInstanceOf(CircuitOpenException.class);
        ended(word(StopReason.CIRCUIT_OPEN));
    }

    private Tally own() {
        double waited = Stream.concat(sleeper.sleeps().stream(), scheduler.delays().stream())
                .mapToLong(Duration::toNanos)
                .sum();
        return new Tally(calls, attempts, ends, waited / 1e9);
    }

    private Tally counters() {
        RetrySnapshot snapshot = users.snapshot();
        Map<String, Long> found = new TreeMap<>();
        found.put("success", snapshot.successes() - snapshot.recovered());
        found.put("recovered", snapshot.recovered());
        Arrays.stream(StopReason.values()).forEach(reason -> found.put(word(reason), snapshot.stopped(reason)));
        found.values().removeIf(count -> count == 0);
        return new Tally(snapshot.calls(), snapshot.attempts(), found, snapshot.delayNanos() / 1e9);
    }

    private Tally meters() {
        meterClock.add(1, TimeUnit.SECONDS);
        Map<String, Long> found = new TreeMap<>();
        for (FunctionCounter counter : registry.get("forbear.calls").functionCounters()) {
            String reason = counter.getId().getTag("reason");
            String end = "none".equals(reason) ? counter.getId().getTag("outcome") : reason;
            if (counter.count() > 0) {
                found.merge(end, (long) counter.count(), Long::sum);
            }
        }
        long all = found.values().stream().mapToLong(Long::longValue).sum();
        long made = (long) registry.get("forbear.attempts").functionCounter().count();
        return new Tally(
                all,
                made,
                found,
                registry.get("forbear.delay").functionCounter().count());
    }

    private Tally spans() {
        List<SpanData> all = exporter.getFinishedSpanItems();
        List<SpanData> roots = all.stream()
                .filter(span -> span.getName().equals("retry users"))
                .toList();
        List<SpanData> made = all.stream()
                .filter(span -> span.getName().startsWith("attempt "))
                .toList();
        Map<String, Long> found = new TreeMap<>();
        for (SpanData root : roots) {
            String reason = root.getAttributes().get(AttributeKey.stringKey("retry.reason"));
            Long number = root.getAttributes().get(AttributeKey.longKey("retry.attempts"));
            found.merge(reason != null ? reason : number == 1 ? "success" : "recovered", 1L, Long::sum);
        }
        double delays = roots.stream()
                .map(SpanData::getEvents)
                .flatMap(Collection::stream)
                .mapToDouble(event -> event.getAttributes().get(AttributeKey.doubleKey("retry.delay")))
                .sum();
        assertThat(made)
                .allSatisfy(span ->
                        assertThat(roots).extracting(SpanData::getSpanId).contains(span.getParentSpanId()));
        assertThat(all).allMatch(SpanData::hasEnded).hasSize(roots.size() + made.size());
        return new Tally(roots.size(), made.size(), found, Math.round(delays * 1e9) / 1e9);
    }

    @Test
    void countersMetersSpansAndCallersAgree() throws Exception {
        for (int failures = 0; failures <= 3; failures++) {
            String end = failures == 0 ? "success" : failures < 3 ? "recovered" : word(StopReason.ATTEMPTS_EXHAUSTED);
            blocking(failing(failures), end);
            asynchronous(failing(failures), end);
            byHand(failing(failures), end);
            batch(failures, end);
        }
        blocking(wrong(), word(StopReason.NOT_RETRYABLE));
        asynchronous(wrong(), word(StopReason.NOT_RETRYABLE));
        byHand(wrong(), word(StopReason.NOT_RETRYABLE));
        cancelled();
        refusedByTheBreaker();

        assertThat(counters()).isEqualTo(own());
        assertThat(meters()).isEqualTo(own());
        assertThat(spans()).isEqualTo(own());
        assertThat(users.snapshot().failedAttempts(ErrorCategory.NETWORK_ERROR)).isPositive();
    }
}
