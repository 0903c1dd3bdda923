package io.forbear.retry.core.internal;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/**
 * A budget that derives what it needs to know of calls that succeed at once from a {@link CallFeed}.
 *
 * <p>Through {@link RetryBudget} it is a budget like any other: it says that it {@linkplain #observesCalls() observes calls} if it
 * needs successes, and follows the whole protocol. Only the engine knows this interface. The engine feeds the budget and does not tell
 * it {@link #callStarted()} nor of calls that succeed at once; of a call that succeeds later it tells {@link #recovered}. {@link
 * #callFailed}, {@link #attemptFailed} and {@link #tryWithdraw} are told as the protocol says. One budget may be fed by one service and
 * told by another.
 */
public interface FedBudget extends OwnBudget {

    /**
     * Adds a feed. What it counted before does not count here.
     *
     * @param feed the counters; holds no reference to the owner
     * @param owner the feed is read as long as this is strongly reachable; then what the feed has counted is kept and the feed is
     *     dropped. Held weakly. A feed that is added again counts once, and lives as long as any of its owners
     */
    void feed(CallFeed feed, Object owner);

    /** As {@link #tryWithdraw(ErrorCategory, Criticality, long)} at a time already read. */
    long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos);

    /**
     * As {@link #refund(long)}, with the time at which the tokens were taken: a budget with a window returns nothing that the window
     * has returned already.
     *
     * @param milliTokens what the withdrawal returned
     * @param takenNanos the time of the withdrawal
     * @param precisionNanos how much later than that it may have been; 0 where the time is exact
     * @param nowNanos the time now
     */
    default void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        refund(milliTokens);
    }

    /**
     * As {@link #callSucceeded} for a call that failed at least once, and which a feed counts among its {@linkplain CallFeed#successes()
     * successes} already: a budget that derives these has nothing to do.
     */
    default void recovered(long lastTaken) {
        callSucceeded(lastTaken);
    }

    /**
     * Tells whether a part of this budget, beside what is fed, needs to hear of every call: then {@link #startedFed} and {@link
     * #succeededFed} are told. Asked once for each plan of a service.
     */
    default boolean needsTelling() {
        return false;
    }

    /** As {@link #callStarted}, for the parts that are not fed. */
    default void startedFed() {}

    /** As {@link #callSucceeded} for a call that succeeded at once, for the parts that are not fed. */
    default void succeededFed() {}

    /** Tells whether this reads {@link CallFeed#calls()}, which the engine then counts. */
    default boolean readsCalls() {
        return false;
    }

    /** Tells whether this never refuses: its balance and capacity are then shown as infinite. */
    default boolean isUnlimited() {
        return false;
    }

    /**
     * Returns how often this wants to {@linkplain #look look} while calls succeed.
     *
     * @return nanoseconds, 0 for a budget that has no window over what it is fed
     */
    default long tickNanos() {
        return 0;
    }

    /**
     * Says that {@link #look} is called once in {@link #tickNanos()} while calls succeed, and that the first success after a pause
     * is seen at once. From then on, what the feeds grew by since the last look belongs to now; before, it is spread evenly over the
     * time since.
     */
    default void ticked() {}

    /**
     * Takes over what the feeds have counted, as of now: the window is then right to within one slot.
     *
     * @param nowNanos the time now
     */
    default void look(long nowNanos) {}
}
