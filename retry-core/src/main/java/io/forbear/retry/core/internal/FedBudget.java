package io.forbear.retry.core.internal;

import io.forbear.retry.RetryBudget;

/**
 * A budget that derives what it needs to know of calls that succeed at once from a {@link CallFeed}.
 *
 * <p>The engine that feeds it does not tell it {@link #callStarted()} at all, and of successes only {@link #recovered}; {@link #callFailed},
 * {@link #attemptFailed}, {@link #tryWithdraw} and {@link #refund} as the protocol says. Whoever uses it without a feed follows the whole protocol of {@link RetryBudget}. Both may be done to one budget.
 */
public interface FedBudget extends RetryBudget {

    /** Adds a feed. What it counted before does not count here. */
    void feed(CallFeed feed);

    /** Removes a feed; what it counted until now is kept. */
    void unfeed(CallFeed feed);

    /** As {@link #feed(CallFeed)}, for as long as the owner is strongly reachable. */
    default void feed(CallFeed feed, Object owner) {
        feed(feed);
    }

    /** Returns how often this wants to {@linkplain #look look} while its feeds count, in nanoseconds; 0 where it need not. */
    default long tickNanos() {
        return 0;
    }

    /** Takes over what the feeds have counted: what came since the last look belongs to now. */
    default void look(long nowNanos) {}

    /** As {@link #tryWithdraw(io.forbear.retry.ErrorCategory, io.forbear.retry.Criticality, long)} at a time already read. */
    long tryWithdraw(
            io.forbear.retry.ErrorCategory category,
            io.forbear.retry.Criticality criticality,
            long alreadyTaken,
            long nowNanos);

    /**
     * As {@link #callSucceeded} for a call that failed at least once, and which a feed counts among its {@linkplain CallFeed#successes()
     * successes} already: a budget that derives these has nothing to do.
     */
    default void recovered(long lastTaken) {
        callSucceeded(lastTaken);
    }

    /** Tells whether this reads {@link CallFeed#calls()}, which the engine then counts. */
    default boolean readsCalls() {
        return false;
    }

    @Override
    default boolean observesCalls() {
        return false;
    }
}
