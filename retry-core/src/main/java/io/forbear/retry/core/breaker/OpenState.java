package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.Opening;
import org.jspecify.annotations.Nullable;

/** OPEN: no attempt passes until the open time is over; then HALF_OPEN is due. Immutable. */
final class OpenState extends BreakerState {

    /** How many times in a row the breaker has opened, from 1; a CLOSED state ends the row. */
    final int round;

    private final BreakerParts parts;
    private final long sinceNanos;
    private final long lengthNanos;
    private final BreakerCounts cause;
    private final @Nullable Opening opening;

    private OpenState(
            int round,
            BreakerParts parts,
            long sinceNanos,
            BreakerCounts cause,
            boolean byErrors,
            @Nullable Opening opening) {
        super(State.OPEN, false);
        this.round = round;
        this.parts = parts;
        this.sinceNanos = sinceNanos;
        this.lengthNanos = parts.settings.openNanos(round, byErrors);
        this.cause = cause;
        this.opening = opening;
    }

    /**
     * Returns the OPEN state that follows a round; round 0 is a CLOSED state.
     *
     * @param byErrors whether attempts failed at once, by errors, and not by time-outs
     * @param opening what is told of it, {@code null} where a program opened the breaker
     */
    static OpenState after(
            int roundBefore,
            BreakerParts parts,
            long sinceNanos,
            BreakerCounts cause,
            boolean byErrors,
            @Nullable Opening opening) {
        return new OpenState(Math.max(1, roundBefore + 1), parts, sinceNanos, cause, byErrors, opening);
    }

    @Override
    @Nullable
    BreakerState due() {
        long now = parts.now();
        return remainingNanos(now) == 0 ? new HalfOpenState(parts, round, now) : null;
    }

    @Override
    long untilProbeNanos() {
        return remainingNanos(parts.now());
    }

    /** A difference of two readings of the clock, so that it is right across an overflow, and for any length. */
    private long remainingNanos(long nowNanos) {
        return Math.max(0, lengthNanos - Math.max(0, nowNanos - sinceNanos));
    }

    @Override
    @Nullable
    Opening opening() {
        return opening;
    }

    @Override
    BreakerCounts counts() {
        return cause;
    }
}
