package io.forbear.retry.core.internal;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.BreakerWindow;
import org.jspecify.annotations.Nullable;

/**
 * A breaker that derives the successes of its CLOSED state from a {@link CallFeed}. An attempt in CLOSED then needs no
 * permit, and its success writes nothing here.
 */
public interface FedBreaker extends CircuitBreaker {

    /**
     * Returns a token of the state if attempts need no permit in it: one volatile read. If an attempt that is admitted
     * this way succeeds, nothing is told, because the feed counts it. If it fails, {@link #failed} is told with the
     * token.
     *
     * @return {@code null} if {@link #tryAcquire} must be asked: the breaker is not closed, or durations count
     */
    @Nullable
    Object admission();

    /**
     * As {@link #tryAcquire}, for an attempt whose success a feed counts. In a state that derives its successes from
     * feeds, the permit does not count the success a second time. The feed must count it before the permit is settled.
     *
     * @return a permit to be settled, or {@code null} if the attempt is refused
     */
    @Nullable
    Permit tryAcquireFed();

    /**
     * Tells of a failed attempt that {@link #admission} let through.
     *
     * @param admission the token; if the state has changed since, this call changes nothing
     * @param category the kind of failure
     * @param nowNanos the time, already read from the breaker's clock
     */
    void failed(Object admission, ErrorCategory category, long nowNanos);

    /**
     * Adds a feed. Calls that it counted before do not count here.
     *
     * @param feed the counters, which hold no reference to the owner; a feed that is known already is not added again
     * @param owner held weakly. The feed is read as long as its owner is strongly reachable; then the feed is dropped
     *     and its counts are kept
     */
    void feed(CallFeed feed, Object owner);

    /**
     * Returns how often {@link #look} must be called while the feeds count.
     *
     * @return the length of a bucket of its window in nanoseconds, 0 if no window depends on feeds
     */
    long tickNanos();

    /**
     * Takes over the growth of the feeds: all of it since the last look belongs to now.
     *
     * @param nowNanos the time now
     */
    void look(long nowNanos);

    /** Returns what the breaker has counted. */
    BreakerWindow window();
}
