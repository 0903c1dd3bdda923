package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try")
class OpenTelemetryRetryTest {

    /** Who logs what is thrown here on purpose; kept, for its filter goes with it. */
    private static final Logger FAULTS = Logger.getLogger("io.forbear.retry");

    @BeforeAll
    static void leavesOutWhatIsThrownOnPurpose() {
        FAULTS.setFilter(line -> !(line.getThrown() instanceof IllegalStateException));
    }

    @AfterAll
    static void logsAllAgain() {
        FAULTS.setFilter(null);
    }

    /** Knows how many spans are open. */
    private static final class Open implements SpanProcessor {
        private final AtomicInteger open = new AtomicInteger();

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {
            open.incrementAndGet();
        }

        @Override
        public boolean isStartRequired() {
            return true;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            open.decrementAndGet();
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }
    }

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final Open open = new Open();
    private final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(open)
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);

    private Retries.Builder named(RetryListener listener) {
        return Retries.named("users")
                .runtime(r -> r.clock(clock)
                        .sleeper(new ManualSleeper(clock))
                        .executor(Runnable::run)
                        .scheduler(scheduler))
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(Duration.ofMillis(250)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .listener(listener);
    }

    private Retry users() {
        return named(OpenTelemetryRetry.create(sdk)).build();
    }

    /** Fails so often, then succeeds. */
    private static final class Flaky {
        private int failures;

        Flaky(int failures) {
            this.failures = failures;
        }

        String call() throws IOException {
            if (failures-- > 0) {
                throw new IOException("down");
            }
            return Span.current().getSpanContext().getSpanId();
        }
    }

    private List<SpanData> spans() {
        assertThat(open.open).describedAs("open spans").hasValue(0);
        return exporter.getFinishedSpanItems();
    }

    private List<SpanData> spans(String name) {
        return spans().stream().filter(span -> span.getName().startsWith(name)).toList();
    }

    private SpanData only(String name) {
        assertThat(spans(name)).hasSize(1);
        return spans(name).get(0);
    }

    @Test
    void aRecoveredCallIsOneSpanWithAChildForEachAttemptAndNoErrorStatus() throws Exception {
        String inside = users().call(new Flaky(2)::call);

        SpanData call = only("retry");
        assertThat(call.getName()).isEqualTo("retry users");
        assertThat(call.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(call.getAttributes().get(RetryAttributes.ATTEMPTS)).isEqualTo(3);
        assertThat(call.getAttributes().get(RetryAttributes.SERVICE)).isEqualTo("users");
        assertThat(call.getEvents()).hasSize(2).allMatch(event -> event.getName()
                .equals("retry"));
        List<SpanData> attempts = spans("attempt");
        assertThat(attempts).extracting(SpanData::getName).containsExactly("attempt 1", "attempt 2", "attempt 3");
        assertThat(attempts).allSatisfy(attempt -> {
            assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
            assertThat(attempt.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        });
        assertThat(attempts.get(0).getAttributes().get(RetryAttributes.ERROR_TYPE))
                .isEqualTo("java.io.IOException");
        assertThat(attempts.get(0).getAttributes().get(RetryAttributes.DELAY)).isNull();
        assertThat(attempts.get(1).getAttributes().get(RetryAttributes.DELAY)).isEqualTo(0.25);
        assertThat(attempts.get(2).getAttributes().get(RetryAttributes.ERROR_TYPE))
                .isNull();
        assertThat(attempts.get(2).getSpanId()).describedAs("current inside").isEqualTo(inside);
    }

    @Test
    void onlyTheFinalOutcomeIsAnErrorStatus() {
        assertThatThrownBy(() -> users().call(new Flaky(9)::call)).isInstanceOf(IOException.class);

        SpanData call = only("retry");
        assertThat(call.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(call.getStatus().getDescription()).isEqualTo("attempts_exhausted");
        assertThat(call.getAttributes().get(RetryAttributes.REASON)).isEqualTo("attempts_exhausted");
        assertThat(call.getAttributes().get(RetryAttributes.ERROR_TYPE)).isEqualTo("java.io.IOException");
        assertThat(spans("attempt"))
                .extracting(span -> span.getStatus().getStatusCode())
                .containsExactly(StatusCode.UNSET, StatusCode.UNSET, StatusCode.ERROR);
    }

    @Test
    void aRefusalByTheBreakerIsACallWithoutAttempts() {
        Retry users = named(OpenTelemetryRetry.create(sdk))
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(1))
                .build();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> users.call(new Flaky(9)::call)).isInstanceOf(Exception.class);
        }

        List<SpanData> refused = spans("retry").stream()
                .filter(span -> Long.valueOf(0).equals(span.getAttributes().get(RetryAttributes.ATTEMPTS)))
                .toList();
        assertThat(refused).isNotEmpty().allSatisfy(span -> {
            assertThat(span.getAttributes().get(RetryAttributes.REASON)).isEqualTo("circuit_open");
            assertThat(span.getAttributes().get(RetryAttributes.ERROR_TYPE))
                    .isEqualTo("io.forbear.retry.CircuitOpenException");
            assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        });
        tallies(users.snapshot());
    }

    /** Spans and counters tell the same. */
    private void tallies(RetrySnapshot snapshot) {
        assertThat(spans("retry")).hasSize((int) snapshot.calls());
        assertThat(spans("attempt")).hasSize((int) snapshot.attempts());
        assertThat(spans("retry").stream()
                        .mapToLong(span -> span.getAttributes().get(RetryAttributes.ATTEMPTS))
                        .sum())
                .isEqualTo(snapshot.attempts());
        assertThat(spans("retry").stream()
                        .flatMap(span -> span.getEvents().stream())
                        .mapToLong(
                                event -> Math.round(1e9 * event.getAttributes().get(RetryAttributes.DELAY)))
                        .sum())
                .isEqualTo(snapshot.delayNanos());
        assertThat(spans("retry").stream()
                        .filter(span -> span.getAttributes().get(RetryAttributes.REASON) == null)
                        .count())
                .isEqualTo(snapshot.successes());
    }

    @Test
    void spansAndCountersAgreeForEveryWayToEnd() {
        Retry users = users();
        for (int round = 0; round < 30; round++) {
            int failures = round % 4;
            quietly(() -> users.call(new Flaky(failures)::call));
            quietly(() -> users.call(() -> {
                throw new AssertionError("fatal");
            }));
            quietly(() -> users.call(() -> {
                throw new InterruptedException();
            }));
            assertThat(Thread.interrupted()).isTrue();
            Flaky flaky = new Flaky(failures);
            users.callAsync(() -> {
                try {
                    return CompletableFuture.completedFuture(flaky.call());
                } catch (IOException failure) {
                    return CompletableFuture.failedFuture(failure);
                }
            });
            scheduler.runAll();
            users.callAsync(CompletableFuture::new).cancel(true);
            users.callAsync(CompletableFuture::new).completeExceptionally(new IOException("caller's own"));
            RetryCall ended = users.begin();
            ended.failed(new IOException("down"));
            ended.resume();
            ended.succeeded();
            users.begin().abandoned();
            RetryCall waiting = users.begin();
            waiting.failed(Classification.of(ErrorCategory.TIMEOUT));
            waiting.abandoned();
            users.begin().failed(new StackOverflowError());
        }
        tallies(users.snapshot());
        assertThat(users.snapshot().calls()).isEqualTo(300);
    }

    private static void quietly(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        try {
            call.call();
        } catch (Throwable expected) {
            assertThat(expected).isNotNull();
        }
    }

    @Test
    void aCancelIsNoErrorAndLeavesNoSpanOpen() {
        CompletableFuture<String> future = users().callAsync(CompletableFuture::new);
        assertThat(open.open).hasValue(2);
        future.cancel(true);

        assertThat(only("retry").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(only("retry").getAttributes().get(RetryAttributes.REASON)).isEqualTo("cancelled");
        assertThat(only("attempt").getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    }

    @Test
    void aListenerThatThrowsLeavesNoSpanOpen() throws Exception {
        RetryListener bad = new RetryListener() {
            @Override
            public boolean observesEveryCall() {
                return true;
            }

            @Override
            public io.forbear.retry.CallObserver observe(
                    String service, String client, io.forbear.retry.CallOptions options) {
                throw new IllegalStateException("bad listener");
            }

            @Override
            public void onRetry(FailedAttempt failed, Duration delay) {
                throw new IllegalStateException("bad listener");
            }
        };
        Retry users = named(bad)
                .listener(OpenTelemetryRetry.create(sdk))
                .listener(bad)
                .build();
        users.call(new Flaky(1)::call);
        tallies(users.snapshot());
    }

    @Test
    void aSpanProcessorThatThrowsChangesNoCallAndLeavesNoScope() throws Exception {
        SpanProcessor bad = new SpanProcessor() {
            @Override
            public void onStart(Context parent, ReadWriteSpan span) {
                if (span.getName().equals("attempt 2")) {
                    throw new IllegalStateException("bad processor");
                }
            }

            @Override
            public boolean isStartRequired() {
                return true;
            }

            @Override
            public void onEnd(ReadableSpan span) {
                throw new IllegalStateException("bad processor");
            }

            @Override
            public boolean isEndRequired() {
                return true;
            }
        };
        OpenTelemetrySdk broken = OpenTelemetrySdk.builder()
                .setTracerProvider(
                        SdkTracerProvider.builder().addSpanProcessor(bad).build())
                .build();
        Retry users = named(OpenTelemetryRetry.create(broken)).build();

        users.call(new Flaky(2)::call);
        assertThat(users.snapshot().recovered()).isEqualTo(1);
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void onlyCallsThatRetryHaveSpansFromTheirBegin() throws Exception {
        Retry users = named(OpenTelemetryRetry.builder(sdk).onlyCallsThatRetry().build())
                .build();
        users.call(new Flaky(0)::call);
        assertThatThrownBy(() -> users.call(() -> {
                    throw new AssertionError("never retried");
                }))
                .isInstanceOf(AssertionError.class);
        assertThat(spans()).isEmpty();

        users.call(new Flaky(1)::call);
        assertThat(spans("attempt")).extracting(SpanData::getName).containsExactly("attempt 1", "attempt 2");
        SpanData call = only("retry");
        assertThat(call.getStartEpochNanos())
                .isLessThanOrEqualTo(spans("attempt").get(0).getStartEpochNanos());
        assertThat(spans("attempt").get(0).getAttributes().get(RetryAttributes.ERROR_TYPE))
                .isNotNull();
    }

    @Test
    void onlyLaterAttemptsLeavesOutTheFirst() throws Exception {
        Retry users = named(OpenTelemetryRetry.builder(sdk).onlyLaterAttempts().build())
                .build();
        List<String> current = new ArrayList<>();
        users.call(() -> current.add(Span.current().getSpanContext().getSpanId()));
        assertThat(only("retry").getSpanId()).isEqualTo(current.get(0));
        assertThat(spans("attempt")).isEmpty();

        users.call(new Flaky(2)::call);
        assertThat(spans("attempt")).extracting(SpanData::getName).containsExactly("attempt 2", "attempt 3");
    }

    @Test
    void theParentIsWhatWasCurrentWhereTheCallBegan() {
        Span caller = sdk.getTracer("test").spanBuilder("caller").startSpan();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future;
        try (Scope ignored = caller.makeCurrent()) {
            future = users().callAsync(() -> stage);
        }
        Thread other = new Thread(() -> stage.complete("done"));
        other.start();
        assertThat(future.join()).isEqualTo("done");
        caller.end();

        assertThat(only("retry").getParentSpanId())
                .isEqualTo(caller.getSpanContext().getSpanId());
        assertThat(only("attempt").getTraceId())
                .isEqualTo(caller.getSpanContext().getTraceId());
    }

    @Test
    void aSpanMadeLateOnAnotherThreadHasTheCallersParentToo() throws InterruptedException {
        Retry users = named(OpenTelemetryRetry.builder(sdk).onlyCallsThatRetry().build())
                .build();
        Span caller = sdk.getTracer("test").spanBuilder("caller").startSpan();
        CompletableFuture<String> first = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();
        CompletableFuture<String> future;
        try (Scope ignored = caller.makeCurrent()) {
            future = users.callAsync(
                    () -> attempts.incrementAndGet() == 1 ? first : CompletableFuture.completedFuture("done"));
        }
        Thread other = new Thread(() -> first.completeExceptionally(new IOException("down")));
        other.start();
        other.join();
        scheduler.runAll();
        assertThat(future.join()).isEqualTo("done");
        caller.end();

        assertThat(only("retry").getParentSpanId())
                .isEqualTo(caller.getSpanContext().getSpanId());
        assertThat(spans("attempt")).hasSize(2);
    }

    @Test
    void theClientIsNamedOnlyWhereAskedFor() {
        users().forClient("tenant").call(() -> "done");
        assertThat(only("retry").getAttributes().get(RetryAttributes.CLIENT)).isNull();
        exporter.reset();

        named(OpenTelemetryRetry.builder(sdk).clientAttribute().build())
                .build()
                .forClient("tenant")
                .call(() -> "done");
        assertThat(only("retry").getAttributes().get(RetryAttributes.CLIENT)).isEqualTo("tenant");
    }

    @Test
    void anOpenTelemetryThatRecordsNothingObservesNoCall() {
        assertThat(OpenTelemetryRetry.create(OpenTelemetry.noop()).observesEveryCall())
                .isFalse();
        assertThat(OpenTelemetryRetry.create(sdk).observesEveryCall()).isTrue();
    }

    @Test
    void aListenerInContextIsToldWhileTheCallsSpanIsCurrent() throws Exception {
        List<String> told = new ArrayList<>();
        RetryListener log = new RetryListener() {
            private void note(String what) {
                told.add(what + " " + Span.current().getSpanContext().getTraceId());
            }

            @Override
            public void onRetry(FailedAttempt failed, Duration delay) {
                note("retry");
            }

            @Override
            public void onStop(FailedAttempt failed, StopReason reason) {
                note("stop " + failed.attempt() + " " + reason);
            }

            @Override
            public void onRecovered(String service, int attempts) {
                note("recovered");
            }
        };
        Retry users =
                named(OpenTelemetryRetry.builder(sdk).inContext(log).build()).build();
        users.call(new Flaky(1)::call);
        quietly(() -> users.call(() -> {
            throw new AssertionError("fatal");
        }));

        String first = spans("retry").get(0).getTraceId();
        String second = spans("retry").get(1).getTraceId();
        assertThat(told).containsExactly("retry " + first, "recovered " + first, "stop 1 FATAL " + second);
        assertThat(Span.current().getSpanContext().isValid()).isFalse();

        told.clear();
        Retry silent = named(OpenTelemetryRetry.builder(OpenTelemetry.noop())
                        .inContext(log)
                        .build())
                .build();
        silent.call(new Flaky(1)::call);
        assertThat(told).describedAs("told without an SDK too").hasSize(2);
    }
}
