package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

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
 * <p>The usual rates (n per second, minute, hour) have a unit that flows back in a nanosecond or a whole fraction of one, and
 * are exact. A new budget continues the line in the same units while they suit, so marks stay valid: the level is moved by
 * what the capacity grew, so each bucket keeps its balance, cut to the new capacity. The part of a unit that has flowed by
 * then goes on, so that frequent changes do not stop the refill.
 *
 * <p>Units that are too fine for the new budget give way, once in the life of a line, to 64ths of a milli-token. The coarse
 * line begins beyond every mark of the fine one, so a mark tells by its place in which units it is; one of the fine line is
 * converted when it is read.
 *
 * <p>Arithmetic wraps: differences are right for any origin of the clock. No more than 16 units flow in a nanosecond; after a
 * change, a budget faster than that is refilled at that rate, in coarse units 15 million tokens a minute. So a level goes
 * round the 64 bits once in at least 36 years, whatever the rates were before.
 *
 * <p>[1] ITU-T I.371, Generic Cell Rate Algorithm, virtual scheduling.
 */
final class Refill {

    private static final long COARSE_UNITS = 64;
    private static final long UNITS_PER_NANO = 16;
    private static final long CAPACITY_UNITS = 1L << 56;
    private static final long CAPACITY_UNITS_LATER = 1L << 60;
    private static final int FRACTION_BITS = 62;
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

    /** What had flowed of the next unit at the origin, in parts of a unit of which there are as many as nanoseconds. */
    private final long carried;

    private final @Nullable Fine fine;

    /** The end of a line in finer units: its level then, and where the coarse line had its own. */
    private record Fine(Refill rule, long level, long coarseLevel) {

        /** Returns where the mark of the fine line is on the coarse one; any other as it is. */
        long converted(long mark) {
            long missing = mark - level;
            if (missing <= 0 || missing > rule.reach()) {
                return mark;
            }
            long units = rule.unitsPerMilli;
            long part = Math.min(missing, rule.capacityUnits);
            return coarseLevel + part / units * COARSE_UNITS + (part % units * COARSE_UNITS + units - 1) / units;
        }
    }

    private Refill(
            ClientBudget budget, long unitsPerMilli, long capacityUnits, long originNanos, long base, Start start) {
        this.unitsPerMilli = unitsPerMilli;
        this.capacityMilli = Math.min(budget.capacityMilli(), capacityUnits / unitsPerMilli);
        this.capacityUnits = capacityMilli * unitsPerMilli;
        this.originNanos = originNanos;
        this.base = base;
        this.fine = start.fine();
        long common = gcd(budget.refillMilli(), budget.refillPeriodNanos());
        long nanos = budget.refillPeriodNanos() / common;
        long milli = Math.min(budget.refillMilli() / common, Long.MAX_VALUE / unitsPerMilli);
        if (start.bounded() && (double) milli * unitsPerMilli / nanos > UNITS_PER_NANO) {
            this.stretchUnits = UNITS_PER_NANO;
            this.stretchNanos = 1;
        } else {
            long again = gcd(milli * unitsPerMilli, nanos);
            this.stretchUnits = milli * unitsPerMilli / again;
            this.stretchNanos = nanos / again;
        }
        this.carried = part(start.fraction(), stretchNanos);
        this.slackUnits = Math.max(this.capacityUnits, flowed(HOUR_NANOS) >>> 2);
    }

    /** How a line is continued. */
    private record Start(
            boolean bounded, long fraction, @Nullable Fine fine) {}

    /** Begins a line at zero, where every bucket is full. */
    static Refill begin(ClientBudget budget, long nowNanos) {
        return new Refill(budget, unitsPerMilli(budget), CAPACITY_UNITS, nowNanos, 0, new Start(false, 0, null));
    }

    /** Continues this line under a new budget; each bucket keeps its balance, cut to the new capacity. */
    Refill continuing(ClientBudget budget, long nowNanos) {
        if (!suits(budget)) {
            return coarse(budget, nowNanos);
        }
        long grown =
                Math.min(budget.capacityMilli(), CAPACITY_UNITS_LATER / unitsPerMilli) * unitsPerMilli - capacityUnits;
        return new Refill(
                budget,
                unitsPerMilli,
                CAPACITY_UNITS_LATER,
                nowNanos,
                level(nowNanos) - grown,
                new Start(true, fraction(nowNanos), fine));
    }

    /** Continues this line behind every mark, so that every bucket is full. */
    Refill startingOver(ClientBudget budget, long nowNanos) {
        long behind = level(nowNanos) + capacityUnits;
        return suits(budget)
                ? new Refill(budget, unitsPerMilli, CAPACITY_UNITS_LATER, nowNanos, behind, new Start(true, 0, fine))
                : new Refill(budget, COARSE_UNITS, CAPACITY_UNITS_LATER, nowNanos, behind, new Start(true, 0, null));
    }

    private Refill coarse(ClientBudget budget, long nowNanos) {
        long level = level(nowNanos);
        long held = capacityMilli * COARSE_UNITS;
        long coarseLevel = level + reach() + 1;
        long grown = Math.min(budget.capacityMilli(), CAPACITY_UNITS_LATER / COARSE_UNITS) * COARSE_UNITS - held;
        long start = coarseLevel + Math.max(0, grown);
        Fine end = new Fine(this, level, start);
        return new Refill(
                budget,
                COARSE_UNITS,
                CAPACITY_UNITS_LATER,
                nowNanos,
                start - grown,
                new Start(true, fraction(nowNanos), end));
    }

    /** Tells whether the new budget comes nowhere near the 64 bits in the units of this line; in coarse ones it is bounded. */
    private boolean suits(ClientBudget budget) {
        return unitsPerMilli <= COARSE_UNITS
                || (budget.capacityMilli() <= CAPACITY_UNITS_LATER / unitsPerMilli
                        && (double) budget.refillMilli() * unitsPerMilli / budget.refillPeriodNanos()
                                <= UNITS_PER_NANO);
    }

    /** Returns how far from the level a mark may be that a late writer has set. */
    private long reach() {
        return capacityUnits + slackUnits;
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
        long missing = (fine == null ? mark : fine.converted(mark)) - level;
        if (missing <= 0 || missing > reach()) {
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
        return (fine == null && mark - base <= 0) || deficit(mark, level(clock.nanoTime())) == 0;
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

    private static long part(long fraction, long whole) {
        return BigInteger.valueOf(fraction)
                .multiply(BigInteger.valueOf(whole))
                .shiftRight(FRACTION_BITS)
                .longValue();
    }

    /** The finest unit in which neither capacity nor rate comes near the 64 bits; one that makes the rate whole if it can. */
    private static long unitsPerMilli(ClientBudget budget) {
        long common = gcd(budget.refillMilli(), budget.refillPeriodNanos());
        long milli = budget.refillMilli() / common;
        long nanos = budget.refillPeriodNanos() / common;
        long byCapacity = Math.max(1, CAPACITY_UNITS / budget.capacityMilli());
        if (milli > 0 && milli <= UNITS_PER_NANO && nanos <= byCapacity) {
            return nanos >= COARSE_UNITS
                    ? nanos
                    : nanos * Long.highestOneBit(Math.min(UNITS_PER_NANO / milli, byCapacity / nanos));
        }
        double byRate = Math.max(1, (double) UNITS_PER_NANO * nanos / milli);
        return Long.highestOneBit((long) Math.min(byCapacity, byRate));
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
