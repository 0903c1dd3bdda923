package io.forbear.retry.core.execution;

import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.ToldBreaker;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BatchAsyncTest {

    private static final Classification SLOW = Classification.of(TIMEOUT);

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<List<String>> sent = new ArrayList<>();

    BatchAsyncTest() {
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

    private Retries.Builder slow() {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofHours(1)).jitter(Jitter.none()))
                        .build())
                .runtime(r -> r.clock(() -> 0)) // or the bucket would be refilled meanwhile
                .budget(RetryBudgets.tokenBucket(10))
                .withoutCircuitBreaker()
                .runtime(r -> r.scheduler(timer));
    }

    /** An operation that does the first of its items and leaves the others. */
    private CompletionStage<BatchOutcome<String, @Nullable Void>> doesTheFirst(List<String> items) {
        sent.add(items);
        return CompletableFuture.completedFuture(BatchOutcome.unprocessed(items.subList(1, items.size()), SLOW));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void attemptsOnlyTheItemsThatFailedAgain() throws Exception {
        Retry retry = quick(3).build();

        BatchResult<String, @Nullable Void> result =
                get(retry.callBatchAsync(List.of("a", "b", "c"), this::doesTheFirst));

        assertThat(sent).containsExactly(List.of("a", "b", "c"), List.of("b", "c"), List.of("c"));
        assertThat(result.isComplete()).isTrue();
        assertThat(result.items()).extracting(ItemResult::attempts).containsExactly(1, 2, 3);
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(3);
    }

    @Test
    void waitsOnTheTimer() throws Exception {
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build())
                .withoutBudget()
                .runtime(r -> r.scheduler(timer))
                .build();

        assertThat(get(retry.callBatchAsync(List.of("a", "b", "c"), this::doesTheFirst))
                        .attempts())
                .isEqualTo(3);
    }

    @Test
    void whatFailedIsInTheResultAndNotThrown() throws Exception {
        Retry retry = quick(2).build();
        IOException down = new IOException("down");

        BatchResult<String, String> failed =
                get(retry.callBatchAsync(List.of("a", "b"), items -> CompletableFuture.failedFuture(down)));
        BatchResult<String, String> threw = get(retry.callBatchAsync(List.of("a"), items -> {
            throw new IllegalStateException("no stage");
        }));
        BatchResult<String, String> nothing = get(retry.callBatchAsync(List.of("a"), items -> null));

        assertThat(failed.failed()).extracting(ItemResult.Failure::failure).containsOnly(down);
        assertThat(failed.attempts()).isEqualTo(2);
        assertThat(threw.failed().get(0).failure()).hasMessage("no stage");
        assertThat(nothing.failed().get(0).failure()).hasMessage("stage: null (expected: a stage)");
    }

    @Test
    void errorsAndOutcomesThatDoNotFitFailTheFuture() {
        Retry retry = quick(3).build();

        CompletableFuture<?> error = retry.<String, String>callBatchAsync(
                List.of("a"), items -> CompletableFuture.failedFuture(new StackOverflowError()));
        CompletableFuture<?> size = retry.<String, String>callBatchAsync(
                List.of("a", "b"),
                items -> CompletableFuture.completedFuture(
                        BatchOutcome.byPosition(List.of(ItemOutcome.success("one")))));
        CompletableFuture<?> empty =
                retry.<String, String>callBatchAsync(List.of("a"), items -> CompletableFuture.completedFuture(null));

        assertThatThrownBy(error::get).cause().isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(size::get).cause().hasMessage("outcomes: 1 (expected: 2, one for each item of the attempt)");
        assertThatThrownBy(empty::get)
                .cause()
                .hasMessage("outcome: null (expected: an outcome of the 1 items of the attempt)");
        assertThat(retry.snapshot().calls()).isEqualTo(3);
        assertThat(retry.snapshot().stopped(StopReason.FATAL)).isEqualTo(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_RETRYABLE)).isEqualTo(2);
    }

    @Test
    void anOpenBreakerFailsTheFuture() {
        ToldBreaker breaker = new ToldBreaker();
        breaker.open = true;
        Retry retry = Retries.named("users")
                .circuitBreaker((name, clock) -> breaker)
                .runtime(r -> r.scheduler(timer))
                .build();

        assertThatThrownBy(() ->
                        retry.callBatchAsync(List.of("a"), this::doesTheFirst).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(CircuitOpenException.class);
        assertThat(sent).isEmpty();
    }

    @Test
    void anEmptyBatchIsDoneAtOnce() throws Exception {
        Retry retry = quick(3).build();

        assertThat(get(retry.callBatchAsync(List.of(), this::doesTheFirst)).attempts())
                .isZero();

        assertThat(sent).isEmpty();
        assertThat(retry.snapshot().calls()).isZero();
    }

    @Test
    void cancelReachesTheRunningStage() {
        Retry retry = quick(3).build();
        CompletableFuture<BatchOutcome<String, String>> stage = new CompletableFuture<>();
        CompletableFuture<BatchResult<String, String>> future = retry.callBatchAsync(List.of("a"), items -> stage);

        assertThat(future.cancel(true)).isTrue();

        assertThat(stage).isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void cancelRemovesTheTimerAndRefundsTheToken() {
        Retry retry = slow().build();
        CompletableFuture<?> future = retry.callBatchAsync(List.of("a", "b"), this::doesTheFirst);
        assertThat(timer.getQueue()).hasSize(1);
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(9);

        future.cancel(false);

        assertThat(timer.getQueue()).isEmpty();
        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(10);
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
    }

    @Test
    void aRejectedAttemptReturnsWhatWasDone() throws Exception {
        Retry retry = quick(3).runtime(r -> r.executor(task -> {
                    throw new RejectedExecutionException("full");
                }))
                .build();

        BatchResult<String, @Nullable Void> result = get(retry.callBatchAsync(List.of("a", "b"), this::doesTheFirst));

        assertThat(result.succeeded()).extracting(ItemResult::item).containsExactly("a");
        assertThat(result.failed()).extracting(ItemResult.Failure::reason).containsExactly(StopReason.REJECTED);
        assertThat(retry.snapshot().stopped(StopReason.REJECTED)).isEqualTo(1);
    }

    @Tag("bounds")
    @Test
    void manyImmediateAttemptsGrowNoStackOnAnyExecutor() throws Exception {
        for (Executor executor : List.<Executor>of(Runnable::run, ForkJoinPool.commonPool())) {
            Retry retry =
                    quick(Integer.MAX_VALUE).runtime(r -> r.executor(executor)).build();
            int[] made = {0};

            BatchResult<Integer, @Nullable Void> result = get(retry.callBatchAsync(
                    List.of(1, 2),
                    items -> CompletableFuture.completedFuture(
                            BatchOutcome.unprocessed(++made[0] <= 100_000 ? List.of(2) : List.of(), SLOW))));

            assertThat(result.isComplete()).isTrue();
            assertThat(result.attempts()).isEqualTo(100_001);
        }
    }

    @Tag("bounds")
    @Test
    void cancelAndCompletionAgreeOnTheOutcomeInARace() throws Exception {
        int rounds = 20_000;
        Retry retry = quick(3).build();
        ForkJoinPool pool = ForkJoinPool.commonPool();
        List<CompletableFuture<BatchResult<String, String>>> futures = new ArrayList<>();
        ItemOutcome<String> done = ItemOutcome.success("done");
        ItemOutcome<String> left = ItemOutcome.failure(SLOW);
        for (int round = 0; round < rounds; round++) {
            CompletableFuture<BatchOutcome<String, String>> stage = new CompletableFuture<>();
            CompletableFuture<BatchResult<String, String>> future = retry.callBatchAsync(
                    List.of("a", "b"),
                    items -> items.size() == 2
                            ? stage
                            : CompletableFuture.completedFuture(BatchOutcome.byItem(item -> done)));
            futures.add(future);
            pool.execute(() -> stage.complete(BatchOutcome.byPosition(List.of(done, left))));
            future.cancel(true);
        }
        int cancelled = 0;
        for (CompletableFuture<BatchResult<String, String>> future : futures) {
            if (future.isCancelled()) {
                cancelled++;
            } else {
                assertThat(get(future).orElseThrow()).containsExactly("done", "done");
            }
        }
        assertThat(pool.awaitQuiescence(60, TimeUnit.SECONDS)).isTrue();

        assertThat(retry.snapshot().calls()).isEqualTo(rounds);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(cancelled);
        assertThat(retry.snapshot().recovered()).isEqualTo(rounds - cancelled);
    }
}
