package io.forbear.retry.it.http;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.http.NoResponseException;
import io.forbear.retry.it.http.HttpCaller.Body;
import io.forbear.retry.it.http.HttpCaller.Call;
import io.forbear.retry.it.http.HttpCaller.Cancellable;
import io.forbear.retry.it.http.HttpCaller.Reply;
import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.it.http.ScriptedServer.Received;
import io.forbear.retry.otel.OpenTelemetryRetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every adapter to an HTTP client must show: against the real client, real sockets, and a server that counts what
 * reaches it. One subclass for each client. The clients follow no redirects, and use HTTP/1.1.
 */
public abstract class HttpAdapterContract extends HttpAdapterFixture {

    /** What the server does to each request, and whether it may have carried it out. */
    private enum Fault {
        RESET(Answers.reset(), true),
        CLOSED_WITHOUT_ANSWER(Answers.close(), true),
        HALF_A_BODY(Answers.halfABody(), true),
        STATUS_503(Answers.status(503), true),
        STATUS_503_COME_BACK_AT_ONCE(Answers.status(503, "Retry-After: 0"), true),
        STATUS_429_COME_BACK_LATER(Answers.status(429, "Retry-After: 2"), true),
        STATUS_408(Answers.status(408), true),
        STATUS_421_MISDIRECTED(Answers.status(421), false),
        STATUS_425_TOO_EARLY(Answers.status(425), false);

        private final Answer answer;
        private final boolean maybeExecuted;

        Fault(Answer answer, boolean maybeExecuted) {
            this.answer = answer;
            this.maybeExecuted = maybeExecuted;
        }
    }

    // ---- 1, 8: attempts counted at the server

    @TestFactory
    Stream<DynamicTest> theServerIsReachedAsOftenAsThePolicyDecides() {
        List<DynamicTest> cells = new ArrayList<>();
        for (Mode mode : modes()) {
            for (Fault fault : Fault.values()) {
                for (boolean pooled : new boolean[] {false, true}) {
                    for (String method : List.of("GET", "PUT", "POST", "POST with a key")) {
                        boolean once = method.equals("POST") && fault.maybeExecuted || isBeyondTheCall(fault);
                        int expected = once ? 1 : MOST_ATTEMPTS;
                        String name = method + ", " + fault + (pooled ? ", pooled" : "") + ", " + mode;
                        cells.add(DynamicTest.dynamicTest(name, () -> reaches(mode, fault, pooled, method, expected)));
                    }
                }
            }
        }
        return cells.stream();
    }

    /** A body that breaks off while the caller reads it is no failure of the call, which has ended. */
    private boolean isBeyondTheCall(Fault fault) {
        return fault == Fault.HALF_A_BODY && !readsBodiesInTheAttempt();
    }

