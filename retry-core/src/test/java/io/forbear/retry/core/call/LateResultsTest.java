package io.forbear.retry.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import java.io.IOException;
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
}
