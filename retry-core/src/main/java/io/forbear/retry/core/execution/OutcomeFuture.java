package io.forbear.retry.core.execution;

import io.forbear.retry.CallOutcome;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.Discarder;
import org.jspecify.annotations.Nullable;

/**
 * The future outcome of an asynchronous call: a cancel reaches the call. It completes normally however the call ends,
 * with two exceptions: an {@link Error}, which no program takes for an outcome, and a cancel.
 *
 * <p>The end of the call and a cancel of this future may come at once, each on a thread of its own: {@link #claimsEnd}
 * lets one of them pass. The lock is held for one comparison, and never while a continuation runs. A result that the
 * call brings after the cancel is discarded.
 */
final class OutcomeFuture<T extends @Nullable Object> extends CallersFuture<CallOutcome<T>> {

    private final AsyncCall<T> call;
    private boolean over;

    private OutcomeFuture(AsyncCall<T> call) {
        this.call = call;
    }

    /** Returns the future outcome of a call that has begun, whose events the recorder has heard from its first on. */
    static <T extends @Nullable Object> OutcomeFuture<T> of(
            AsyncCall<T> call, OutcomeRecorder recorder, Discarder discarder) {
        OutcomeFuture<T> future = new OutcomeFuture<>(call);
        call.handle((result, failure) -> { // whenComplete would make an exception, stack trace and all
            future.end(result, failure, recorder, discarder);
            return null;
        });
        return future;
    }

    /** The call has ended, on whatever thread ended it. */
    private void end(T result, @Nullable Throwable failure, OutcomeRecorder recorder, Discarder discarder) {
        if (!claimsEnd()) {
            discarder.discard(result);
            return;
        }
        if (failure == null) {
            bring(recorder.outcome(result));
        } else if (failure instanceof Error || call.isCancelled()) {
            fail(failure);
        } else {
            bring(recorder.failure(
                    failure, AsyncPhase.isExpiring(call) ? StopReason.DEADLINE_EXCEEDED : StopReason.DISABLED));
        }
    }

    /** Returns true to the first caller alone: the call's end and a cancel may come at once. */
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
