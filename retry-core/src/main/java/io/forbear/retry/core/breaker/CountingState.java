package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;

/** CLOSED or METRICS_ONLY: every attempt passes, outcomes are counted in a window of this state's own. */
final class CountingState extends BreakerState {
    /*
     * State      window, and the successes that it reads: those of the breaker's feeds, and those of permits that no feed counts.
     * Invariant  each successful attempt reaches the window at most once: through a permit, through a feed, or, where durations
     *            count, straight from its permit; then no feed is read.
     * Writers    permits: see Successes. Outcomes and looks: see the windows.
     * Progress   lock-free; a success is one striped addition, and nothing at all where a feed counts it.
     * Stress     BreakerStress.TwoFailuresOpenTogether, WindowStress.FeedAddedAsTheStateChanges (retry-jcstress)
     */

    private final Limits limits;
    private final Successes successes;
    private final Window window;

    CountingState(State name, Settings settings, Feeds feeds, long nowNanos) {
        super(name, !settings.limits().durationsCount());
        this.limits = settings.limits();
        this.successes = new Successes(needsNoPermit ? feeds : null);
        this.window = settings.newWindow(successes, nowNanos);
    }

    /** Counts a success with a permit where durations do not count; it opens nothing, for it can only lower the rate. */
    void succeeded() {
        successes.permitted();
    }

    /** Counts an outcome. Returns whether the breaker must open. */
    boolean ended(boolean failed, long durationNanos, long nowNanos) {
        window.outcome(nowNanos, failed, limits.isSlow(durationNanos));
        return name == State.CLOSED && window.exceeds(limits, nowNanos);
    }

    /** Returns how many successes permits have told that no feed counts. */
    long progress() {
        return successes.toldByPermits();
    }

    /** Takes over what the feeds have counted, as of now. */
    void look(long nowNanos) {
        if (needsNoPermit) {
            window.look(nowNanos);
        }
    }

    @Override
    Counts counts(long nowNanos) {
        return window.counts(nowNanos);
    }
}
