package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import java.math.BigInteger;

/**
 * How the buckets of a table are refilled: one number line on which every bucket is a single mark.
 *
 * <p>The level is all that has flowed back since the table began, in units of a fraction of a milli-token; it depends on
 * the time alone. A bucket's mark is where the level must get to for the bucket to be full (the theoretical arrival time of
 * GCRA [1], counted in tokens instead of time):
 *
 * <pre>
 *   level(now)             mark                  level(now) + capacity
 *   ----+-------------------+---------------------------+----->
 *       |<---- deficit ---->|<-------- balance -------->|
 * </pre>
 *
 * Withdrawing moves the mark right; a mark at or left of the level is a full bucket, so an idle bucket is refilled without
 * being touched. Nothing is rounded when tokens move: the only rounding is that of the level, by less than one unit, so
 * refills never drift however often a bucket is looked at.
 *
 * <p>The unit is the same for every budget, a 64th of a milli-token, so a new budget continues the line whatever the rates
 * are, and marks stay valid. The level is moved by what the capacity grew, so each bucket keeps its balance, cut to the new
 * capacity; the part of a unit that has flowed by then goes on, so that frequent changes do not stop the refill.
 *
 * <p>Arithmetic wraps: differences are right for any origin of the clock. No more than 16 units flow in a nanosecond, 15
 * million tokens a minute; a faster budget is refilled at that rate. So a level goes round the 64 bits once in at least 36
 * years, and at 1,000,000 tokens a minute once in 540 years, whatever the rates were before.
 *
 * <p>[1] ITU-T I.371, Generic Cell Rate Algorithm, virtual scheduling.
 */
final class Refill {

    private static final long UNITS_PER_MILLI = 64;
    private static final long MAX_UNITS_PER_NANO = 16;
    private static final long MAX_CAPACITY_UNITS = 1L << 61;
    private static final long LONGEST_STRETCH = 1L << 56;
    private static final int FRACTION_BITS = 62;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final long capacityUnits;
    private final long capacityMilli;
    private final long originNanos;
    private final long base;
    /** Units in a stretch of time, and its nanoseconds, without a common factor. */
    private final long stretchUnits;

    private final long stretchNanos;
    /** A quarter of an hour's refill: so far beyond the capacity, a deficit is that of a reader whose time is old. */
    private final long slackUnits;

    /** What had flowed of the next unit at the origin, in parts of a unit of which there are as many as nanoseconds. */
    private final long carried;

    private Refill(ClientBudget budget, long originNanos, long base, long fraction) {
        this.capacityUnits = capacityUnits(budget);
        this.capacityMilli = capacityUnits / UNITS_PER_MILLI;
        this.originNanos = originNanos;
        this.base = base;
        long common = gcd(budget.refillMilli(), budget.refillPeriodNanos());
        long nanos = budget.refillPeriodNanos() / common;
        long milli = budget.refillMilli() / common;
        while (nanos > LONGEST_STRETCH) {
            nanos >>>= 1;
            milli >>>= 1;
        }
        if (milli > nanos / (UNITS_PER_MILLI / MAX_UNITS_PER_NANO)) {
            this.stretchUnits = MAX_UNITS_PER_NANO;
            this.stretchNanos = 1;
        } else {
            long again = gcd(UNITS_PER_MILLI, nanos);
            this.stretchUnits = Math.multiplyExact(milli, UNITS_PER_MILLI / again);
            this.stretchNanos = nanos / again;
        }
        this.carried = part(fraction, stretchNanos, FRACTION_BITS);
        this.slackUnits = Math.max(this.capacityUnits, flowed(HOUR_NANOS) >>> 2);
    }

    /** Begins a line at zero, where every bucket is full. */
    static Refill begin(ClientBudget budget, long nowNanos) {
        return new Refill(budget, nowNanos, 0, 0);
    }

    /** Continues this line under a new budget; each bucket keeps its balance, cut to the new capacity. */
    Refill continuing(ClientBudget budget, long nowNanos) {
        long grown = capacityUnits(budget) - capacityUnits;
        return new Refill(budget, nowNanos, level(nowNanos) - grown, fraction(nowNanos));
    }

    /** Continues this line behind every mark, so that every bucket is full. */
    Refill startingOver(ClientBudget budget, long nowNanos) {
        return new Refill(budget, nowNanos, level(nowNanos) + capacityUnits, 0);
    }

    long capacityMilli() {
        return capacityMilli;
    }

    /** Returns a mark that is full from the origin of this line on. */
    long fullMark() {
        return base;
    }

    long level(long nowNanos) {
        return base + flowed(nowNanos - originNanos);
    }

    /** Returns what is missing from a bucket, from 0 to the capacity. */
    long deficit(long mark, long level) {
        long missing = mark - level;
        if (missing <= 0 || missing > capacityUnits + slackUnits) {
            return 0;
        }
        return Math.min(missing, capacityUnits);
    }

    /** Returns whether a bucket whose deficit this is holds the cost on top of the reserve. */
    boolean covers(long deficit, long costMilli, long reserveMilli) {
        long free = capacityMilli - reserveMilli;
        return costMilli <= free && deficit <= (free - costMilli) * UNITS_PER_MILLI;
    }

    /** Returns an amount in units, the capacity if it is more than that. */
    long units(long milli) {
        return Math.min(milli, capacityMilli) * UNITS_PER_MILLI;
    }

    /** Returns what is left of a bucket, rounded down. */
    long balanceMilli(long deficit) {
        return (capacityUnits - deficit) / UNITS_PER_MILLI;
    }

    /** Returns whether a bucket is full; does not ask for the time where the mark alone tells. */
    boolean full(long mark, NanoClock clock) {
        return mark - base <= 0 || deficit(mark, level(clock.nanoTime())) == 0;
    }

    private long flowed(long nanos) {
        if (nanos <= 0) {
            return 0;
        }
        long rest = nanos % stretchNanos;
        long whole = nanos / stretchNanos * stretchUnits;
        if (fits(rest)) {
            return whole + (rest * stretchUnits + carried) / stretchNanos;
        }
        return whole + parts(rest).divide(BigInteger.valueOf(stretchNanos)).longValue();
    }

    /** Returns what has flowed of the next unit, in parts of a unit of which there are 2 to the power of 62. */
    private long fraction(long nowNanos) {
        long rest = Math.max(0, nowNanos - originNanos) % stretchNanos;
        return parts(rest)
                .mod(BigInteger.valueOf(stretchNanos))
                .shiftLeft(FRACTION_BITS)
                .divide(BigInteger.valueOf(stretchNanos))
                .longValue();
    }

    private boolean fits(long rest) {
        long product = rest * stretchUnits;
        return Math.multiplyHigh(rest, stretchUnits) == 0 && product >= 0 && product + carried >= 0;
    }

    private BigInteger parts(long rest) {
        return BigInteger.valueOf(rest)
                .multiply(BigInteger.valueOf(stretchUnits))
                .add(BigInteger.valueOf(carried));
    }

    private static long part(long fraction, long whole, int bits) {
        return BigInteger.valueOf(fraction)
                .multiply(BigInteger.valueOf(whole))
                .shiftRight(bits)
                .longValue();
    }

    private static long capacityUnits(ClientBudget budget) {
        return Math.min(budget.capacityMilli(), MAX_CAPACITY_UNITS / UNITS_PER_MILLI) * UNITS_PER_MILLI;
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
