package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.fixture.CountedBudget;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A scheduler that refuses, runs a task at once, or has timers that cannot be cancelled: calls end as they should. */
class FaultyTimersTest {

    private final CountedBudget budget = new CountedBudget();
    private final AtomicInteger cancels = new AtomicInteger();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);

    @AfterEach
    void stops() {
        scheduler.shutdownNow();
    }

    /** A timer that throws where it is cancelled. */
    private final class Uncancellable extends FutureTask<Object> implements ScheduledFuture<Object> {
        private Uncancellable() {
            super(() -> {}, null);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            cancels.incrementAndGet();
            throw new IllegalStateException("of the test");
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }

    /** Takes every task and runs none. */
    private final class Forgets extends ScheduledThreadPoolExecutor {
        private Forgets() {
            super(1);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            return (ScheduledFuture<V>) new Uncancellable();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return new Uncancellable();
        }
    }

    /** Runs a task before it returns its timer. */
    private final class Hurries extends ScheduledThreadPoolExecutor {
        private Hurries() {
            super(1);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            try {
                task.call();
            } catch (Exception unexpected) {
                throw new IllegalStateException(unexpected);
            }
            return (ScheduledFuture<V>) new Uncancellable();
        }
    }

    private Retry service(ScheduledThreadPoolExecutor timers, RetryPolicy.Builder policy) {
        return Retries.named("users")
                .policy(policy.maxAttempts(3)
                        .backoff(Backoff.fixed(ofMillis(1)).jitter(Jitter.none()))
                        .build())
                .budget(clock -> budget)
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timers).executor(Runnable::run))
                .build();
    }

    private static RetryPolicy.Builder interrupting() {
        return RetryPolicy.builder().attemptTimeout(ofMinutes(5)).interruptOnTimeout();
    }

    @Test
    void anAttemptWhoseTimerIsRejectedIsMadeWithoutOne() throws Exception {
        scheduler.shutdownNow();
        Retry retry = service(scheduler, interrupting());

        assertThat(retry.<String, IOException>call(() -> "ok")).isEqualTo("ok");
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
    }

    @Test
    void aWaitWhoseTimerIsRejectedEndsTheCall() {
        scheduler.shutdownNow();
        RetryCall call = service(scheduler, RetryPolicy.builder()).begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(new IOException("down")));

        assertThat(wait).isCompletedWithValue(false);
        assertThat(call.stopReason()).contains(StopReason.REJECTED);
        assertThat(budget.taken).isZero();
    }

    @Test
    void aWaitThatIsCancelledEndsTheCallThoughItsTimerStays() {
        RetryCall call = service(new Forgets(), RetryPolicy.builder()).begin();
        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(new IOException("down")));

        assertThat(wait.cancel(true)).isTrue();

        assertThat(cancels).hasValue(1);
        assertThat(call.stopReason()).contains(StopReason.CANCELLED);
        assertThat(budget.taken).isZero();
    }

    @Test
    void anAsynchronousCallThatIsCancelledEndsThoughItsTimerStays() {
        Retry retry = service(new Forgets(), RetryPolicy.builder());
        CompletableFuture<Object> call = retry.callAsync(() -> CompletableFuture.failedFuture(new IOException("down")));

        assertThat(call.cancel(true)).isTrue();

        assertThat(cancels).hasValue(1);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(budget.taken).isZero();
    }

    @Test
    void aSchedulerMayRunAWaitBeforeItReturnsItsTimer() {
        RetryCall call = service(new Hurries(), RetryPolicy.builder()).begin();

        assertThat(call.awaitAsync(call.failed(new IOException("down"))).join()).isTrue();
        assertThat(call.attempt()).isEqualTo(2);
    }

    @Test
    void aSchedulerMayRunARetryBeforeItReturnsItsTimer() {
        AtomicInteger made = new AtomicInteger();
        Retry retry = service(new Hurries(), RetryPolicy.builder());

        CompletableFuture<String> call = retry.callAsync(() -> made.incrementAndGet() < 3
                ? CompletableFuture.failedFuture(new IOException("down"))
                : CompletableFuture.completedFuture("ok"));

        assertThat(call.join()).isEqualTo("ok");
        assertThat(made).hasValue(3);
    }

    /** A service whose time the test moves, so that its own scheduler keeps the limits of time too. */
    private Retry onVirtualTime(ScheduledThreadPoolExecutor timers) {
        return Retries.named("users")
                .policy(interrupting()
                        .backoff(Backoff.none())
                        .deadline(ofMinutes(9))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.clock(new ManualClock()).scheduler(timers).executor(Runnable::run))
                .build();
    }

    @Test
    void limitsThatASchedulerRefusesAreNotKeptAndTheCallIsMade() throws Exception {
        scheduler.shutdownNow();
        Retry retry = onVirtualTime(scheduler);
        CompletableFuture<String> pending = new CompletableFuture<>();

        assertThat(retry.<String, IOException>call(() -> "ok")).isEqualTo("ok");
        CompletableFuture<String> call = retry.callAsync(() -> pending);
        pending.complete("ok");

        assertThat(call).isCompletedWithValue("ok");
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void aSchedulerMayEndAnAsynchronousCallBeforeItReturnsTheTimerOfItsLimit() {
        Retry retry = onVirtualTime(new Hurries());

        CompletableFuture<Object> call = retry.callAsync(CompletableFuture::new);

        assertThat(call).isCompletedExceptionally();
    }

    private static String call(Retry retry, Operation<String, Exception> operation) {
        try {
            return retry.call(operation);
        } catch (Exception failure) {
            return failure.toString();
        }
    }

    /** A thread of the caller that refuses to be interrupted: the attempt goes on, and its end is a time-out's. */
    @Test
    void aThreadThatThrowsWhereItIsInterruptedCountsAsInterrupted() throws Exception {
        Retry retry = service(
                new ScheduledThreadPoolExecutor(1),
                RetryPolicy.builder().attemptTimeout(ofMillis(300)).interruptOnTimeout());
        CountDownLatch refused = new CountDownLatch(1);
        AtomicInteger made = new AtomicInteger();
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread caller =
                new Thread(() -> result.complete(call(retry, () -> {
                    if (made.incrementAndGet() == 1) {
                        refused.await();
                        throw new IOException("down");
                    }
                    return "ok";
                }))) {
                    @Override
                    public void interrupt() {
                        refused.countDown();
                        throw new SecurityException("of the test");
                    }
                };

        caller.start();

        assertThat(result.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
        assertThat(made).hasValue(2);
        caller.join();
    }
}
