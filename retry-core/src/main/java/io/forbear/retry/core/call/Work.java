package io.forbear.retry.core.call;

import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of a call are made for: one operation, or the items of a batch. A call asks its work where the two
 * differ; a work reads the call, and never takes a step of its protocol.
 */
interface Work {

    // ---- before and after an attempt

    /** An attempt may begin: what was found out by the one before is over. */
    void attemptBegins();

    /** Looks at what an attempt returned: returns what kind of failure it is, {@code null} for a success. */
    @Nullable
    Classification judge(CallState call, @Nullable Object result);

    /**
     * An attempt has failed as a whole.
     *
     * @param never why it is not even classified, {@code null} where it is
     */
    void failed(Classification classification, @Nullable Throwable failure, @Nullable StopReason never);

    /** Returns the failure that is reported, given that of the attempt. */
    @Nullable
    Throwable reportedFailure(@Nullable Throwable failure);

    /** Returns the result that is reported as a failure, given that of the attempt. */
    @Nullable
    Object reportedResult(@Nullable Object result);

    /**
     * Tells whether the attempt that was just made shows that the service is healthy, though the call goes on or has
     * failed.
     */
    boolean isServiceHealthy();

    /** Returns the category that the gate hears of, given that of the attempt. */
    ErrorCategory gateCategory(ErrorCategory category);

    // ---- what the decision asks

    /** Returns how many of the attempts do not count toward the most that are made. */
    int freeAttempts();

    /**
     * Returns why there is no further attempt, as the failure itself says; {@code null} where it says nothing against
     * one. Parts that may not go again are given up here.
     */
    @Nullable
    StopReason refusal(CallState call, Classification failure);

    /** Returns how long to wait before the next attempt. */
    long delayNanos(CallState call, Classification failure);

    /** Returns how long to wait by the word of the server, at least the delay. */
    long askedNanos(CallState call, Classification failure, long delayNanos);

    // ---- how a call ends

    /** The call ends without success: what is left is given up. */
    void end(CallState call, StopReason reason);

    /** Returns why the call has not succeeded though its last attempt has; {@code null} where it has. */
    @Nullable
    GivenUp givenUp();

    /** Tells whether a call that ended without success did most of what it was to do. */
    boolean isMostlySucceeded();

    /** Adds the note to the failure that says why there was no further attempt. */
    void note(CallState call, Throwable failure, StopReason reason);

    // ---- what the caller gets, as Handover says

    @Nullable
    Object resultForCaller(CallState call, @Nullable Object result);

    @Nullable
    Throwable failureForCaller(CallState call, @Nullable Throwable failure);

    @Nullable
    Throwable failureForResult(CallState call, @Nullable Object result);

    // ---- what is discarded

    /** Discards what the next attempt replaces, beside the result itself. */
    void discardRetried(CallState call);

    Discarder discarder(CallState call);

    void discard(CallState call, @Nullable Object result);

    void discardHeld(CallState call, @Nullable Object result);
}
