package io.forbear.retry.it.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.it.http.HttpCaller.Body;
import io.forbear.retry.it.http.HttpCaller.Call;
import io.forbear.retry.it.http.HttpCaller.Reply;
import io.forbear.retry.it.http.ScriptedServer.Answer;
import io.forbear.retry.testkit.ManualRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;

/**
 * What tests of adapters to HTTP clients use: a server, virtual time, a service, and calls that are made to their end.
 */
public abstract class HttpAdapterFixture {

    /** Longer than any of this takes; a test that waits so long fails. */
    protected static final Duration LONG = ofSeconds(30);

    protected static final int MOST_ATTEMPTS = 3;

    /** How a call is made. */
    public enum Mode {
        BLOCKING,
        ASYNCHRONOUS
    }

    protected final ManualRuntime time = new ManualRuntime();
    private final List<AutoCloseable> opened = new ArrayList<>();
    protected ScriptedServer server;

    /** Makes a client that is new, behind the adapter, with room for one connection where it has such a setting. */
    protected abstract HttpCaller caller(Retry retry);

    /** As {@link #caller}; a client whose threads no interrupt wakes gives up an answer after two seconds. */
    protected HttpCaller impatientCaller(Retry retry) {
        return caller(retry);
    }

    /** Which calls the client can make. */
    protected Set<Mode> modes() {
        return EnumSet.allOf(Mode.class);
    }

    /** Whether the body of a response that is no failure is read within the attempt, so that it can break that. */
    protected abstract boolean readsBodiesInTheAttempt();

    /** Whether the body of a response that is a failure is read within the attempt, however slow it is. */
    protected boolean readsFailedBodiesInTheAttempt() {
        return false;
    }

    /** Whether a request can have a body that can be read once. */
    protected boolean hasOneShotBodies() {
        return true;
    }

    protected final void assumeMakes(Mode mode) {
        assumeTrue(modes().contains(mode), () -> "skipped: the client makes no calls that are " + mode);
    }

    @BeforeEach
    void starts() throws IOException {
        server = ScriptedServer.start();
        opened.add(server);
    }

    @AfterEach
    void stops() throws Exception {
        Thread.interrupted();
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    protected final <C extends AutoCloseable> C open(C what) {
        opened.add(0, what);
        return what;
    }

    protected final HttpCaller client(Retry retry) {
        return open(caller(open(retry)));
    }

    protected static RetryPolicy.Builder policy() {
        return RetryPolicy.builder()
                .maxAttempts(MOST_ATTEMPTS)
                .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()));
    }

    protected final Retries.Builder service(RetryPolicy.Builder policy) {
        return Retries.named("orders")
                .policy(policy.build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(time.runtime());
    }

    protected final Call call(String method) {
        Body body = method.startsWith("P") ? Body.TEXT : Body.NONE;
        return new Call(method, server.uri("/orders"), Map.of(), body, false);
    }

    /** Makes a call to its end, on virtual time. */
    protected final Reply make(Mode mode, HttpCaller caller, Call call) throws Throwable {
        if (mode == Mode.BLOCKING) {
            return caller.send(call);
        }
        CompletableFuture<Reply> future = caller.sendAsync(call);
        await(() -> future.isDone() || time.scheduler().runNext() && false);
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    /** Makes a call to its end, and returns what it threw, if it did. */
    protected final @Nullable Throwable end(Mode mode, HttpCaller caller, Call call) {
        return catchThrowable(() -> make(mode, caller, call));
    }

    protected static Object outcomeOf(Mode mode, HttpCaller caller, Call call) {
        try {
            return mode == Mode.BLOCKING
                    ? caller.send(call)
                    : caller.sendAsync(call).get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failed) {
            return failed;
        }
    }

    protected static void await(BooleanSupplier what) throws InterruptedException {
        long end = System.nanoTime() + LONG.toNanos();
        for (int asked = 0; !what.getAsBoolean(); asked++) {
            assertThat(System.nanoTime() - end).as("waited for too long").isNegative();
            if (asked < 100) {
                Thread.yield(); // most of what is waited for is there at once
            } else {
                Thread.sleep(1);
            }
        }
    }

    protected final List<Duration> waits(Mode mode) {
        return mode == Mode.BLOCKING
                ? time.sleeper().sleeps()
                : time.scheduler().delays();
    }

    /** Sends a request by a client without adapter, and returns how often it reached the server. */
    protected final int requestsOf(Answer fault, boolean pooled, Executable send) {
        server.always(Answers.status(200));
        if (pooled) {
            catchThrowable(send::execute);
        }
        server.always(fault);
        server.forget();
        catchThrowable(send::execute);
        return server.requests().size();
    }
}
