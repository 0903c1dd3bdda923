package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A result that no caller gets is closed once, however it comes; one that a caller gets is never closed. */
class LateResultsTest {

    private static final class Response implements AutoCloseable {
        int closed;
        boolean bad;

        @Override
        public void close() {
            closed++;
        }
    }

    /** A stage that goes on though it is cancelled. */
    private static class Stubborn<T> extends CompletableFuture<T> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    private final Response response = new Response();
    private final Queue<Runnable> hops = new ArrayDeque<>();
    private final AtomicReference<CompletableFuture<?>> held = new AtomicReference<>();

    private Retries.Builder named(RetryPolicy.Builder policy) {
        return Retries.named("users")
                .policy(policy.backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    /** A call whose second attempt, on the executor, finds that the caller has cancelled while it ran. */
    private void cancelledWhileItBegins(Supplier<CompletionStage<Response>> second) {
        int[] made = {0};
        held.set(named(RetryPolicy.builder())
                .runtime(r -> r.executor(hops::add))
                .build()
                .callAsync(() -> {
                    if (++made[0] == 1) {
                        return CompletableFuture.failedFuture(new IOException("down"));
                    }
                    held.get().cancel(true);
                    return second.get();
                }));
        hops.remove().run();
    }

    @Test
    void aResultThatWasThereBeforeTheCancelWasSeenIsClosed() {
        cancelledWhileItBegins(() -> CompletableFuture.completedFuture(response));
        assertThat(response.closed).isOne();
    }

    @Test
    void aResultOfAStageThatCameAfterTheCancelIsClosedWhenItComes() {
        Stubborn<Response> stage = new Stubborn<>();
        cancelledWhileItBegins(() -> stage);
        stage.complete(response);
        assertThat(response.closed).isOne();
    }

    @Test
    void aStageThatRefusesAndTellsLaterOnTheSameThreadHasItsResultClosed() {
        Stubborn<Response> stage = new Stubborn<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super Response, Throwable, ? extends U> told) {
                super.handle(told);
                throw new IllegalStateException("no listeners");
            }
        };
        CompletableFuture<Response> call = named(RetryPolicy.builder()).build().callAsync(() -> stage);
        assertThat(catchThrowable(call::join)).hasRootCauseMessage("no listeners");
        stage.complete(response);
        assertThat(response.closed).isOne();
    }

