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

    /** Tells whether the order of outcomes within a tick matters. */
    abstract boolean isOrdered();

    abstract long calls(int tick);

    abstract long failures(int tick);

    abstract long slow(int tick);

    /** Few failures open nothing, however many calls there were: {@code false} where successes need not even be looked at. */
    final boolean mayExceed(Limits limits, int tick) {
        return limits.mayBeExceeded(failures(tick), limits.durationsCount() ? slow(tick) : 0);
    }

    final boolean exceeds(Limits limits, int tick) {
        long failures = failures(tick);
        long slow = limits.durationsCount() ? slow(tick) : 0;
        return limits.exceeded(calls(tick), failures, slow);
    }
}
