package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.AttemptScope;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryDecision;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What adapters have beside decisions: waits, the scope of an attempt, the time that is left. */
class ManualCallTest {

    private final ManualClock clock = new ManualClock();
    private final ManualSleeper sleeper = new ManualSleeper(clock);
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<String> events = new ArrayList<>();
    private final IOException down = new IOException("down");

    private Retries.Builder named() {
        return Retries.named("users")
                .runtime(r ->
                        r.clock(clock).sleeper(sleeper).scheduler(scheduler).executor(Runnable::run))
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .budget(RetryBudgets.tokenBucket(10).refill(1, Duration.ofDays(1)));
    }

    @Test
    void waitsWithTheSleeperOfTheService() {
        RetryCall call = named().build().begin();

        assertThat(call.await(call.failed(down))).isTrue();
        assertThat(call.await(call.failed(down))).isTrue();
        assertThat(call.await(call.failed(down))).isFalse();

        assertThat(sleeper.sleeps()).containsExactly(ofMillis(100), ofMillis(100));
        assertThat(call.stopReason()).contains(StopReason.ATTEMPTS_EXHAUSTED);
    }

    @Test
    void anInterruptedWaitEndsTheCallAndLeavesTheFlag() {
        Retry retry = named().build();
        RetryCall call = retry.begin();
        RetryDecision decision = call.failed(down);
        Thread.currentThread().interrupt();

        assertThat(call.await(decision)).isFalse();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(call.stopReason()).contains(StopReason.INTERRUPTED);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
    }

    @Test
    void waitsOnTheSchedulerWithoutAThread() {
        RetryCall call = named().build().begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        assertThat(wait).isNotDone();
        clock.advance(ofMillis(100));

        assertThat(wait).isCompletedWithValue(true);
        assertThat(call.attempt()).isEqualTo(2);
        assertThat(wait.cancel(true)).as("its attempt is under way").isFalse();
        assertThat(call.stopReason()).isEmpty();
    }

    @Test
    void aCancelledWaitEndsTheCallOnceAndGivesTheTokenBack() {
        Retry retry = named().build();
        RetryCall call = retry.begin();
        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(9);

        assertThat(wait.cancel(true)).isTrue();
        clock.advance(ofSeconds(1));

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(wait.cancel(true)).isTrue();
    }

