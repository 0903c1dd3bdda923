package io.forbear.retry.core.call;

import org.jspecify.annotations.Nullable;

/**
 * What the caller gets of a call, and what is discarded because no caller gets it: functions over {@link CallState}.
 */
public final class Handover {

    private Handover() {}

    /** Returns what the caller gets, given the last attempt's result: that, except for a batch. */
    public static @Nullable Object result(CallState call, @Nullable Object result) {
        return SingleWork.or(call).resultForCaller(call, result);
    }

    /** Returns what the caller is thrown, given what the last attempt threw: that, except for a batch. */
    public static @Nullable Throwable failure(CallState call, @Nullable Throwable failure) {
        return SingleWork.or(call).failureForCaller(call, failure);
    }

    /**
     * Returns what the caller is thrown where the call has ended with a result that is a failure.
     *
     * @param result the last result
     * @return {@code null} where the caller gets the result itself
     */
    public static @Nullable Throwable failureForResult(CallState call, @Nullable Object result) {
        return SingleWork.or(call).failureForResult(call, result);
    }

    /** Returns what takes the result of the attempt under way, should it come when no caller can get it any more. */
    public static Discarder discarder(CallState call) {
        return SingleWork.or(call).discarder(call);
    }

    /** Discards the result of the last attempt, which no caller gets. */
    public static void discard(CallState call, @Nullable Object result) {
        SingleWork.or(call).discard(call, result);
    }

    /**
     * Discards a result that no caller gets, on a thread that must not wait. Reads only what never changes.
     *
     * @return whether anything was done with it
     */
    public static boolean discards(CallState call, Object result) {
        return call.plan.discards(result, false);
    }

    /**
     * Discards everything that the call holds: it has ended.
     *
     * @param result the last result, for which there is no caller; a batch has taken it apart already
     */
    public static void discardHeld(CallState call, @Nullable Object result) {
        SingleWork.or(call).discardHeld(call, result);
    }
}