    @Test
    void aStageThatTellsAndThenRefusesIsHeard() {
        Stubborn<Response> stage = new Stubborn<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super Response, Throwable, ? extends U> told) {
                super.handle(told);
                throw new IllegalStateException("no listeners");
            }
        };
        stage.complete(response);
        assertThat(named(RetryPolicy.builder()).build().callAsync(() -> stage).join())
                .isSameAs(response);
        assertThat(response.closed).isZero();
    }

    @Test
    void aBadResultIsClosedWhereAListenerCancelsTheCallThatStops() {
        RetryListener cancels = new RetryListener() {
            @Override
            public void onStop(FailedAttempt failed, StopReason reason) {
                held.get().cancel(true);
            }
        };
        CompletableFuture<Response> stage = new CompletableFuture<>();
        held.set(named(RetryPolicy.builder()
                        .maxAttempts(1)
                        .classifyResult(Response.class, bad -> Classification.ofHttpStatus(503)))
                .listener(cancels)
                .build()
                .callAsync(() -> stage));
        stage.complete(response);
        assertThat(held.get()).isCancelled();
        assertThat(response.closed).isOne();
    }

    @Test
    void theResultsInALateOutcomeOfABatchAreClosed() {
        Stubborn<BatchOutcome<String, Response>> stage = new Stubborn<>();
        Response other = new Response();
        named(RetryPolicy.builder())
                .build()
                .callBatchAsync(List.of("a", "b"), items -> stage)
                .cancel(true);
        stage.complete(BatchOutcome.byPosition(List.of(ItemOutcome.success(response), ItemOutcome.success(other))));
        assertThat(response.closed).isOne();
        assertThat(other.closed).isOne();
    }

    @Test
    void theResultsThatACancelledBatchHoldsAreClosed() {
        Stubborn<BatchOutcome<String, Response>> stage = new Stubborn<>();
        Response other = new Response();
        CompletableFuture<?> call = named(RetryPolicy.builder())
                .runtime(r -> r.executor(Runnable::run))
                .build()
                .callBatchAsync(List.of("a", "b"), items -> items.size() == 2 ? firstOfTwo() : stage);
        call.cancel(true);
        stage.complete(BatchOutcome.byPosition(List.of(ItemOutcome.success(other))));
        assertThat(response.closed).isOne();
        assertThat(other.closed).isOne();
    }

    private CompletableFuture<BatchOutcome<String, Response>> firstOfTwo() {
        return CompletableFuture.completedFuture(BatchOutcome.byPosition(
                List.of(ItemOutcome.success(response), ItemOutcome.failure(new IOException("down")))));
    }

    @Test
    void theResultsOfABatchThatAnErrorEndsAreClosed() {
        AssertionError bug = new AssertionError();
        Throwable thrown = catchThrowable(
                () -> named(RetryPolicy.builder()).build().<String, Response>callBatch(List.of("a", "b"), items -> {
                    if (items.size() == 1) {
                        throw bug;
                    }
                    return firstOfTwo().join();
                }));
        assertThat(thrown).isSameAs(bug);
        assertThat(response.closed).isOne();
    }

    private static RetryPolicy.Builder judgesResponses(int status) {
        return RetryPolicy.builder()
                .classifyResult(Response.class, given -> given.bad ? Classification.ofHttpStatus(status) : null);
    }

    @Test
    void aBadResultOfAnItemThatGoesAgainIsClosedOnceAndTheLastIsHandedOver() {
        response.bad = true;
        Response good = new Response();
        BatchResult<String, Response> result = named(judgesResponses(503))
                .build()
                .callBatch(List.of("a"), items -> one(response.closed == 0 ? response : good));
        assertThat(result.succeeded()).singleElement().satisfies(item -> assertThat(item.value())
                .isSameAs(good));
        assertThat(response.closed).isOne();
        assertThat(good.closed).isZero();
    }

    private static BatchOutcome<String, Response> one(Response value) {
        return BatchOutcome.byPosition(List.of(ItemOutcome.success(value)));
    }

    @Test
    void aBadResultThatWasClosedBeforeTheRetryIsNotClosedWhereThatEndsWithAnError() {
        response.bad = true;
        AssertionError bug = new AssertionError();
        Throwable thrown = catchThrowable(
                () -> named(judgesResponses(503)).build().<String, Response>callBatch(List.of("a"), items -> {
                    if (response.closed > 0) {
                        throw bug;
                    }
                    return one(response);
                }));
        assertThat(thrown).isSameAs(bug);
        assertThat(response.closed).isOne();
    }

    @Test
    void theBadResultOfAnItemThatWasGivenUpIsClosedWhereAnErrorEndsTheBatch() {
        response.bad = true;
        AssertionError bug = new AssertionError();
        Throwable thrown = catchThrowable(
                () -> named(judgesResponses(400)).build().<String, Response>callBatch(List.of("a", "b"), items -> {
                    if (items.size() == 1) {
                        throw bug;
                    }
                    return firstOfTwo().join();
                }));
        assertThat(thrown).isSameAs(bug);
        assertThat(response.closed).isOne();
    }

    @Test
    void theResultsOfABatchThatACancelFindsWhileItBeginsAreClosed() {
        int[] made = {0};
        held.set(named(RetryPolicy.builder())
                .runtime(r -> r.executor(hops::add))
                .build()
                .<String, Response>callBatchAsync(List.of("a"), items -> {
                    if (++made[0] == 1) {
                        return CompletableFuture.failedFuture(new IOException("down"));
                    }
                    held.get().cancel(true);
                    return CompletableFuture.completedFuture(one(response));
                }));
        hops.remove().run();
        assertThat(held.get()).isCancelled();
        assertThat(response.closed).isOne();
    }

    @Test
    void aResultThatAStageBringsInsideTheCancelOfItsCallIsClosed() {
        CompletableFuture<Response> stage = new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super Response, Throwable, ? extends U> told) {
                held.get().cancel(true);
                return super.handle(told);
            }
        };
        stage.complete(response);
        int[] made = {0};
        held.set(named(RetryPolicy.builder())
                .runtime(r -> r.executor(hops::add))
                .build()
                .callAsync(() -> ++made[0] == 1 ? CompletableFuture.failedFuture(new IOException("down")) : stage));
        hops.remove().run();
        assertThat(held.get()).isCancelled();
        assertThat(response.closed).isOne();
    }

    @Test
    void aStageThatRefusesToBeHeardIsCancelled() {
        CompletableFuture<Response> stage = new CompletableFuture<>() {
            @Override
            public <U> CompletableFuture<U> handle(BiFunction<? super Response, Throwable, ? extends U> told) {
                throw new IllegalStateException("no listeners");
            }
        };
        CompletableFuture<Response> call = named(RetryPolicy.builder()).build().callAsync(() -> stage);
        assertThat(catchThrowable(call::join)).hasRootCauseMessage("no listeners");
        assertThat(stage).isCancelled();
    }

    @Test
    void aCancelOfAListenerThatHearsOfARetryEndsTheCallBeforeItsWait() {
        int[] made = {0};
        RetryListener cancels = new RetryListener() {
            @Override
            public void onRetry(FailedAttempt failed, Duration delay) {
                if (failed.attempt() == 2) {
                    held.get().cancel(true);
                }
            }
        };
        Retry retry = named(RetryPolicy.builder().maxAttempts(4))
                .runtime(r -> r.executor(hops::add))
                .listener(cancels)
                .build();
        held.set(retry.callAsync(() -> {
            made[0]++;
            return CompletableFuture.failedFuture(new IOException("down"));
        }));
        hops.remove().run();
        assertThat(held.get()).isCancelled();
        assertThat(hops).isEmpty();
        assertThat(made[0]).isEqualTo(2);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isOne();
    }
}
