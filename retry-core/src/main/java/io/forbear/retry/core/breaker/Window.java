package io.forbear.retry.core.breaker;

/**
 * The recent outcomes of one counting state. Lock-free; sums are exact when nothing is under way, and whoever records an
 * outcome judges after it is recorded, so that the last of several sees them all.
 */
abstract class Window {

    /** Returns where in the window a time lies, in steps of its own. */
    abstract int tick(long nowNanos);

    /** Records successes that were seen at one tick and have happened since another, at most {@code span} ticks before. */
    abstract void successes(long count, int span, int tick);

    /** Records one outcome. */
    abstract void outcome(int tick, boolean failed, boolean slow);

    abstract long calls(int tick);

    abstract long failures(int tick);

    abstract long slow(int tick);

    /** Judges in the order of cost: few failures open nothing, however many calls there were, so these are not summed then. */
    final boolean exceeds(Limits limits, int tick) {
        long failures = failures(tick);
        long slow = limits.durationsCount() ? slow(tick) : 0;
        return limits.mayBeExceeded(failures, slow) && limits.exceeded(calls(tick), failures, slow);
    }
}
