package io.forbear.retry.core.execution;

import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.call.Unsettled;
import org.jspecify.annotations.Nullable;

/**
 * How an asynchronous call ends, for the service and for its caller: functions over {@link AsyncCall}, for its owner.
 *
 * <p>Everything is written before the future is completed: code that waits for the future finds the counters, the
 * permit and the tokens as they will stay. What the call held is forgotten before, too, since completion runs the
 * caller's own code.
 */
final class AsyncEnd {

    private AsyncEnd() {}

    /** A success is recorded only by the thread that has claimed the end, for a cancel may come first. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    static <T extends @Nullable Object> void succeed(AsyncCall<T> future, CallState current, @Nullable Object result) {
        if (!AsyncPhase.claimEnd(future)) {
            current.setLastOutcome(new BadResult(result));
            end(future);
            return;
        }
        Object answer = result;
        try {
            CallEnd.succeed(current);
            answer = Handover.result(current, result);
        } catch (Throwable fault) {
            Unsettled.settle(current);
        }
        future.forget();
        future.bring((T) answer);
    }

    /** The call has been stopped by a decision, or a cancel or the deadline has come. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    static <T extends @Nullable Object> void end(AsyncCall<T> future) {
        CallState current = future.owned();
        Object last = current.lastOutcome();
        Object bad = last instanceof BadResult result ? result.value() : null;
        if (!AsyncPhase.claimEnd(future)) {
            endInterrupted(future, current, bad);
            return;
        }
        Throwable thrown = Handover.failure(current, current.lastFailure());
        if (thrown == null) {
            thrown = Handover.failureForResult(current, bad);
        } else {
            Handover.discardHeld(current, null);
        }
        Object answer = thrown == null ? Handover.result(current, bad) : null;
        future.forget();
        if (thrown == null) {
            future.bring((T) answer);
        } else {
            future.fail(thrown);
        }
    }

    /** A cancel, or the deadline, has told the caller of the end already. */
    private static void endInterrupted(AsyncCall<?> future, CallState current, @Nullable Object bad) {
        if (AsyncPhase.isExpiring(future)) {
            CallEnd.stop(current, StopReason.DEADLINE_EXCEEDED, current.lastFailure());
        } else {
            CallEnd.abandon(current);
        }
        Handover.discardHeld(current, bad);
        future.forget();
        AsyncPhase.end(future);
    }

    /**
     * The owner ends the call, so that no caller waits for ever. What the last attempt came to, a failure or a result
     * that is one, goes before the fault.
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a T may be null
    static <T extends @Nullable Object> void breakOff(AsyncCall<T> future, Throwable fault) {
        CallState left = future.call;
        Object known = left == null ? null : left.lastOutcome();
        if (left != null) {
            Unsettled.settle(left);
        }
        Object answer = null;
        Throwable thrown = known instanceof Throwable failure ? failure : fault;
        if (left != null && known instanceof BadResult bad) {
            try {
                answer = Handover.result(left, bad.value());
                thrown = null;
            } catch (Throwable again) {
                thrown = fault;
            }
        }
        AsyncPhase.end(future);
        future.forget();
        if (thrown == null) {
            future.bring((T) answer);
        } else {
            future.fail(thrown);
        }
    }

    /** The caller has cancelled a call that no thread owned: this thread does. */
    static void cancelled(AsyncCall<?> future, boolean mayInterrupt) {
        Alarm what = future.takePending();
        CallState current = future.owned();
        try {
            CallEnd.abandon(current);
        } catch (Throwable fault) {
            Unsettled.settle(current);
        }
        Handover.discardHeld(current, null);
        future.forget();
        AsyncTimeLimits.cancel(what, mayInterrupt);
    }
}
