package io.forbear.retry.core.execution;

import io.forbear.retry.NanoClock;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.AfterAttempt;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallExtras;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Failures;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.internal.Faults;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The timers of an asynchronous call: that of its deadline, and that of an attempt. A scheduler that refuses sets none.
 *
 * <p>Limits are kept by the timer that all services share, even where the service has a scheduler of its own: that one
 * may be shut down, or drop tasks, and the deadline holds nevertheless. Where time is virtual, the scheduler that moves
 * it keeps them.
 */
final class AsyncTimeLimits {

    static final String TOOK_TOO_LONG = "took longer than its limit";

    private AsyncTimeLimits() {}

    /** Sets the timer of the deadline, once; the owner of the call does so before it lets go. */
    static void watchDeadline(AsyncCall<?> future, CallState call, Means means) {
        if (!TimeLimits.isBounded(call) || deadlineTimer(call) != null) {
            return;
        }
        DeadlineAlarm alarm = new DeadlineAlarm(future);
        call.extras().setDeadlineTimer(alarm);
        NanoClock clock = TimeLimits.clock(call);
        try {
            long nanos = Math.max(0, TimeLimits.remainingNanos(call));
            if (alarm.scheduled(means.scheduleLimit(alarm, nanos, clock))) {
                future.deadlineReached();
            }
        } catch (Throwable rejection) {
            Faults.log("clock or scheduler", rejection);
        }
    }

    private static @Nullable Runnable deadlineTimer(CallState call) {
        CallExtras extras = call.extrasOrNull();
        return extras == null ? null : extras.deadlineTimer();
    }

    /** Takes the timer of the deadline away. */
    static void forgetDeadline(@Nullable CallState call) {
        Runnable timer = call == null ? null : deadlineTimer(call);
        if (timer != null) {
            Alarm.cancelQuietly(timer);
        }
    }

    /**
     * Sets the timer of an attempt that is under way, after the call was let go: it must find the attempt there,
     * however soon it rings. Only what never changes is read of the state, for another thread may own the call by now.
     * Returns whether the timer rang there and then.
     */
    static boolean limitAttempt(CallState call, StageAttempt<?> attempt, Means means) {
        long limit = TimeLimits.attemptTimeoutNanos(call);
        if (limit == Long.MAX_VALUE) {
            return false;
        }
        try {
            return attempt.scheduled(means.scheduleLimit(attempt, limit, TimeLimits.clock(call)));
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection); // the deadline, if there is one, still holds
            return false;
        }
    }

    /** Cancels what the call waited for: an attempt with its stage, or a timer. */
    static void cancel(@Nullable Alarm pending, boolean mayInterrupt) {
        if (pending instanceof StageAttempt<?> attempt) {
            Alarm.cancelQuietly(() -> attempt.cancel(mayInterrupt));
        } else if (pending != null) {
            Alarm.cancelQuietly(pending::cancel);
        }
    }

    // ---- the timers fire

    /** The time of an attempt is over. */
    static void endAttempt(AsyncCall<?> future, int ticket) {
        if (AsyncPhase.takeOver(future, ticket)) {
            future.inContext(call -> {
                cancel(future.takePending(), true);
                return future.judge(null, StageAttempt.timeout(call, TOOK_TOO_LONG));
            });
        }
    }

    /** The deadline has come: ends the call wherever it is. */
    static void expire(AsyncCall<?> future) {
        CallState known = future.call;
        // no switch: javac gives it a class of its own, which would be loaded at the end of a stack for the first time
        AsyncPhase.Found found = AsyncPhase.expire(future);
        if (found == AsyncPhase.Found.OWNED) {
            String service = known == null ? "" : known.service() + ": ";
            future.fail(new TimeoutException(service + "an attempt was being begun at the deadline of the call"));
        } else if (found == AsyncPhase.Found.ATTEMPT) {
            future.endInContext(call -> endAttemptAtDeadline(future, call));
        } else if (found == AsyncPhase.Found.WAIT) {
            future.endInContext(call -> endWaitAtDeadline(future, call));
        }
    }

    /** The attempt counts as failed by a time-out, the breaker hears of it, and its stage is cancelled. */
    private static void endAttemptAtDeadline(AsyncCall<?> future, CallState call) {
        Alarm attempt = future.takePending();
        Throwable before = call.lastFailure();
        Throwable timeout = StageAttempt.timeout(call, "was under way at the deadline of the call");
        if (before != null) {
            Failures.attach(timeout, before);
        }
        call.setLastOutcome(timeout);
        AfterAttempt.reachedDeadline(call, timeout);
        cancel(attempt, true);
        AsyncEnd.end(future);
    }

    /** No attempt was under way: the call ends with the failure of the last one. */
    private static void endWaitAtDeadline(AsyncCall<?> future, CallState call) {
        Alarm timer = future.takePending();
        CallEnd.stop(call, StopReason.DEADLINE_EXCEEDED, call.lastFailure());
        cancel(timer, true);
        AsyncEnd.end(future);
    }
}
