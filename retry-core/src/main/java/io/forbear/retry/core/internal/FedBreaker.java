package io.forbear.retry.core.internal;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * A breaker that derives the successes of its closed state from a {@link CallFeed}, so that an attempt made while it is
 * closed needs no permit and a success writes nothing here.
 */
public interface FedBreaker extends CircuitBreaker {

    /**
     * Returns a token of the state, where attempts need no permit in it: one volatile read. An attempt admitted this way that
     * succeeds tells nothing, for the feed counts it; one that fails calls {@link #failed} with the token.
     *
     * @return {@code null} where {@link #tryAcquire} must be asked: not closed, or durations count
     */
    @Nullable
    Object admission();

    /**
     * As {@link #tryAcquire}, for an attempt that a feed counts where it succeeds: in a state that derives its successes from
     * feeds, the success of the permit is not counted a second time. Count it in the feed before the permit is settled.
     *
     * @return a permit to be settled, or {@code null} where the attempt is refused
     */
    @Nullable
    Permit tryAcquireFed();

    /**
     * Tells that an attempt failed which {@link #admission} let through.
     *
     * @param admission the token; where the state has changed since, this changes nothing
     * @param category the kind of failure
     * @param nowNanos the time, already read from the breaker's clock
     */
    void failed(Object admission, ErrorCategory category, long nowNanos);

    /**
     * Adds a feed. What it counted before does not count here.
     *
     * @param feed the counters, which hold no reference to the owner; one that is known already is not added again
     * @param owner the feed is read as long as this is strongly reachable; then what it has counted is kept and the feed is dropped
     */
    void feed(CallFeed feed, Object owner);

    /**
     * Returns how often this wants to {@linkplain #look look} while its feeds count.
     *
     * @return the length of a bucket of its window in nanoseconds, 0 where it has none over what it is fed
     */
    long tickNanos();

    /**
     * Takes over what the feeds have counted: what came since the last look belongs to now.
     *
     * @param nowNanos the time now
     */
    void look(long nowNanos);
}
