package io.forbear.retry.core.internal;

import io.forbear.retry.RetryBudget;

/**
 * A budget that derives what it needs to know of calls that succeed at once from a {@link CallFeed}.
 *
 * <p>The engine that feeds it does not tell it {@link #callStarted()} at all, and {@link #callSucceeded} only of calls that
 * failed at least once; {@link #callFailed}, {@link #attemptFailed}, {@link #tryWithdraw} and {@link #refund} as the protocol
 * says. Whoever uses it without a feed follows the whole protocol of {@link RetryBudget}. Both may be done to one budget.
 */
public interface FedBudget extends RetryBudget {

    /** Adds a feed. What it counted before does not count here. */
    void feed(CallFeed feed);

    /** Removes a feed; what it counted until now is kept. */
    void unfeed(CallFeed feed);

    /** As {@link #tryWithdraw(io.forbear.retry.ErrorCategory, io.forbear.retry.Criticality, long)} at a time already read. */
    long tryWithdraw(
            io.forbear.retry.ErrorCategory category,
            io.forbear.retry.Criticality criticality,
            long alreadyTaken,
            long nowNanos);

    @Override
    default boolean observesCalls() {
        return false;
    }
}