    private void reaches(Mode mode, Fault fault, boolean pooled, String method, int expected) throws Throwable {
        try (ScriptedServer faulty = ScriptedServer.start();
                Retry retry = service(policy()).build();
                HttpCaller caller = caller(retry)) {
            Call call = method.contains("key") ? call("POST").with("Idempotency-Key", "7") : call(method);
            Call here = new Call(call.method(), faulty.uri("/orders"), call.headers(), call.body(), false);
            if (pooled) {
                make(mode, caller, here);
                faulty.forget();
            }
            faulty.always(fault.answer);

            end(mode, caller, here);

            assertThat(faulty.requests()).as("requests that reached the server").hasSize(expected);
            assertThat(retry.snapshot().attempts()).isEqualTo(expected + (pooled ? 1 : 0));
            StopReason reason = expected == 1 ? StopReason.NOT_IDEMPOTENT : StopReason.ATTEMPTS_EXHAUSTED;
            assertThat(retry.snapshot().stopped(reason)).isEqualTo(isBeyondTheCall(fault) ? 0 : 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLastResponseIsWhatTheCallerGets(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.status(500), Answers.status(502));

        assertThat(make(mode, client(service(policy()).build()), call("GET"))).isEqualTo(new Reply(502, "status 502"));
    }

    @ParameterizedTest
    @EnumSource
    void aResponseThatNoAttemptMendsIsReturnedAtOnce(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(404));

        assertThat(make(mode, client(service(policy()).build()), call("GET"))).isEqualTo(new Reply(404, "status 404"));

        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theLastFailureIsWhatTheCallerIsThrownWithTheReason(Mode mode) {
        assumeMakes(mode);
        server.always(Answers.reset());

        Throwable thrown = end(mode, client(service(policy()).build()), call("GET"));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(thrown.getSuppressed())
                .filteredOn(RetryStopped.class::isInstance)
                .singleElement()
                .hasToString("io.forbear.retry.RetryStopped: orders: stopped after 3 attempts: ATTEMPTS_EXHAUSTED");
    }

    @ParameterizedTest
    @EnumSource
    void aPostIsRepeatedWhereTheConnectionWasRefused(Mode mode) throws IOException {
        assumeMakes(mode);
        URI nowhere;
        try (ServerSocket closed = new ServerSocket(0)) {
            nowhere = URI.create("http://127.0.0.1:" + closed.getLocalPort() + "/");
        }
        Retry retry = service(policy()).build();

        Throwable thrown = end(mode, client(retry), new Call("POST", nowhere, Map.of(), Body.TEXT, false));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(retry.snapshot().attempts()).isEqualTo(MOST_ATTEMPTS);
    }

    @ParameterizedTest
    @EnumSource
    void theUsersWordThatAPostMayBeRepeatedHolds(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.status(200));
        Retry retry = open(service(policy()).build());
        HttpCaller caller = open(caller(retry.with(CallOptions.defaults().idempotent())));

        assertThat(make(mode, caller, call("POST")).status()).isEqualTo(200);

        assertThat(server.requests()).extracting(Received::body).containsExactly("body", "body");
    }

    // ---- 2: nothing is held during the wait

    @ParameterizedTest
    @EnumSource
    void theConnectionIsFreeDuringTheWait(Mode mode) throws Throwable {
        assumeMakes(mode);
        freeDuringTheWait(mode, call("GET"));
    }

    @ParameterizedTest
    @EnumSource
    void theConnectionIsFreeDuringTheWaitWhereTheBodyIsAStream(Mode mode) throws Throwable {
        assumeMakes(mode);
        freeDuringTheWait(mode, call("GET").asStream());
    }

    /** A pool of one connection, a backoff of 300 ms of virtual time, and another call in it that takes none. */
    private void freeDuringTheWait(Mode mode, Call call) throws Throwable {
        server.script(Answers.large(503, 20_000), Answers.status(200), Answers.status(200));
        RetryPolicy.Builder policy =
                policy().backoff(Backoff.fixed(ofMillis(300)).jitter(Jitter.none()));
        HttpCaller caller = client(service(policy).build());
        Call other = new Call("GET", server.uri("/other"), Map.of(), Body.NONE, false);
        AtomicReference<Object> meanwhile = new AtomicReference<>();

        Reply reply;
        if (mode == Mode.BLOCKING) {
            time.sleeper().onSleep(() -> meanwhile.set(outcomeOf(mode, caller, other)));
            reply = caller.send(call);
        } else {
            CompletableFuture<Reply> future = caller.sendAsync(call);
            await(() -> time.scheduler().pending() > 0);
            letTheDiscardEnd(call);
            meanwhile.set(outcomeOf(mode, caller, other));
            time.scheduler().runNext();
            reply = future.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }

        assertThat(reply.status()).isEqualTo(200);
        assertThat(meanwhile.get()).isEqualTo(new Reply(200, "status 200"));
        assertThat(waits(mode)).as("waits, all of virtual time").containsExactly(ofMillis(300));
        assertThat(server.requests()).extracting(Received::path).containsExactly("/orders", "/other", "/orders");
        assertThat(server.connections())
                .as("all on the connection of the first")
                .isEqualTo(1);
    }

    /** A stream is read to its end on another thread, which no asynchronous call waits for. */
    private static void letTheDiscardEnd(Call call) throws InterruptedException {
        if (call.streamed()) {
            Thread.sleep(200);
        }
    }

    private static Object outcomeOf(Mode mode, HttpCaller caller, Call call) {
        try {
            return mode == Mode.BLOCKING
                    ? caller.send(call)
                    : caller.sendAsync(call).get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failed) {
            return failed;
        }
    }

    // ---- 3: no thread waits

    @Test
    void noThreadOfTheClientWaitsBetweenAsynchronousAttempts() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.script(Answers.status(503), Answers.status(200));
        HttpCaller caller = client(service(policy()).build());

        CompletableFuture<Reply> future = caller.sendAsync(call("GET"));
        await(() -> time.scheduler().pending() > 0);
        CountDownLatch free = new CountDownLatch(1);
        caller.clientThread().execute(free::countDown);

        assertThat(free.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(future).isNotDone();
        time.scheduler().runNext();
        assertThat(future.get(LONG.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    // ---- 4: cancel and interrupt

    @Test
    void cancellingDuringAnAttemptEndsTheCallAndTheExchange() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.always(Answers.none());
        Retry retry = service(policy()).build();
        CompletableFuture<Reply> future = client(retry).sendAsync(call("GET"));
        await(() -> server.requests().size() == 1);

        future.cancel(true);

        assertThat(catchThrowable(future::join)).isInstanceOf(CancellationException.class);
        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        await(() -> time.scheduler().pending() == 0);
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void cancellingDuringTheWaitEndsTheCall() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();
        CompletableFuture<Reply> future = client(retry).sendAsync(call("GET"));
        await(() -> time.scheduler().pending() > 0);

        future.cancel(true);

        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        assertThat(time.scheduler().pending()).isZero();
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void anInterruptDuringAnAttemptEndsTheCallAndIsKept() throws Exception {
        assumeMakes(Mode.BLOCKING);
        server.always(Answers.none());
        Retry retry = service(policy()).build();
        HttpCaller caller = open(impatientCaller(open(retry)));
        Thread thread = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                await(() -> server.requests().size() == 1);
            } catch (InterruptedException stopped) {
                return;
            }
            thread.interrupt();
        });
        interrupter.start();

        Throwable thrown = catchThrowable(() -> caller.send(call("GET")));

        assertThat(Thread.interrupted()).as("the flag is set").isTrue();
        assertThat(thrown).isInstanceOfAny(InterruptedException.class, IOException.class);
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
        assertThat(server.requests()).hasSize(1);
        interrupter.join();
    }

    @Test
    void anInterruptDuringTheWaitEndsTheCallWithItsLastResponseUnlessThatWasDiscarded() throws Exception {
        assumeMakes(Mode.BLOCKING);
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();
        HttpCaller caller = client(retry);
        Thread thread = Thread.currentThread();
        time.sleeper().onSleep(thread::interrupt);

        Object end = outcomeOf(Mode.BLOCKING, caller, call("GET"));

        assertThat(Thread.interrupted()).as("the flag is set").isTrue();
        if (readsBodiesInTheAttempt()) {
            assertThat(end).isEqualTo(new Reply(503, "status 503"));
        } else {
            assertThat(end).isInstanceOf(NoResponseException.class);
        }
        assertThat(retry.snapshot().stopped(StopReason.INTERRUPTED)).isEqualTo(1);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void cancellingAtTheGateEndsTheCallOnce() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        Retry retry = service(policy()).gate(clock -> new ShutGate()).build();
        CompletableFuture<Reply> future = client(retry).sendAsync(call("GET"));
        await(() -> time.scheduler().pending() > 0);

        future.cancel(true);

        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        assertThat(time.scheduler().pending()).isZero();
        assertThat(server.requests()).isEmpty();
        endedOnce(retry);
    }

    @Test
    void anotherThreadThatCancelsABlockingCallInItsWaitEndsItOnce() throws Exception {
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();
        Cancellable pending = cancellable(client(retry));
        time.sleeper().onSleep(pending::cancel);

        Throwable thrown = catchThrowable(pending::send);

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(server.requests()).hasSize(1);
        assertThat(Thread.currentThread().isInterrupted())
                .as("the flag is left")
                .isFalse();
        endedOnce(retry);
    }

    @Test
    void anotherThreadThatCancelsABlockingCallAtTheGateEndsItOnce() throws Exception {
        Retry retry = service(policy()).gate(clock -> new ShutGate()).build();
        Cancellable pending = cancellable(client(retry));
        time.sleeper().onSleep(pending::cancel);

        Throwable thrown = catchThrowable(pending::send);

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(server.requests()).isEmpty();
        assertThat(Thread.currentThread().isInterrupted())
                .as("the flag is left")
                .isFalse();
        endedOnce(retry);
    }

    @Test
    void anotherThreadThatCancelsABlockingCallInAnAttemptEndsItOnce() throws Exception {
        server.always(Answers.none());
        Retry retry = service(policy()).build();
        Cancellable pending = cancellable(client(retry));
        Thread other = new Thread(() -> {
            try {
                await(() -> server.requests().size() == 1);
                pending.cancel();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();

        Throwable thrown = catchThrowable(pending::send);

        other.join();
        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(server.requests()).hasSize(1);
        assertThat(Thread.currentThread().isInterrupted())
                .as("the flag is left")
                .isFalse();
        endedOnce(retry);
    }

    private Cancellable cancellable(HttpCaller caller) {
        Optional<Cancellable> pending = caller.cancellable(call("GET"));
        assumeTrue(pending.isPresent(), "skipped: the client has no blocking calls that can be cancelled");
        return pending.get();
    }

    private static void endedOnce(Retry retry) {
        assertThat(retry.snapshot().calls()).isEqualTo(1);
        assertThat(Stream.of(StopReason.values())
                        .mapToLong(retry.snapshot()::stopped)
                        .sum())
                .as("calls that stopped")
                .isEqualTo(1);
    }

    /** Lets no attempt pass for an hour. */
    private static final class ShutGate implements AttemptGate {
        @Override
        public boolean isEngaged() {
            return true;
        }

        @Override
        public Place enter() {
            return new Place() {
                @Override
                public long waitNanos() {
                    return ofHours(1).toNanos();
                }

                @Override
                public void leave() {}
            };
        }

        @Override
        public void succeeded(int attempt) {}

        @Override
        public void failed(ErrorCategory category) {}
    }

    // ---- connections that break early, bodies that come late

    @ParameterizedTest
    @EnumSource
    void aGetWhoseConnectionIsResetBeforeItIsReadIsRepeated(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.resetConnections(2);
        Retry retry = service(policy()).build();

        Reply reply = make(mode, client(retry), call("GET"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().attempts()).isBetween(2L, (long) MOST_ATTEMPTS);
    }

    @ParameterizedTest
    @EnumSource
    void aFailedResponseWhoseBodyDoesNotEndHoldsNoCall(Mode mode) throws Throwable {
        assumeMakes(mode);
        assumeFalse(readsFailedBodiesInTheAttempt(), "skipped: the client reads the body within the attempt");
        server.script(Answers.slowBody(503), Answers.status(200));

        Reply reply = make(mode, client(service(policy()).build()), call("GET").asStream());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(server.requests()).hasSize(2);
    }

    // ---- 5: bodies that can be read once

    @ParameterizedTest
    @EnumSource
    void aBodyThatCanBeReadOnceIsSentOnce(Mode mode) throws Throwable {
        assumeMakes(mode);
        assumeTrue(hasOneShotBodies(), "skipped: the client has bodies that can be sent again, and no others");
        server.always(Answers.status(503));
        Retry retry = service(policy()).build();

        Reply reply = make(mode, client(retry), call("PUT").withBody(Body.ONE_SHOT));

        assertThat(reply.status()).isEqualTo(503);
        assertThat(server.requests()).extracting(Received::body).containsExactly("body");
        assertThat(retry.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyIsSentWholeWithEachAttempt(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));

        make(mode, client(service(policy()).build()), call("PUT"));

        assertThat(server.requests()).extracting(Received::body).containsExactly("body", "body", "body");
    }

    // ---- 6: when the server wants to be called again

    private static String httpDate(Instant time) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest
    @EnumSource
    void retryAfterIsWaitedFor(Mode mode) throws Throwable {
        assumeMakes(mode);
        RetryPolicy.Builder everyKind = policy().reset(ErrorCategory.RATE_LIMIT);
        Instant sent = Instant.parse("2026-03-04T05:06:07Z");
        String date = "Date: " + httpDate(sent);
        server.script(
                Answers.status(503, "Retry-After: 7"),
                Answers.status(503, date, "Retry-After: " + httpDate(sent.plusSeconds(9))),
                Answers.status(503, date, "Retry-After: " + httpDate(sent.minusSeconds(9))),
                Answers.status(503, "Retry-After: soon"),
                Answers.status(429, "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 11"),
                Answers.status(200));

        make(mode, client(service(everyKind.maxAttempts(9)).build()), call("GET"));

        assertThat(waits(mode)).containsSubsequence(ofSeconds(7), ofSeconds(9), ofMillis(100), ofMillis(100));
        assertThat(waits(mode)).last().isEqualTo(ofSeconds(11));
        assertThat(server.requests()).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatAsksForTooLongIsNotWaitedFor(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503, "Retry-After: 99999999999999999999"));
        Retry retry = service(policy()).build();

        assertThat(make(mode, client(retry), call("GET")).status()).isEqualTo(503);

        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
    }

    // ---- 7: the deadline

    /** On real time, for the client's own time-out is. */
    @ParameterizedTest
    @EnumSource
    void theDeadlineBoundsAnAttempt(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.none());
        Retry retry = Retries.named("orders")
                .policy(policy().deadline(ofMillis(300)).build())
                .build();
        HttpCaller caller = client(retry);

        Throwable thrown = mode == Mode.BLOCKING
                ? catchThrowable(() -> caller.send(call("GET")))
                : catchThrowable(() -> caller.sendAsync(call("GET")).get(LONG.toSeconds(), TimeUnit.SECONDS))
                        .getCause();

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(server.requests()).isNotEmpty().allSatisfy(request -> assertThat(
                        Integer.parseInt(request.header("forbear-timeout-ms")))
                .isBetween(0, 300));
        await(() -> retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED) == 1);
    }

    @ParameterizedTest
    @EnumSource
    void aWaitThatWouldEndAfterTheDeadlineIsNotBegun(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503, "Retry-After: 50"));
        Retry retry = Retries.named("orders")
                .policy(policy().deadline(ofSeconds(40)).build())
                .build();
        HttpCaller caller = client(retry);

        Reply reply = mode == Mode.BLOCKING
                ? caller.send(call("GET"))
                : caller.sendAsync(call("GET")).get(LONG.toSeconds(), TimeUnit.SECONDS);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(server.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    // ---- 9: the budget

    @Test
    void tenThousandFailingCallsAreNotAmplifiedBeyondTheBudget() throws Throwable {
        Mode mode = modes().iterator().next();
        server.always(Answers.status(503));
        Retry retry = open(Retries.named("orders")
                .policy(policy().build())
                .budget(RetryBudgets.tokenBucket(100).refill(0.001, Duration.ofDays(365)))
                .withoutCircuitBreaker()
                .runtime(time.runtime())
                .build());
        HttpCaller caller = open(caller(retry));

        for (int i = 0; i < 10_000; i++) {
            make(mode, caller, call("GET"));
        }

        assertThat(server.requests()).hasSize(10_000 + 100);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isGreaterThanOrEqualTo(9_900);
    }

    // ---- 10: spans and context

    @ParameterizedTest
    @EnumSource
    void eachAttemptHasASpan(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        InMemorySpanExporter exporter = InMemorySpanExporter.create();
        OpenTelemetrySdk sdk = open(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build());
        Retry retry = service(policy())
                .listener(OpenTelemetryRetry.builder(sdk).build())
                .build();

        make(mode, client(retry), call("GET"));

        assertThat(exporter.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("attempt 1", "attempt 2", "attempt 3", "retry orders");
    }

    /** What is current where the call was made is current where each of its attempts is begun. */
    @Test
    void theContextOfTheCallerGoesWithEachAttempt() throws Throwable {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        ThreadLocal<String> user = new ThreadLocal<>();
        ContextCapture capture = () -> {
            String value = user.get();
            return () -> {
                String before = user.get();
                user.set(value);
                return () -> user.set(before);
            };
        };
        List<String> seen = new CopyOnWriteArrayList<>();
        CallObserver observer = new CallObserver() {
            @Override
            public void attemptStarted(int attempt) {
                seen.add(attempt + " " + user.get());
            }
        };
        Retry retry = service(policy())
                .runtime(r -> r.context(capture))
                .listener(new RetryListener() {
                    @Override
                    public boolean observesEveryCall() {
                        return true;
                    }

                    @Override
                    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
                        return observer;
                    }
                })
                .build();
        HttpCaller caller = client(retry);
        user.set("ann");

        CompletableFuture<Reply> future = caller.sendAsync(call("GET"));
        user.remove();
        await(() -> future.isDone() || time.scheduler().runNext() && false);

        assertThat(future.get().status()).isEqualTo(200);
        assertThat(seen).containsExactly("1 ann", "2 ann", "3 ann");
        assertThat(user.get()).isNull();
    }

    // ---- 11: what calls share

    @ParameterizedTest
    @EnumSource
    void callsShareBudgetAndBreakerButNoStateOfAttempts(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.always(Answers.status(503));
        Retry retry = Retries.named("orders")
                .policy(policy().build())
                .budget(RetryBudgets.tokenBucket(3).refill(0.001, Duration.ofDays(365)))
                .circuitBreaker(CircuitBreakers.consecutiveFailures(6))
                .runtime(time.runtime())
                .build();
        HttpCaller caller = client(retry);

        for (int i = 0; i < 3; i++) {
            make(mode, caller, call("GET"));
        }
        Throwable refused = end(mode, caller, call("GET"));

        assertThat(server.requests())
                .as("three tokens, then a breaker that has seen six failures")
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactly(null, "2", "3", null, "2", null);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isEqualTo(1);
        assertThat(refused).isInstanceOf(IOException.class).hasRootCauseInstanceOf(CircuitOpenException.class);
    }

    @Test
    void twoCallsAtOnceCountTheirOwnAttempts() throws Exception {
        assumeMakes(Mode.ASYNCHRONOUS);
        server.always(Answers.status(503));
        HttpCaller caller = client(service(policy()).build());

        CompletableFuture<Reply> one = caller.sendAsync(call("GET"));
        CompletableFuture<Reply> other = caller.sendAsync(call("GET"));
        await(() -> one.isDone() && other.isDone() || time.scheduler().runNext() && false);

        assertThat(server.requests())
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactlyInAnyOrder(null, null, "2", "2", "3", "3");
    }

    // ---- 12: virtual time

    @ParameterizedTest
    @EnumSource
    void virtualTimeDrivesAllWaits(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));
        RetryPolicy.Builder hours = policy().backoff(Backoff.fixed(ofHours(1)).jitter(Jitter.none()));

        assertThat(make(mode, client(service(hours).build()), call("GET")).status())
                .isEqualTo(200);

        assertThat(waits(mode)).containsExactly(ofHours(1), ofHours(1));
    }

    // ---- the headers of attempts

    @ParameterizedTest
    @EnumSource
    void theNumberOfTheAttemptIsSentFromTheSecondOn(Mode mode) throws Throwable {
        assumeMakes(mode);
        server.script(Answers.status(503), Answers.reset(), Answers.status(200));

        make(mode, client(service(policy()).build()), call("GET"));

        assertThat(server.requests())
                .extracting(request -> request.header(AttemptHeader.NAME))
                .containsExactly(null, "2", "3");
    }
}
