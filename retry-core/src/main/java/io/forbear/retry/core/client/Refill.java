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
 * refills never drift however often a bucket is looked at. The usual rates (n per second, minute, hour) have a unit that
 * flows back in a nanosecond or a whole fraction of one, and are exact.
 *
 * <p>A new budget continues the line in the same units, so marks stay valid: the level is moved by what the capacity grew,
 * so each bucket keeps its balance, cut to the new capacity.
 *
 * <p>Arithmetic wraps: differences are right for any origin of the clock. A level goes round the 64 bits once in at least 36
 * years at the rate that the table was made for.
 *
 * <p>[1] ITU-T I.371, Generic Cell Rate Algorithm, virtual scheduling.
 */
final class Refill {

    private static final long UNITS_PER_NANO = 16;
    private static final long CAPACITY_UNITS = 1L << 56;
    private static final long CAPACITY_UNITS_LATER = 1L << 60;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    private final long unitsPerMilli;
    private final long capacityUnits;
    private final long capacityMilli;
    private final long originNanos;
    private final long base;
    /** Units in a stretch of time, and its nanoseconds, without a common factor. */
    private final long stretchUnits;

    private final long stretchNanos;
    /** A quarter of an hour's refill: so far beyond the capacity, a deficit is that of a reader whose time is old. */
    private final long slackUnits;

    private Refill(ClientBudget budget, long unitsPerMilli, long capacityUnits, long originNanos, long base) {
        this.unitsPerMilli = unitsPerMilli;
        this.capacityMilli = Math.min(budget.capacityMilli(), capacityUnits / unitsPerMilli);
        this.capacityUnits = capacityMilli * unitsPerMilli;
        this.originNanos = originNanos;
        this.base = base;
        long common = gcd(budget.refillMilli(), budget.refillPeriodNanos());
        long nanos = budget.refillPeriodNanos() / common;
        long milli = Math.min(budget.refillMilli() / common, Long.MAX_VALUE / unitsPerMilli);
        long again = gcd(milli * unitsPerMilli, nanos);
        this.stretchUnits = milli * unitsPerMilli / again;
        this.stretchNanos = nanos / again;
        this.slackUnits = Math.max(this.capacityUnits, flowed(HOUR_NANOS) >>> 2);
    }

    /** Begins a line at zero, where every bucket is full. */
    static Refill begin(ClientBudget budget, long nowNanos) {
        return new Refill(budget, unitsPerMilli(budget), CAPACITY_UNITS, nowNanos, 0);
    }

    /** Continues this line under a new budget; each bucket keeps its balance, cut to the new capacity. */
    Refill continuing(ClientBudget budget, long nowNanos) {
        long grown = new Refill(budget, unitsPerMilli, CAPACITY_UNITS_LATER, 0, 0).capacityUnits - capacityUnits;
        return new Refill(budget, unitsPerMilli, CAPACITY_UNITS_LATER, nowNanos, level(nowNanos) - grown);
    }

    /** Continues this line behind every mark, so that every bucket is full. */
    Refill startingOver(ClientBudget budget, long nowNanos) {
        return new Refill(
                budget, unitsPerMilli, CAPACITY_UNITS_LATER, nowNanos, Math.max(0, level(nowNanos) + capacityUnits));
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
        return costMilli <= free && deficit <= (free - costMilli) * unitsPerMilli;
    }

    /** Returns an amount in units, the capacity if it is more than that. */
    long units(long milli) {
        return Math.min(milli, capacityMilli) * unitsPerMilli;
    }

    /** Returns what is left of a bucket, rounded down. */
    long balanceMilli(long deficit) {
        return (capacityUnits - deficit) / unitsPerMilli;
    }

    /** Returns whether a bucket is full; does not ask for the time where the mark alone tells. */
    boolean full(long mark, NanoClock clock) {
        return mark - base <= 0 || deficit(mark, level(clock.nanoTime())) == 0;
    }

    private long flowed(long nanos) {
        if (nanos <= 0) {
            return 0;
        }
        if (stretchNanos == 1) {
            return nanos * stretchUnits;
        }
        return nanos / stretchNanos * stretchUnits + share(nanos % stretchNanos);
    }

    private long share(long nanos) {
        if (Math.multiplyHigh(nanos, stretchUnits) == 0) {
            return Long.divideUnsigned(nanos * stretchUnits, stretchNanos);
        }
        return BigInteger.valueOf(nanos)
                .multiply(BigInteger.valueOf(stretchUnits))
                .divide(BigInteger.valueOf(stretchNanos))
                .longValue();
    }

    /** The finest unit in which neither capacity nor rate comes near the 64 bits; one that makes the rate whole if it can. */
    private static long unitsPerMilli(ClientBudget budget) {
        long common = gcd(budget.refillMilli(), budget.refillPeriodNanos());
        long milli = budget.refillMilli() / common;
        long nanos = budget.refillPeriodNanos() / common;
        if (milli <= UNITS_PER_NANO && nanos <= CAPACITY_UNITS / budget.capacityMilli()) {
            return nanos;
        }
        long byCapacity = Math.max(1, CAPACITY_UNITS / budget.capacityMilli());
        double byRate = Math.max(1, (double) UNITS_PER_NANO * nanos / milli);
        return Long.highestOneBit((long) Math.min(byCapacity, byRate));
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
