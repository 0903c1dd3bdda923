package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/** CLOSED or METRICS_ONLY: every attempt passes, and outcomes are counted in a window that belongs to this state. */
class CountingState extends BreakerState {
    /*
     * State      window, and the successes that it reads: those of the breaker's feeds, and those of permits that no
     *            feed counts.
     * Invariant  each successful attempt reaches the window at most once: through a permit, through a feed, or, if
     *            durations count and in a slow start, directly from its permit. In the last case no feed is read.
     * Writers    permits: see Successes. Outcomes and looks: see the windows.
     * Progress   lock-free. A success is one striped addition, and nothing at all if a feed counts it.
     * Stress     BreakerStress.TwoFailuresOpenTogether, WindowStress.FeedAddedAsTheStateChanges (retry-jcstress)
     */

    final BreakerParts parts;
    private final OpeningLimits limits;
    private final Successes successes;
    private final Window window;

    CountingState(State name, BreakerParts parts, long nowNanos) {
        this(name, parts, nowNanos, !parts.settings.limits().durationsCount());
    }

    CountingState(State name, BreakerParts parts, long nowNanos, boolean needsNoPermit) {
        super(name, needsNoPermit);
        this.parts = parts;
        this.limits = parts.settings.limits();
        this.successes = new Successes(needsNoPermit ? parts.feeds : null);
        this.window = parts.settings.newWindow(successes, nowNanos);
    }

    @Override
    boolean hasRoom() {
        return true;
    }

    /**
     * If durations do not count, a success opens nothing: it can only lower the failure rate. No clock is read then.
     */
    @Override
    @Nullable
    BreakerState succeeded(boolean fed, long durationNanos) {
        if (!needsNoPermit) {
            return record(null, durationNanos, parts.now());
        }
        if (!fed) {
            successes.permitted();
            parts.watch.grown();
        }
        return null;
    }

    @Override
    @Nullable
    BreakerState failed(long durationNanos, ErrorCategory category, long nowNanos) {
        return record(category, durationNanos, nowNanos);
    }

    private @Nullable BreakerState record(@Nullable ErrorCategory failure, long durationNanos, long nowNanos) {
        window.outcome(nowNanos, failure, limits.isSlow(durationNanos));
        boolean mayOpen = name == State.CLOSED && (failure != null || limits.durationsCount());
        if (!mayOpen || !window.exceeds(limits, nowNanos)) {
            return null;
        }
        BreakerCounts counts = window.counts(nowNanos);
        Opening why = Opening.of(
                counts.calls(), counts.failures(), counts.slow(), window.failuresByCategory(nowNanos), failure);
        return OpenState.after(0, parts, nowNanos, counts, window.areErrors(limits, counts), why);
    }

    @Override
    BreakerCounts counts() {
        return window.counts(parts.now());
    }

    @Override
    void look(long nowNanos) {
        if (needsNoPermit) {
            window.look(nowNanos);
        }
    }

    @Override
    long progress() {
        return successes.toldByPermits();
    }
}
