package io.forbear.retry.it.http;

import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.http.NoResponseException;
import io.forbear.retry.it.http.HttpCaller.Cancellable;
import io.forbear.retry.it.http.HttpCaller.Reply;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The part of {@link HttpAdapterContract} on calls that are cancelled or interrupted: in an attempt, a wait, at the
 * gate.
 */
public abstract class HttpCancelContract extends HttpAdapterFixture {

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
        await(() -> time.scheduler().pending() == 0);
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
        await(() -> time.scheduler().pending() == 0);
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
}
