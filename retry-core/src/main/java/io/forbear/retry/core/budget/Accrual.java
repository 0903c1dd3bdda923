package io.forbear.retry.core.budget;

import java.math.BigInteger;

/**
 * A total that grows by p every q nanoseconds, continuously: floor(elapsed * p / q), exact at every moment. No
 * remainder is lost, because each reading starts from the origin and not from the reading before.
 *
 * <p>Three classes keep tokens that time refills, and stay apart on purpose, because they round differently. This one
 * rounds down to whole milli-tokens, on an exact line that never changes. {@code Refill}, for the buckets of clients,
 * rounds to fractions of a milli-token, because rate and capacity may change while buckets are in use. {@code Tokens},
 * for the gate, computes in floating point, because its rate is an estimate.
 */
final class Accrual {
    /*
     * State      origin: a moment, and the total at that moment.
     * Invariant  every origin that is ever written lies on the same line, k * q nanoseconds and k * p units from the
     *            first one.
     *            So each of them gives the same total for the same time, and it makes no difference which one a thread
     *            sees.
     * Writers    moveOrigin(): a thread that finds the origin far away, so that elapsed * p cannot overflow.
     * Ordering   volatile, to publish the immutable Origin safely. A lost write is harmless.
     * Progress   wait-free.
     * Stress     none: AccrualTest moves the origin at every boundary.
     */

    /** The greatest age of an origin: 2^56 ns, two years; more than any period. */
    private static final long FAR = 1L << 56;

    /** A negative elapsed time above this is a reading older than the origin; below this it is an overflow. */
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

    /**
     * Moves the origin up to a time. The elapsed time is unsigned: one idle time may be as long as a clock can show.
     */
    Origin moveOrigin(Origin seen, long nowNanos) {
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
