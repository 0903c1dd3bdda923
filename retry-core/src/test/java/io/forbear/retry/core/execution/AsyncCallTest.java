package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AsyncCallTest {

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final int[] attempts = {0};

    AsyncCallTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stopsTheTimer() {
        timer.shutdownNow();
    }

    private Retries.Builder quick(int maxAttempts) {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(maxAttempts)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer));
    }

    private CompletableFuture<String> failsTimes(int failures) {
        return ++attempts[0] <= failures
                ? CompletableFuture.failedFuture(new CompletionException(new IOException("attempt " + attempts[0])))
                : CompletableFuture.completedFuture("result");
    }

    @Test
    void aStageThatHasSucceededIsItselfTheAnswer() {
        Retry retry = quick(3).build();
        CompletableFuture<String> done = CompletableFuture.completedFuture("result");

        assertThat(retry.callAsync(() -> done)).isSameAs(done);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void retriesUntilTheStageSucceeds() throws Exception {
        Retry retry = quick(3).build();

        assertThat(retry.callAsync(() -> failsTimes(2)).get(60, TimeUnit.SECONDS))
                .isEqualTo("result");

        assertThat(retry.snapshot().recovered()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void failsWithTheLastFailureItself() {
        Retry retry = quick(2).build();

        assertThatThrownBy(() -> retry.callAsync(() -> failsTimes(9)).get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("attempt 2")
                .satisfies(failure -> assertThat(failure.getSuppressed()[0]).isInstanceOf(RetryStopped.class));
    }

    @Test
    void aSupplierThatThrowsAndOneThatReturnsNullAreFailedAttempts() {
        Retry retry = quick(2).build();

        assertThatThrownBy(() -> retry.<String>callAsync(() -> {
                            throw new IllegalStateException("no stage");
                        })
                        .get(60, TimeUnit.SECONDS))
                .hasRootCauseMessage("no stage");
        assertThatThrownBy(() -> retry.<String>callAsync(() -> null).get(60, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void anErrorIsNotRetried() {
        Retry retry = quick(5).build();

        CompletableFuture<String> future = retry.callAsync(() -> {
            attempts[0]++;
            throw new OutOfMemoryError("test");
        });

        assertThat(future).isCompletedExceptionally();
        assertThat(attempts[0]).isEqualTo(1);
    }

    @Test
    @Tag("bounds")
    void aMillionImmediateRetriesGrowNoStackOnAnyExecutor() throws Exception {
        for (Executor executor : List.<Executor>of(Runnable::run, ForkJoinPool.commonPool())) {
            attempts[0] = 0;
            Retry retry =
                    quick(Integer.MAX_VALUE).runtime(r -> r.executor(executor)).build();

            assertThat(retry.callAsync(() -> failsTimes(1_000_000)).get(600, TimeUnit.SECONDS))
                    .isEqualTo("result");
            assertThat(retry.snapshot().attempts()).isEqualTo(1_000_001);
        }
    }

    @Test
    void cancelReachesTheRunningStage() {
        Retry retry = quick(3).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = retry.callAsync(() -> stage);

        assertThat(future.cancel(true)).isTrue();

        assertThat(stage).isCancelled();
        assertThat(future).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(future.cancel(true)).isTrue();
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void cancelRemovesTheTimerAndRefundsTheToken() {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(java.time.Duration.ofHours(1)).jitter(Jitter.none()))
                        .build())
                .runtime(r -> r.clock(() -> 0)) // or the bucket would be refilled meanwhile
                .budget(RetryBudgets.tokenBucket(10))
                .runtime(r -> r.scheduler(timer))
                .build();
        CompletableFuture<String> future = retry.callAsync(() -> failsTimes(9));
        assertThat(timer.getQueue()).hasSize(1);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(9);

        future.cancel(false);

        assertThat(timer.getQueue()).isEmpty();
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void whoeverCompletesTheFutureEndsTheCall() throws Exception {
        Retry retry = quick(3).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = retry.callAsync(() -> stage);

        assertThat(future.complete("other")).isTrue();

        assertThat(future.get()).isEqualTo("other");
        assertThat(stage).isCancelled();
    }

    @Test
    void aCallThatHasEndedIsNotEndedAgain() {
        Retry retry = quick(1).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> broken = new CompletableFuture<>();
        CompletableFuture<String> succeeded = retry.callAsync(() -> stage);
        CompletableFuture<String> failed = retry.callAsync(() -> broken);
        stage.complete("result");
        broken.completeExceptionally(new IOException("down"));

        for (CompletableFuture<String> future : List.of(succeeded, failed)) {
            assertThat(future.cancel(true)).isFalse();
            assertThat(future.complete("other")).isFalse();
            assertThat(future.completeExceptionally(new IOException("other"))).isFalse();
        }

        assertThat(succeeded).isCompletedWithValue("result");
        assertThatThrownBy(failed::join).hasCauseInstanceOf(IOException.class).hasRootCauseMessage("down");
        assertThat(retry.snapshot().calls()).isEqualTo(2);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isZero();
    }

    @Test
    void aCallIsFailedByItsCallerOnce() {
        Retry retry = quick(3).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = retry.callAsync(() -> stage);
        assertThatThrownBy(() -> future.completeExceptionally(null)).hasMessage("failure");
        assertThat(stage).isNotDone();

        assertThat(future.completeExceptionally(new IOException("first"))).isTrue();
        assertThat(future.completeExceptionally(new IOException("second"))).isFalse();
        assertThat(future.complete("third")).isFalse();

        assertThatThrownBy(future::join).hasRootCauseMessage("first");
        assertThat(stage).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aCallIsEndedByItsCallerOnceWhileItMakesAnAttempt() {
        Retry retry = quick(3).runtime(r -> r.executor(Runnable::run)).build();
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        List<Boolean> ended = new ArrayList<>();
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        future.set(retry.callAsync(() -> {
            if (++attempts[0] == 1) {
                return first;
            }
            ended.add(future.get().complete("other"));
            ended.add(future.get().complete("third"));
            ended.add(future.get().cancel(true));
            return second;
        }));

        first.completeExceptionally(new IOException("down"));

        assertThat(ended).containsExactly(true, false, false);
        assertThat(future.get()).isCompletedWithValue("other");
        assertThat(second).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aCancelWhileAResultIsJudgedLeavesNoSuccess() {
        AtomicReference<CompletableFuture<String>> future = new AtomicReference<>();
        Retry retry = quick(3).policy(RetryPolicy.builder()
                        .classifyResult(String.class, text -> {
                            future.get().cancel(true);
                            return null;
                        })
                        .build())
                .build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        future.set(retry.callAsync(() -> stage));

        stage.complete("result");

        assertThat(future.get()).isCancelled();
        assertThat(retry.snapshot().successes()).isZero();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aStageThatEndsAfterItsCallChangesNothing() {
        Retry retry = quick(3).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = retry.callAsync(() -> stage.minimalCompletionStage());
        future.complete("other");

        stage.completeExceptionally(new IOException("late"));

        assertThat(future).isCompletedWithValue("other");
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.NETWORK_ERROR)).isZero();
    }

    @Test
    void aStageThatThrowsWhereItIsListenedToIsAFailedAttempt() {
        Retry retry = quick(2).runtime(r -> r.executor(Runnable::run)).build();
        CompletableFuture<String> deaf = new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super String, Throwable, ? extends U> hearer) {
                attempts[0]++;
                throw new UncheckedIOException(new IOException("deaf"));
            }
        };

        assertThatThrownBy(() -> retry.callAsync(() -> deaf).join()).hasRootCauseMessage("deaf");

        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void theDeadlineBeginsWithTheCall() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
        Retry retry = quick(3).runtime(r -> r.clock(now::get).executor(Runnable::run))
                .build()
                .with(CallOptions.defaults().deadline(ofMillis(1_000)));
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> future = retry.callAsync(() -> ++attempts[0] == 1 ? first : second);

        now.addAndGet(ofMillis(999).toNanos());
        first.completeExceptionally(new IOException("in time"));
        assertThat(attempts[0]).isEqualTo(2);
        now.addAndGet(ofMillis(1).toNanos());
        second.completeExceptionally(new IOException("late"));

        assertThatThrownBy(future::join).hasRootCauseMessage("late");
        assertThat(attempts[0]).isEqualTo(2);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void whereRetryingIsOffTheFirstEndIsTheAnswerAndLeavesNoTrace() {
        Retry retry =
                quick(3).policy(RetryPolicy.builder().enabled(false).build()).build();
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> succeeding = retry.forClient("tenant").callAsync(() -> stage);
        CompletableFuture<String> failing = retry.callAsync(() -> failsTimes(9));

        stage.complete("result");

        assertThat(succeeding).isCompletedWithValue("result");
        assertThatThrownBy(failing::join).hasRootCauseMessage("attempt 1");
        assertThat(retry.snapshot().calls()).isZero();
        assertThat(retry.snapshot().clientsTracked()).isZero();
    }

    @Test
    void aCallThatTimesOutCancelsItsAttempt() {
        Retry retry = quick(3).build();
        CompletableFuture<String> stage = new CompletableFuture<>();

        CompletableFuture<String> future = retry.callAsync(() -> stage).orTimeout(20, TimeUnit.MILLISECONDS);

        assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
                .hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
        assertThat(stage).isCancelled();
    }

    @Test
    void aRejectedRetryEndsTheCallWithItsFailureAndSaysSo() {
        Retry retry = quick(3).runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .build();

        CompletableFuture<String> future = retry.callAsync(() -> failsTimes(9));

        assertThatThrownBy(future::get).cause().hasMessage("attempt 1").satisfies(failure -> assertThat(
                        failure.getSuppressed())
                .hasSize(2)
                .anyMatch(RejectedExecutionException.class::isInstance));
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void aSchedulerThatWasShutDownEndsTheCall() {
        timer.shutdownNow();
        Retry retry = Retries.named("users").runtime(r -> r.scheduler(timer)).build();

        CompletableFuture<String> future = retry.callAsync(() -> failsTimes(9));

        assertThat(future).isCompletedExceptionally();
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void anOpenBreakerFailsTheFuture() {
        Retry retry = Retries.named("users")
                .circuitBreaker((name, clock) -> {
                    CircuitBreaker breaker = CircuitBreakers.failureRate(0.5).create(name, clock);
                    breaker.forceOpen();
                    return breaker;
                })
                .build();

        assertThatThrownBy(() -> retry.callAsync(() -> failsTimes(0)).get())
                .hasCauseInstanceOf(CircuitOpenException.class);
        assertThat(attempts[0]).isZero();
    }

    @Test
    void classifiedResultsAreRetriedAndTheLastOneIsTheAnswer() throws Exception {
        RetryPolicy policy = RetryPolicy.builder()
                .backoff(Backoff.fixed(ofMillis(1)))
                .classifyResult(
                        Integer.class, code -> code >= 500 ? Classification.of(ErrorCategory.SERVER_ERROR) : null)
                .build();
        Retry retry = Retries.named("users")
                .policy(policy)
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();

        assertThat(retry.callAsync(() -> CompletableFuture.completedFuture(500 + ++attempts[0]))
                        .get(60, TimeUnit.SECONDS))
                .isEqualTo(503);
    }

    @Tag("bounds")
    @Test
    void cancelAndCompletionAgreeOnTheOutcomeInARace() throws Exception {
        Retry retry = quick(3).build();
        ForkJoinPool pool = ForkJoinPool.commonPool();
        int cancelled = 0;
        List<CompletableFuture<String>> futures = new ArrayList<>();
        for (int round = 0; round < 20_000; round++) {
            CompletableFuture<String> stage = new CompletableFuture<>();
            CompletableFuture<String> future = retry.callAsync(() -> stage);
            futures.add(future);
            pool.execute(() -> stage.complete("result"));
            future.cancel(true);
        }
        pool.awaitQuiescence(300, TimeUnit.SECONDS);
        for (CompletableFuture<String> future : futures) {
            assertThat(future).isDone();
            cancelled += future.isCancelled() ? 1 : 0;
        }

        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(cancelled);
        assertThat(retry.snapshot().successes()).isEqualTo(20_000 - cancelled);
    }
}
