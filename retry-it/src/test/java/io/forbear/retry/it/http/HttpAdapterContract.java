package io.forbear.retry.it.http;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.it.http.HttpCaller.Body;
import io.forbear.retry.it.http.HttpCaller.Call;
import io.forbear.retry.it.http.HttpCaller.Reply;
import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.it.http.ScriptedServer.Received;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every adapter to an HTTP client must show: against the real client, real sockets, and a server that counts what
 * reaches it. One subclass for each client. The clients follow no redirects, and use HTTP/1.1.
 */
public abstract class HttpAdapterContract extends HttpPolicyContract {

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
            Thread.sleep(500);
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
}
