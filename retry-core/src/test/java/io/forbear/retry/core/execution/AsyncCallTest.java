package io.forbear.retry.core.execution;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Classification;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import java.io.IOException;
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
import org.junit.jupiter.api.AfterEach;
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
                .scheduler(timer);
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
    void aMillionImmediateRetriesGrowNoStackOnAnyExecutor() throws Exception {
        for (Executor executor : List.<Executor>of(Runnable::run, ForkJoinPool.commonPool())) {
            attempts[0] = 0;
            Retry retry = quick(Integer.MAX_VALUE).executor(executor).build();

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
                .budget(RetryBudgets.tokenBucket(10))
                .scheduler(timer)
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
        Retry retry = quick(3).executor(task -> {
                    throw new RejectedExecutionException("full");
                })
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
        Retry retry = Retries.named("users").scheduler(timer).build();

        CompletableFuture<String> future = retry.callAsync(() -> failsTimes(9));

        assertThat(future).isCompletedExceptionally();
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Test
    void anOpenBreakerFailsTheFuture() {
        Retry retry = Retries.named("users")
                .circuitBreaker((name, clock) -> {
                    CircuitBreaker breaker = CircuitBreakers.failureRate(0.5).create(name, clock);
                    CircuitBreakers.forceOpen(breaker);
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
