package io.forbear.retry.core.breaker;

import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * The recent outcomes of one counting state: the outcomes that it is told, and the successes that it reads. Lock-free;
 * sums are exact when no call is under way.
 *
 * <p>A thread records its outcome first and compares the rates afterwards, so that the last of several threads sees the
 * outcomes of all. If {@link #exceeds} returns true, it has seen every success that could be seen at some time after
 * the thread's own outcome.
 */
abstract class Window {

    /** Takes over the growth of the successes, as of now. */
    abstract void look(long nowNanos);

    /** Records one outcome: the kind of failure, or {@code null} for a success. */
    abstract void outcome(long nowNanos, @Nullable ErrorCategory failure, boolean slow);

    final void outcome(long nowNanos, boolean failed, boolean slow) {
        outcome(nowNanos, failed ? ErrorCategory.SERVER_ERROR : null, slow);
    }

    /** Returns whether the breaker must open. */
    abstract boolean exceeds(OpeningLimits limits, long nowNanos);

    /** Returns whether errors that came at once have exceeded the limits, and neither time-outs nor slow calls. */
    abstract boolean areErrors(OpeningLimits limits, BreakerCounts counts);

    abstract BreakerCounts counts(long nowNanos);

    /** Returns the failures in the window by the ordinal of their kind; {@code null} where the window does not know. */
    abstract long @Nullable [] failuresByCategory(long nowNanos);
}