    @Test
    void anExecutorThatRejectsEndsTheWaitWithFalse() {
        RetryCall call = named().runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException();
                }))
                .build()
                .begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        clock.advance(ofMillis(100));

        assertThat(wait).isCompletedWithValue(false);
        assertThat(call.stopReason()).contains(StopReason.REJECTED);
    }

    @Test
    void aWaitThatTheExecutorDropsEndsAtTheDeadline() {
        Retry retry = named().policy(RetryPolicy.builder()
                        .deadline(ofSeconds(2))
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .runtime(r -> r.executor(task -> {}))
                .build();
        RetryCall call = retry.begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        clock.advance(ofMillis(1_999));
        assertThat(wait).isNotDone();
        clock.advance(ofMillis(1));

        assertThat(wait).isCompletedWithValue(false);
        assertThat(call.stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
        assertThat(retry.snapshot().budgetRemaining()).as("refunded").isEqualTo(10);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void aWaitWhoseTimerIsLostEndsAtTheDeadlineByTheTimeOfTheMachine() {
        ScheduledThreadPoolExecutor lost = new ScheduledThreadPoolExecutor(1);
        RetryCall call = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .deadline(ofMillis(300))
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .runtime(r -> r.scheduler(lost))
                .build()
                .begin();
        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        lost.shutdownNow();

        assertThat(wait).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(false);
        assertThat(call.stopReason()).contains(StopReason.DEADLINE_EXCEEDED);
    }

    @Test
    void aWaitThatEndsInTimeLeavesNoTimerOfTheDeadline() {
        RetryCall call = named().policy(RetryPolicy.builder()
                        .deadline(ofSeconds(2))
                        .backoff(Backoff.fixed(ofMillis(100)).jitter(Jitter.none()))
                        .build())
                .build()
                .begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        clock.advance(ofMillis(100));
        assertThat(wait).isCompletedWithValue(true);
        assertThat(scheduler.pending()).isZero();

        CompletableFuture<Boolean> cancelled = call.awaitAsync(call.failed(down));
        cancelled.cancel(true);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void aClockThatThrowsReplacesNeitherAFailureNorAResult() {
        boolean[] broken = {false};
        Retry retry = named().policy(
                        RetryPolicy.builder().deadline(ofSeconds(2)).build())
                .runtime(r -> r.clock(() -> {
                    if (broken[0]) {
                        throw new IllegalStateException("clock");
                    }
                    return clock.nanoTime();
                }))
                .build();
        RetryCall failing = retry.begin();
        RetryCall succeeding = retry.begin();
        RetryCall waiting = retry.begin();
        CompletableFuture<Boolean> wait = waiting.awaitAsync(waiting.failed(down));
        broken[0] = true;

        assertThat(failing.failed(down)).isEqualTo(new RetryDecision.GiveUp(StopReason.FATAL));
        assertThat(failing.stopReason()).contains(StopReason.FATAL);
        succeeding.succeeded();
        assertThat(wait.cancel(true)).isTrue();
        assertThat(wait).isCancelled();
        broken[0] = false;

        failing.close();
        assertThat(retry.snapshot().calls()).isEqualTo(3);
    }

    @Test
    void aResultIsDiscardedAsEveryCallDoes() {
        List<Object> closed = new ArrayList<>();
        RetryCall call = named().policy(RetryPolicy.builder()
                        .onDiscard(String.class, text -> {
                            closed.add(text);
                            throw new AssertionError("of the test");
                        })
                        .build())
                .build()
                .begin();
        AutoCloseable closeable = () -> closed.add("closeable");

        assertThat(call.discard("text")).isTrue();
        assertThat(call.discard(closeable)).isTrue();
        assertThat(call.discard(1)).isFalse();
        call.succeeded();
        assertThat(call.discard("late")).isTrue();

        assertThat(closed).containsExactly("text", "closeable", "late");
    }

    @Test
    void aWaitOfNoTimeGoesOnAtOnceOnTheExecutor() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        RetryCall call = named().policy(
                        RetryPolicy.builder().backoff(Backoff.none()).build())
                .runtime(r -> r.executor(tasks::add))
                .build()
                .begin();

        CompletableFuture<Boolean> wait = call.awaitAsync(call.failed(down));
        assertThat(scheduler.pending()).isZero();
        assertThat(wait).isNotDone();
        tasks.remove().run();

        assertThat(wait).isCompletedWithValue(true);
        assertThat(call.attempt()).isEqualTo(2);
        assertThat(wait.cancel(true)).as("its attempt is under way").isFalse();
        assertThat(call.stopReason()).isEmpty();
    }

    @Test
    void aTaskRunsWhenItsTimeHasPassedAndNotIfItWasCancelled() {
        RetryCall call = named().build().begin();

        call.schedule(() -> events.add("first"), ofMillis(5));
        Future<?> second = call.schedule(() -> events.add("second"), ofMillis(5));
        second.cancel(false);
        clock.advance(ofMillis(4));
        assertThat(events).isEmpty();
        clock.advance(ofMillis(1));

        assertThat(events).containsExactly("first");
        assertThat(scheduler.pending()).isZero();
        assertThatThrownBy(() -> call.schedule(() -> {}, ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("delay: PT-0.001S");
    }

    @Test
    void aTaskThatTheSchedulerRefusesHasEnded() {
        RetryCall call = named().build().begin();
        scheduler.shutdown();

        Future<?> refused = call.schedule(() -> events.add("refused"), ofMillis(5));

        assertThat(refused).isDone();
        assertThat(events).isEmpty();
    }

    @Test
    void aFailureMayBeGivenWithItsClassification() {
        List<FailedAttempt> told = new ArrayList<>();
        RetryCall call = named().listener(new RetryListener() {
                    @Override
                    public void onStop(FailedAttempt failed, StopReason reason) {
                        told.add(failed);
                    }
                })
                .build()
                .begin();
        Classification quota = Classification.of(ErrorCategory.RATE_LIMIT).notRetryable();

        assertThat(call.failed(down, quota)).isEqualTo(new RetryDecision.GiveUp(StopReason.NOT_RETRYABLE));

        assertThat(told).singleElement().satisfies(failed -> {
            assertThat(failed.failure()).isSameAs(down);
            assertThat(failed.classification()).isEqualTo(quota);
        });
        assertThat(down.getSuppressed()).hasAtLeastOneElementOfType(RetryStopped.class);
    }

    @Test
    void aScopeMarksTheThreadAndTellsObservers() {
        Retry retry = named().listener(new RetryListener() {
                    @Override
                    public boolean observesEveryCall() {
                        return true;
                    }

                    @Override
                    public CallObserver observe(String service, @Nullable String client, CallOptions options) {
                        return new CallObserver() {
                            @Override
                            public void attemptStarted(int attempt) {
                                events.add("started " + attempt);
                            }

                            @Override
                            public void attemptReturned(int attempt) {
                                events.add("returned " + attempt);
                            }
                        };
                    }
                })
                .build()
                .with(CallOptions.defaults().deadline(ofSeconds(3)));
        RetryCall call = retry.begin();
        call.await(call.failed(down));

        AttemptScope scope = call.attemptStarted();
        assertThat(Retries.currentAttempt()).isEqualTo(2);
        assertThat(Retries.remaining()).contains(ofMillis(2_900));
        scope.close();
        scope.close();

        assertThat(Retries.currentAttempt()).isEqualTo(1);
        assertThat(Retries.remaining()).isEmpty();
        assertThat(call.remaining()).contains(ofMillis(2_900));
        assertThat(events).containsExactly("started 2", "returned 2");
        call.succeeded();
        assertThatThrownBy(call::attemptStarted).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void optionsOfViewsAddUpAndCanBeRead() {
        Retry view = named().build()
                .with(CallOptions.defaults().nonIdempotent())
                .with(CallOptions.defaults().deadline(ofSeconds(1)));

        assertThat(view.options())
                .isEqualTo(CallOptions.defaults().deadline(ofSeconds(1)).nonIdempotent());
        int[] made = {0};
        assertThatThrownBy(() -> view.run(() -> {
                    made[0]++;
                    throw down;
                }))
                .isSameAs(down);
        assertThat(made[0]).as("a reset may have been carried out").isEqualTo(1);
    }

    @Test
    void aSuccessIsNoFailureOfAnAttempt() {
        RetryCall call = Retries.named("manual").build().begin();

        assertThatThrownBy(() -> call.failed(Classification.ofHttpStatus(200)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("classification: success (expected: a failure)");
        assertThatThrownBy(() -> call.failed(new IOException("x"), Classification.success()))
                .isInstanceOf(IllegalArgumentException.class);
        call.succeeded();
    }
}
