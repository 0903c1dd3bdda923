package io.forbear.retry.core.internal;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ErrorCategory;
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

    /** Adds a feed. What it counted before does not count here. */
    void feed(CallFeed feed);

    /** Removes a feed; what it counted until now is kept. */
    void unfeed(CallFeed feed);
}
