package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;

/** OPEN, for a time. Immutable. */
final class OpenState extends BreakerState {

    /** How many times in a row the breaker has opened, from 1; a CLOSED state ends the row. */
    final int round;

    private final long lengthNanos;
    private final long sinceNanos;

    private final Counts cause;

    OpenState(int round, long sinceNanos, long lengthNanos, Counts cause) {
        super(State.OPEN, false);
        this.round = round;
        this.sinceNanos = sinceNanos;
        this.lengthNanos = lengthNanos;
        this.cause = cause;
    }

    @Override
    Counts counts(long nowNanos) {
        return cause;
    }

    /** A difference of readings: right across the overflow of the clock, and of any length. */
    long untilProbeNanos(long nowNanos) {
        return Math.max(0, lengthNanos - Math.max(0, nowNanos - sinceNanos));
    }
}
