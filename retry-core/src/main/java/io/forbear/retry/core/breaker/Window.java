package io.forbear.retry.core.breaker;

import io.forbear.retry.core.breaker.CircuitBreakers.Counts;

/**
 * The recent outcomes of one counting state: those that it is told, and the successes that it reads. Lock-free; sums are exact
 * when nothing is under way. A thread records an outcome and judges then, so that the last of several sees them all. A judge that
 * says yes has seen every success that it could have seen at one time after its own outcome.
 */
abstract class Window {

    /** Takes over what successes have grown by, as of now. */
    abstract void look(long nowNanos);

    /** Records one outcome. */
    abstract void outcome(long nowNanos, boolean failed, boolean slow);

    abstract boolean exceeds(Limits limits, long nowNanos);

    abstract Counts counts(long nowNanos);
}
