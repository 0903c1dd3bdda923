package io.forbear.retry.core.budget;

import java.math.BigInteger;

/**
 * A total that grows by p every q nanoseconds, continuously: floor(elapsed * p / q), exact at every moment. The remainder of a
 * division is never lost, for each reading starts from the origin and not from the reading before.
 */
final class Accrual {
    /*
     * State      origin: a moment and the total at it.
     * Invariant  every origin that is ever written lies on the same line, k * q nanoseconds and k * p units from the first, so that any of
     *            them gives the same total for the same time. Which one a thread sees makes no difference.
     * Writers    nearer(): any thread that finds the origin far away, so that elapsed * p does not overflow.
     * Ordering   volatile, for safe publication of the immutable Origin; a lost write is harmless.
     * Progress   wait-free.
     */

    /** How far the origin may lie back: 2^56 ns, 2 years; more than any period. */
    private static final long FAR = 1L << 56;

    /** Before this a negative elapsed time is a reading older than the origin, below it is an overflow. */
    private static final long OVERFLOWN = -(1L << 62);

    private final long units;
    private final long periodNanos;
    private final long near;
    private volatile Origin origin;

    record Origin(long nanos, long total) {}

    Accrual(long units, long periodNanos, long nowNanos) {
        long divisor =
                BigInteger.valueOf(units).gcd(BigInteger.valueOf(periodNanos)).longValueExact();
        this.units = units / divisor;
        this.periodNanos = periodNanos / divisor;
        this.near = Math.max(this.periodNanos, Math.min(FAR, Long.MAX_VALUE / this.units));
        this.origin = new Origin(nowNanos, 0);
    }

    Origin origin() {
        return origin;
    }

    boolean isNear(Origin seen, long nowNanos) {
        long elapsed = nowNanos - seen.nanos;
        return elapsed <= near && elapsed > OVERFLOWN;
    }

    /** Moves the origin up to a time. Elapsed is an unsigned number: a single idle time may be as long as a clock can tell. */
    Origin nearer(Origin seen, long nowNanos) {
        long periods = Long.divideUnsigned(nowNanos - seen.nanos, periodNanos);
        Origin moved = new Origin(seen.nanos + periods * periodNanos, seen.total + periods * units);
        origin = moved;
        return moved;
    }

    long total(Origin from, long nowNanos) {
        long elapsed = nowNanos - from.nanos;
        if (units == 1) {
            return from.total + Math.floorDiv(elapsed, periodNanos);
        }
        long high = Math.multiplyHigh(elapsed, units);
        long low = elapsed * units;
        if (high == low >> 63) {
            return from.total + Math.floorDiv(low, periodNanos);
        }
        return from.total + wide(elapsed);
    }

    private long wide(long elapsed) {
        BigInteger[] parts = BigInteger.valueOf(elapsed)
                .multiply(BigInteger.valueOf(units))
                .divideAndRemainder(BigInteger.valueOf(periodNanos));
        return parts[0].longValue() - (parts[1].signum() < 0 ? 1 : 0);
    }
}
