package io.forbear.retry.core.execution;

import io.forbear.retry.CallOutcome;
import io.forbear.retry.StopReason;
import org.jspecify.annotations.Nullable;

/** The future outcome of an asynchronous call: a cancel reaches the call. */
final class OutcomeFuture<T extends @Nullable Object> extends CallersFuture<CallOutcome<T>> {

    private final AsyncCall<T> call;
    private boolean over;

    private OutcomeFuture(AsyncCall<T> call) {
        this.call = call;
    }

    static <T extends @Nullable Object> OutcomeFuture<T> of(AsyncCall<T> call, OutcomeRecorder recorder) {
        OutcomeFuture<T> future = new OutcomeFuture<>(call);
        call.handle((result, failure) -> future.ends(result, failure, recorder));
        return future;
    }

    private boolean ends(T result, @Nullable Throwable failure, OutcomeRecorder recorder) {
        if (!claimsEnd()) {
            return false;
        }
        if (failure == null) {
            return bring(recorder.outcome(result));
        }
        return failure instanceof Error || call.isCancelled()
                ? fail(failure)
                : bring(recorder.failure(
                        failure, AsyncPhase.isExpiring(call) ? StopReason.DEADLINE_EXCEEDED : StopReason.DISABLED));
    }

    private synchronized boolean claimsEnd() {
        boolean first = !over;
        over = true;
        return first;
    }

    @Override
    boolean endForCaller(boolean mayInterrupt) {
        boolean first = claimsEnd();
        if (first) {
            call.cancel(mayInterrupt);
        }
        return first;
    }
}
