package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;

/** FORCED_OPEN or DISABLED: no or every attempt passes, nothing is counted, and only a program ends it. Immutable. */
final class ForcedState extends BreakerState {

    ForcedState(State name) {
        super(name, !name.refuses());
    }

    @Override
    boolean hasRoom() {
        return needsNoPermit;
    }

    @Override
    long untilProbeNanos() {
        return name.refuses() ? Long.MAX_VALUE : 0;
    }
}
