package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;

/** FORCED_OPEN or DISABLED: nothing is counted, and only a word from outside ends it. Immutable. */
final class ForcedState extends BreakerState {

    ForcedState(State name) {
        super(name, !name.refuses());
    }
}
