package io.forbear.retry.core.execution;

import io.forbear.retry.CallOutcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The future outcome of an asynchronous call: a cancel reaches the call. */
final class OutcomeFuture<T extends @Nullable Object> extends CompletableFuture<CallOutcome<T>> {

    private final AsyncCall<T> call;

    private OutcomeFuture(AsyncCall<T> call) {
        this.call = call;
    }

    static <T extends @Nullable Object> OutcomeFuture<T> of(AsyncCall<T> call, OutcomeRecorder recorder) {
        OutcomeFuture<T> future = new OutcomeFuture<>(call);
        call.handle((result, failure) -> future.ends(result, failure, recorder));
        return future;
    }

    private boolean ends(T result, @Nullable Throwable failure, OutcomeRecorder recorder) {
        if (failure == null) {
            return super.complete(recorder.outcome(result));
        }
        return failure instanceof Error || call.isCancelled()
                ? super.completeExceptionally(failure)
                : super.complete(recorder.failure(failure));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        call.cancel(mayInterruptIfRunning);
        return super.cancel(mayInterruptIfRunning);
    }
}
