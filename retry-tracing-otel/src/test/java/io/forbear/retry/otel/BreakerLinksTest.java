package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.testkit.ManualClock;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From a call that the breaker refused a link leads to the attempt that opened it. */
class BreakerLinksTest {

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final ManualClock clock = new ManualClock();
    private final List<OpenTelemetrySdk> sdks = new ArrayList<>();

    @AfterEach
    void closes() {
        sdks.forEach(OpenTelemetrySdk::close);
    }

    private OpenTelemetrySdk sdk(Sampler sampler) {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(sampler)
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build();
        sdks.add(sdk);
        return sdk;
    }

    private RetryListener listener() {
        return OpenTelemetryRetry.create(sdk(Sampler.alwaysOn()));
    }

    /** Opens after two failures in a row, and tries a probe after a minute. */
    private Retry users(RetryListener listener) {
        return Retries.named("users")
                .runtime(r -> r.clock(clock))
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.consecutiveFailures(2).openFor(Duration.ofMinutes(1)))
                .listener(listener)
                .build();
    }

    private static void fail(Retry retry) {
        assertThat(catchThrowable(() -> retry.run(() -> {
                    throw new IOException("down");
                })))
                .isInstanceOf(IOException.class);
    }

    private static void refused(Retry retry) {
        assertThat(catchThrowable(() -> retry.run(() -> {}))).isInstanceOf(CircuitOpenException.class);
    }

    private List<SpanData> spans(String name) {
        return exporter.getFinishedSpanItems().stream()
                .filter(span -> span.getName().startsWith(name))
                .toList();
    }

    private SpanData lastCall() {
        List<SpanData> calls = spans("retry ");
        return calls.get(calls.size() - 1);
    }

    @Test
    void aRefusedCallLeadsToTheAttemptThatOpenedTheBreaker() {
        Retry users = users(listener());
        fail(users);
        fail(users);

        refused(users);

        LinkData link = lastCall().getLinks().get(0);
        assertThat(link.getSpanContext().getSpanId())
                .isEqualTo(spans("attempt").get(1).getSpanId());
        assertThat(link.getSpanContext().getTraceId())
                .isEqualTo(spans("attempt").get(1).getTraceId())
                .isNotEqualTo(lastCall().getTraceId());
        assertThat(link.getAttributes().get(RetryAttributes.LINK)).isEqualTo("opened_breaker");
        assertThat(spans("attempt")).hasSize(2);
    }

    @Test
    void theProbeThatOpensItAgainIsTheOneThatIsLedTo() {
        Retry users = users(listener());
        fail(users);
        fail(users);
        clock.advance(Duration.ofMinutes(2));
        fail(users);

        refused(users);

        assertThat(lastCall().getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(spans("attempt").get(2).getSpanId());
    }

    @Test
    void aBreakerThatHasClosedAndOpenedAgainLeadsToTheLaterAttempt() throws Exception {
        Retry users = users(listener());
        fail(users);
        fail(users);
        for (int probe = 0; probe < 20; probe++) {
            clock.advance(Duration.ofMinutes(2));
            users.run(() -> {});
        }
        assertThat(users.circuitBreaker().orElseThrow().state()).isEqualTo(CircuitBreaker.State.CLOSED);
        fail(users);
        fail(users);

        refused(users);

        List<SpanData> attempts = spans("attempt");
        assertThat(lastCall().getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(attempts.get(attempts.size() - 1).getSpanId());
    }

    @Test
    void aBreakerThatIsOpenedByHandLeadsNowhere() {
        Retry users = users(listener());
        users.circuitBreaker().orElseThrow().open();
        refused(users);
        users.circuitBreaker().orElseThrow().forceOpen();
        refused(users);

        assertThat(spans("retry")).hasSize(2).allSatisfy(call -> assertThat(call.getLinks())
                .isEmpty());
    }

    @Test
    void aBreakerThatIsOpenedByHandIsNotBlamedOnTheNextAttemptOfThatThread() {
        Retry users = users(listener());
        CircuitBreaker breaker = users.circuitBreaker().orElseThrow();
        RetryCall underWay = users.begin();
        breaker.open();
        refused(users);
        underWay.failed(new IOException("down"));

        refused(users);

        assertThat(lastCall().getLinks()).isEmpty();
    }

    @Test
    void aCallThatIsMadeByHandIsLedToAndLeadsTo() {
        Retry users = users(listener());
        users.begin().failed(new IOException("down"));
        RetryCall opening = users.begin();
        AttemptScope scope = opening.attemptStarted();
        String current = Span.current().getSpanContext().getSpanId();
        scope.close();
        opening.failed(new IOException("down"));

        assertThat(catchThrowable(users::begin)).isInstanceOf(CircuitOpenException.class);

        assertThat(spans("attempt")).hasSize(2);
        assertThat(spans("attempt").get(1).getSpanId()).isEqualTo(current);
        assertThat(lastCall().getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(current);
    }

    @Test
    void anAsynchronousAttemptIsLedToFromAnyThread() throws Exception {
        Retry users = users(listener());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 2; i++) {
                CompletableFuture<String> attempt = new CompletableFuture<>();
                CompletableFuture<String> future = users.callAsync(() -> attempt);
                threads.execute(() -> attempt.completeExceptionally(new IOException("down")));
                assertThat(catchThrowable(() -> future.get(30, TimeUnit.SECONDS)))
                        .isNotNull();
            }
            refused(users);
        } finally {
            threads.shutdownNow();
        }
        assertThat(lastCall().getLinks())
                .extracting(link -> link.getSpanContext().getSpanId())
                .containsExactly(spans("attempt").get(1).getSpanId());
    }

    @Test
    void ofManyThreadsThatFailAtOnceTheOneIsLedToThatOpenedIt() throws Exception {
        int threads = 8;
        for (int round = 0; round < 20; round++) {
            exporter.reset();
            List<String> opener = new ArrayList<>();
            RetryListener spans = listener();
            Retry users = users(new RetryListener() {
                @Override
                public boolean observesEveryCall() {
                    return true;
                }

                @Override
                public CallObserver observe(String service, String client, CallOptions options) {
                    return spans.observe(service, client, options);
                }

                @Override
                public void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
                    synchronized (opener) {
                        opener.add(Thread.currentThread().getName());
                    }
                    spans.onTransition(service, from, to);
                }
            });
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            CyclicBarrier all = new CyclicBarrier(threads);
            CountDownLatch done = new CountDownLatch(threads);
            ConcurrentHashMap<String, String> attemptOf = new ConcurrentHashMap<>();
            for (int i = 0; i < threads; i++) {
                pool.execute(() -> {
                    catchThrowable(() -> users.run(() -> {
                        attemptOf.put(
                                Thread.currentThread().getName(),
                                Span.current().getSpanContext().getSpanId());
                        all.await(30, TimeUnit.SECONDS);
                        throw new IOException("down");
                    }));
                    done.countDown();
                });
            }
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            pool.shutdownNow();

            refused(users);

            assertThat(opener).hasSize(1);
            assertThat(lastCall().getLinks())
                    .extracting(link -> link.getSpanContext().getSpanId())
                    .containsExactly(attemptOf.get(opener.get(0)));
        }
    }

    @Test
    void anAttemptThatIsNotSampledIsNotLedTo() {
        Retry users = users(OpenTelemetryRetry.create(sdk(Sampler.alwaysOff())));
        fail(users);
        fail(users);
        refused(users);

        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void spansNameTheConventionsThatTheyFollow() throws Exception {
        users(listener()).run(() -> {});

        assertThat(exporter.getFinishedSpanItems())
                .extracting(span -> span.getInstrumentationScopeInfo().getSchemaUrl())
                .containsOnly("https://opentelemetry.io/schemas/1.44.0");
    }

    // ---- what is remembered

    @Test
    void noMoreServicesAreRememberedThanTheBound() {
        Openings openings = new Openings();
        for (int i = 0; i < 3 * Openings.MOST; i++) {
            openings.opened("service " + i);
        }
        assertThat(openings.size()).isEqualTo(Openings.MOST);

        for (int i = 0; i < 3 * Openings.MOST; i++) {
            openings.over("service " + i);
        }
        assertThat(openings.size()).isZero();
    }

    @Test
    void aServiceThatIsClosedIsForgotten() {
        Tracing tracing = Tracing.of(sdk(Sampler.alwaysOn()), new Options(false, false, false, null));
        Retry users = users(tracing);
        fail(users);
        fail(users);
        assertThat(tracing.openings().size()).isEqualTo(1);

        users.close();

        assertThat(tracing.openings().size()).isZero();
    }
}
