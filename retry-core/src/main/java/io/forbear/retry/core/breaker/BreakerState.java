package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;

/**
 * A state of a breaker, from the transition that began it to the one that ends it. Compared by identity: what was admitted by
 * one object is settled with it, and counts only while it is the breaker's.
 */
abstract sealed class BreakerState permits CountingState, OpenState, HalfOpenState, ForcedState {

    final State name;

    /** Whether attempts pass without a permit, this object being their token. */
    final boolean needsNoPermit;

    BreakerState(State name, boolean needsNoPermit) {
        this.name = name;
        this.needsNoPermit = needsNoPermit;
    }

    /** Returns what has been counted here, or what led here where nothing is counted. */
    Counts counts(long nowNanos) {
        return Counts.NONE;
    }
}
