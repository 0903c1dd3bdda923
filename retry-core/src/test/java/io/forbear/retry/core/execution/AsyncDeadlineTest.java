package io.forbear.retry.core.execution;

import static io.forbear.retry.StopReason.DEADLINE_EXCEEDED;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * An asynchronous call ends at its deadline, and an attempt at its limit, whatever becomes of stage, executor and
 * scheduler.
 */
class AsyncDeadlineTest {

    private final ManualClock clock =
            new ManualClock(Long.MAX_VALUE - ofSeconds(1).toNanos());
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<CompletableFuture<String>> stages = new ArrayList<>();

    private Retries.Builder named(RetryPolicy.Builder policy) {
        return Retries.named("users")
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(Runnable::run))
                .policy(policy.backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder();
    }

    private CompletableFuture<String> hangs() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        stages.add(stage);
        return stage;
    }

    private static Throwable failure(CompletableFuture<?> call) {
        Throwable thrown = catchThrowable(call::join);
        return thrown instanceof CompletionException ? thrown.getCause() : thrown;
    }

    @Test
    void aStageThatNeverEndsIsCancelledAtTheDeadlineOfTheCall() {
        Retry retry = named(policy().deadline(ofSeconds(3))).build();
        CompletableFuture<String> call = retry.callAsync(this::hangs);

        clock.advance(ofSeconds(3).minusNanos(1));
        assertThat(call).isNotDone();
        clock.advance(Duration.ofNanos(1));

        assertThat(failure(call)).isInstanceOf(TimeoutException.class).hasMessageContaining("users: attempt 1");
        assertThat(stages.get(0)).isCancelled();
        assertThat(retry.snapshot().stopped(DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void theFailureBeforeIsBesideTheTimeOutOfTheLastAttempt() {
        IOException first = new IOException("first");
        Retry retry = named(policy().deadline(ofSeconds(3))).build();
        int[] made = {0};
        CompletableFuture<String> call =
                retry.callAsync(() -> ++made[0] == 1 ? CompletableFuture.failedFuture(first) : hangs());

        clock.advance(ofSeconds(3));

        assertThat(failure(call)).isInstanceOf(TimeoutException.class);
        assertThat(failure(call).getSuppressed()).contains(first);
        assertThat(retry.snapshot().attempts()).isEqualTo(2);
    }

    @Test
    void aTaskThatTheExecutorDropsEndsTheCallWithItsLastFailure() {
        IOException down = new IOException("down");
        Executor drops = task -> {};
        Retry retry = named(policy().deadline(ofSeconds(3)))
                .runtime(r -> r.executor(drops))
                .budget(RetryBudgets.tokenBucket(10).refill(1, Duration.ofDays(1)))
                .build();
        CompletableFuture<String> call = retry.callAsync(() -> CompletableFuture.failedFuture(down));

        clock.advance(ofSeconds(3));

        assertThat(failure(call)).isSameAs(down);
        assertThat(retry.snapshot().stopped(DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
    }

    @Test
    void aClockThatThrowsIsNoFailureOfTheOperationAndNeverThrownByTheCall() {
        boolean[] broken = {false};
        IOException down = new IOException("down");
        Retry retry = named(policy().deadline(ofSeconds(3)))
                .runtime(r -> r.clock(() -> {
                    if (broken[0]) {
                        throw new IllegalStateException("clock");
                    }
                    return clock.nanoTime();
                }))
                .build();
        CompletableFuture<String> begun = retry.callAsync(() -> {
            broken[0] = true;
            return CompletableFuture.failedFuture(down);
        });
        CompletableFuture<String> notBegun = retry.callAsync(() -> CompletableFuture.completedFuture("never"));
        CompletableFuture<?> batch = retry.callBatchAsync(List.of(1), items -> new CompletableFuture<>());
        CompletableFuture<?> outcome = retry.callAsyncForOutcome(() -> CompletableFuture.completedFuture("never"));

        assertThat(failure(begun)).isSameAs(down);
        assertThat(failure(notBegun)).hasMessage("clock");
        assertThat(batch).isCompletedExceptionally();
        assertThat(outcome).isCompletedExceptionally();
    }

    @Test
    void aTimerThatIsLostEndsTheCallAtItsDeadlineByTheTimeOfTheMachine() {
        ScheduledThreadPoolExecutor lost = new ScheduledThreadPoolExecutor(1);
        IOException down = new IOException("down");
        Retry retry = Retries.named("users")
                .policy(policy().deadline(ofMillis(300))
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .runtime(r -> r.scheduler(lost))
                .withoutBudget()
                .build();
        CompletableFuture<String> call = retry.callAsync(() -> CompletableFuture.failedFuture(down));
        lost.shutdownNow();
        retry.close();

        assertThat(call).failsWithin(Duration.ofMinutes(1)).withThrowableThat().withCause(down);
    }

    @Test
    void aSupplierThatBlocksDoesNotHoldUpTheCaller() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        int[] made = {0};
        Retry retry = named(policy().deadline(ofSeconds(3)))
                .runtime(r -> r.executor(task -> new Thread(task).start()))
                .build();
        CompletableFuture<String> call = retry.callAsync(() -> {
            if (++made[0] == 1) {
                return CompletableFuture.failedFuture(new IOException("down"));
            }
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return CompletableFuture.completedFuture("late");
        });
        try {
            clock.advance(ofMillis(100));
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
            clock.advance(ofSeconds(3));
            assertThat(failure(call)).isInstanceOf(TimeoutException.class);
        } finally {
            release.countDown();
        }
        while (retry.snapshot().calls() == 0) {
            Thread.onSpinWait(); // the owner counts the call when it comes back
        }
        assertThat(retry.snapshot().stopped(DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void theBreakerHearsOfHungAttempts() {
        CircuitBreaker[] made = new CircuitBreaker[1];
        Retry retry = named(policy().deadline(ofSeconds(1)).maxAttempts(1))
                .circuitBreaker((name, time) -> made[0] =
                        CircuitBreakers.failureRate(0.5).minimumCalls(20).create(name, time))
                .build();
        for (int i = 0; i < 20; i++) {
            retry.callAsync(this::hangs);
        }
        assertThat(made[0].state()).isEqualTo(CircuitBreaker.State.CLOSED);

        clock.advance(ofSeconds(1));

        assertThat(made[0].state()).isEqualTo(CircuitBreaker.State.OPEN);
    }

    @Test
    void anAttemptThatTakesLongerThanItsLimitIsCancelledAndRetried() {
        Retry retry = named(policy().attemptTimeout(ofSeconds(1))).build();
        CompletableFuture<String> call =
                retry.callAsync(() -> stages.size() == 1 ? CompletableFuture.completedFuture("ok") : hangs());

        clock.advance(ofSeconds(1));
        assertThat(stages.get(0)).isCancelled();
        clock.advance(ofMillis(100));

        assertThat(call).isCompletedWithValue("ok");
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void anAttemptThatEndsInTimeLeavesNoTimer() {
        Retry retry = named(policy().attemptTimeout(ofSeconds(1)).deadline(ofSeconds(9)))
                .build();
        CompletableFuture<String> call = retry.callAsync(this::hangs);
        assertThat(scheduler.pending()).isEqualTo(2);

        stages.get(0).complete("ok");

        assertThat(call).isCompletedWithValue("ok");
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void aResultThatComesAfterTheLimitIsDiscarded() {
        List<String> discarded = new ArrayList<>();
        Retry retry = named(
                        policy().attemptTimeout(ofSeconds(1)).maxAttempts(1).onDiscard(String.class, discarded::add))
                .build();
        CompletableFuture<String> stubborn = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false;
            }
        };
        CompletableFuture<String> call = retry.callAsync(() -> stubborn);

        clock.advance(ofSeconds(1));
        stubborn.complete("late");

        assertThat(failure(call)).isInstanceOf(TimeoutException.class);
        assertThat(discarded).containsExactly("late");
    }

    @Test
    void aBatchGivesUpWhatIsLeftAtItsDeadline() {
        Retry retry = named(policy().deadline(ofSeconds(1))).build();
        CompletableFuture<BatchResult<String, String>> call =
                retry.callBatchAsync(List.of("a", "b"), items -> new CompletableFuture<BatchOutcome<String, String>>());

        clock.advance(ofSeconds(1));

        BatchResult<String, String> result = call.join();
        assertThat(result.failed()).hasSize(2).allSatisfy(item -> {
            assertThat(item.reason()).isEqualTo(DEADLINE_EXCEEDED);
            assertThat(item.failure()).isInstanceOf(TimeoutException.class);
        });
    }

    @Test
    void aDeadlineThatHasPassedMakesNoAttemptInAnyShell() {
        Retry retry = named(policy()).build().with(CallOptions.defaults().deadline(ofMillis(-1)));
        int[] made = {0};

        assertThat(catchThrowable(() -> retry.run(() -> made[0]++))).isInstanceOf(DeadlinePassedException.class);
        assertThat(failure(retry.callAsync(() -> {
                    made[0]++;
                    return CompletableFuture.completedFuture("");
                })))
                .isInstanceOf(DeadlinePassedException.class);
        assertThat(catchThrowable(retry::begin)).isInstanceOf(DeadlinePassedException.class);
        assertThat(catchThrowable(() -> retry.callBatch(List.of("a"), items -> {
                    made[0]++;
                    return BatchOutcome.byItem(item -> null);
                })))
                .isInstanceOf(DeadlinePassedException.class);

        assertThat(made[0]).isZero();
        assertThat(retry.snapshot().stopped(DEADLINE_EXCEEDED)).isEqualTo(4);
    }

    @Test
    void anOperationCanAskHowMuchTimeIsLeft() {
        Retry retry = named(policy().deadline(ofSeconds(3)).attemptTimeout(ofSeconds(2)))
                .runtime(r -> r.sleeper(nanos -> clock.advanceNanos(nanos)))
                .build();
        List<Optional<Duration>> left = new ArrayList<>();
        Throwable failed = catchThrowable(() -> retry.run(() -> {
            left.add(Retries.remaining());
            clock.advance(ofMillis(900));
            throw new IOException("down");
        }));

        assertThat(failed).isInstanceOf(IOException.class);
        assertThat(left)
                .containsExactly(Optional.of(ofSeconds(2)), Optional.of(ofSeconds(2)), Optional.of(ofSeconds(1)));
        assertThat(Retries.remaining()).isEmpty();
        assertThat(Retries.remaining(ofSeconds(5))).isEqualTo(ofSeconds(5));
    }

    @Test
    void aCallWithinACallWithoutADeadlineSeesTheTimeOfTheOuter() {
        Retry outer = named(policy().deadline(ofSeconds(3))).build();
        Retry inner = named(policy()).build();

        Optional<Duration> left = outer.call(() -> inner.call(Retries::remaining));

        assertThat(left).contains(ofSeconds(3));
    }

    @Test
    void aFailedResultThatHasALaterAttemptIsDiscardedBeforeTheWait() {
        List<String> events = new ArrayList<>();
        RetryPolicy.Builder rules = policy().classifyResult(
                        String.class,
                        text -> text.startsWith("bad") ? Classification.of(ErrorCategory.SERVER_ERROR) : null)
                .onDiscard(String.class, text -> events.add("discarded " + text));
        Retry retry = named(rules)
                .runtime(r -> r.sleeper(nanos -> events.add("waited")))
                .build();
        int[] made = {0};

        assertThat(retry.<String, RuntimeException>call(() -> "bad " + ++made[0]))
                .isEqualTo("bad 3");

        assertThat(events).containsExactly("discarded bad 1", "waited", "discarded bad 2", "waited");
        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }
}
