package io.forbear.retry.core.call;

import io.forbear.retry.NanoClock;

/** How much time a call, and an attempt of it, has: functions over {@link CallState}. All times are nanoseconds. */
public final class TimeLimits {

    private TimeLimits() {}

    /** Tells whether the call has a deadline. */
    public static boolean isBounded(CallState call) {
        return call.is(CallState.BOUNDED);
    }

    /** Tells whether an attempt on this thread is to know how much time it has. */
    public static boolean isTimed(CallState call) {
        return isBounded(call) || attemptTimeoutNanos(call) != Long.MAX_VALUE;
    }

    /** Returns how much time is left until the deadline; {@link Long#MAX_VALUE} where there is none. */
    public static long remainingNanos(CallState call) {
        return isBounded(call) ? call.endNanos - call.now() : Long.MAX_VALUE;
    }

    /** Returns how long an attempt that begins now may take; {@link Long#MAX_VALUE} for no limit. */
    public static long attemptLimitNanos(CallState call) {
        return Math.min(remainingNanos(call), attemptTimeoutNanos(call));
    }

    /**
     * Returns when an attempt that begins now must have ended, by the clock; of a call that is {@linkplain #isTimed
     * timed}.
     */
    public static long attemptEndNanos(CallState call) {
        long timeout = attemptTimeoutNanos(call);
        if (timeout == Long.MAX_VALUE) {
            return call.endNanos;
        }
        long end = call.now() + Math.min(timeout, CallState.FARTHEST_NANOS);
        return isBounded(call) && call.endNanos - end < 0 ? call.endNanos : end;
    }

    /** Returns the policy's limit of an attempt; {@link Long#MAX_VALUE} for none. */
    public static long attemptTimeoutNanos(CallState call) {
        return call.plan.rules.attemptTimeoutNanos;
    }

    /** Tells whether a blocking attempt is interrupted when its time is over. */
    public static boolean isInterruptedOnTimeout(CallState call) {
        return call.plan.rules.interruptedOnTimeout && isTimed(call);
    }

    /** Returns the clock of the service. */
    public static NanoClock clock(CallState call) {
        return call.plan.service.clock();
    }
}
