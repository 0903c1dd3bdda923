package io.forbear.retry.core.internal;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;

/**
 * A budget that derives what it needs to know about calls that succeed at once from a {@link CallFeed}.
 *
 * <p>Through {@link RetryBudget} it is a budget like any other: it says that it {@linkplain #observesCalls() observes
 * calls} if it needs successes, and follows the whole protocol. Only the engine knows this interface. The engine feeds
 * the budget, and tells it neither {@link #callStarted()} nor calls that succeed at once. Of a call that succeeds later
 * it tells {@link #recovered}. It tells {@link #callFailed}, {@link #attemptFailed} and {@link #tryWithdraw} as the
 * protocol says. One budget may be fed by one service and told by another.
 */
public interface FedBudget extends OwnBudget {

    /**
     * Adds a feed. Calls that it counted before do not count here.
     *
     * @param feed the counters, which hold no reference to the owner
     * @param owner held weakly. The feed is read as long as its owner is strongly reachable; then the feed is dropped
     *     and its counts are kept. A feed that is added twice counts once, and lives as long as any of its owners
     */
    void feed(CallFeed feed, Object owner);

    /** As {@link #tryWithdraw(ErrorCategory, Criticality, long)} at a time already read. */
    long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken, long nowNanos);

    /**
     * As {@link #refund(long)}, with the time at which the tokens were taken: a budget with a window does not return
     * tokens that the window has returned already.
     *
     * @param milliTokens the result of the withdrawal
     * @param takenNanos the time of the withdrawal
     * @param precisionNanos how much later the withdrawal may have been; 0 if the time is exact
     * @param nowNanos the time now
     */
    default void refund(long milliTokens, long takenNanos, long precisionNanos, long nowNanos) {
        refund(milliTokens);
    }

    /**
     * As {@link #callSucceeded}, for a call that failed at least once. A feed counts it among its {@linkplain
     * CallFeed#successes() successes} already, so that a budget which derives these has nothing to do.
     */
    default void recovered(long lastTaken) {
        callSucceeded(lastTaken);
    }

    /**
     * Returns whether a part of this budget is not fed and must be told of every call. {@link #startedFed} and {@link
     * #succeededFed} are then called. Asked once for each plan of a service.
     */
    default boolean needsTelling() {
        return false;
    }

    /** As {@link #callStarted}, for the parts that are not fed. */
    default void startedFed() {}

    /** As {@link #callSucceeded} for a call that succeeded at once, for the parts that are not fed. */
    default void succeededFed() {}

    /** Returns whether this reads {@link CallFeed#calls()}, which the engine then counts. */
    default boolean readsCalls() {
        return false;
    }

    /** Returns whether this never refuses: its balance and capacity are then shown as infinite. */
    default boolean isUnlimited() {
        return false;
    }

    /**
     * Returns how often {@link #look} must be called while calls succeed.
     *
     * @return nanoseconds, 0 if the budget has no window that depends on feeds
     */
    default long tickNanos() {
        return 0;
    }

    /**
     * Tells that from now on {@link #look} is called every {@link #tickNanos()} while calls succeed, and at once at the
     * first success after a pause. The growth of the feeds since the last look then belongs to now; without this, it is
     * spread evenly over the time since.
     */
    default void ticked() {}

    /**
     * Takes over the growth of the feeds, as of now: the window is then right to within one slot.
     *
     * @param nowNanos the time now
     */
    default void look(long nowNanos) {}
}
