package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which the buckets of a table are refilled: one number line, on which each bucket is a single number.
 *
 * <p><b>Level.</b> The level is the sum of all refill since the line began, in units of a fraction of a milli-token. It
 * depends on the time alone. A bucket stores its <em>full level</em>: the level at which the bucket will be full. (This
 * is the theoretical arrival time of GCRA [1], counted in tokens instead of time.)
 *
 * <pre>
 *   level(now)          full level               level(now) + capacity
 *   ----+-------------------+---------------------------+----->
 *       |<---- deficit ---->|<-------- balance -------->|
 * </pre>
 *
 * A withdrawal moves the full level to the right. A bucket is full if its full level is at or left of the level; so an
 * idle bucket is refilled without a write. No move of tokens rounds anything. Only the level is rounded, by less than
 * one unit, so that refills never drift, however often a bucket is looked at.
 *
 * <p><b>Rounding.</b> {@code Accrual} of the budgets and {@code Tokens} of the gate also keep tokens that time refills.
 * They stay apart on purpose, because they round differently: {@code Accrual} rounds down to whole milli-tokens, on a
 * line whose rate never changes; {@code Tokens} computes in floating point, because its rate is an estimate. Here rate
 * and capacity may change while buckets are in use, and no balance may change with them. The usual rates (n per second,
 * minute or hour) have a unit that flows back in a nanosecond or in a whole fraction of one, and are exact.
 *
 * <p><b>A new budget</b> continues the line in the same units if they suit it, so that full levels stay valid. The
 * level is moved by the growth of the capacity, so that each bucket keeps its balance, cut to the new capacity. The
 * part of a unit that has flowed by then counts on, so that frequent changes do not stop the refill.
 *
 * <p><b>Coarse units.</b> If the units are too fine for the new budget, the line goes on in 64ths of a milli-token;
 * that happens once in the life of a line at most. The coarse line begins beyond every full level of the fine one. So
 * the place of a full level tells its units; one of the fine line is converted when it is read.
 *
 * <p><b>Overflow.</b> Arithmetic wraps, so that differences are right for any origin of the clock. No more than 16
 * units flow in a nanosecond. After a change, a faster budget is refilled at that rate, which is 15 million tokens a
 * minute in coarse units. So a level needs at least 36 years to go round the 64 bits, whatever the rates were before.
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
    /** The rate as a fraction in lowest terms: so many units flow in {@link #stretchNanos}. */
    private final long stretchUnits;

    private final long stretchNanos;
    /** A quarter of an hour's refill. A deficit may exceed the capacity by so much if the time of its reader is old. */
    private final long slackUnits;

    /** The part of the next unit that had flowed at the origin, in fractions of 1 / {@link #stretchNanos}. */
    private final long carried;

    private final @Nullable Fine fine;

    /** The end of the line in finer units: its last level, and the level of the coarse line at that moment. */
    private record Fine(Refill rule, long level, long coarseLevel) {

        /** Converts a full level of the fine line to the coarse one; returns any other as it is. */
        long converted(long fullLevel) {
            long missing = fullLevel - level;
            if (missing <= 0 || missing > rule.reach()) {
                return fullLevel;
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

    /** How a line continues the one before. */
    private record Start(
            boolean bounded, long fraction, @Nullable Fine fine) {}

    /** Begins a line at level zero, where every bucket is full. */
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

    /** Continues this line beyond every full level, so that every bucket is full. */
    Refill startingOver(ClientBudget budget, long nowNanos) {
        long beyond = level(nowNanos) + capacityUnits;
        return suits(budget)
                ? new Refill(budget, unitsPerMilli, CAPACITY_UNITS_LATER, nowNanos, beyond, new Start(true, 0, fine))
                : new Refill(budget, COARSE_UNITS, CAPACITY_UNITS_LATER, nowNanos, beyond, new Start(true, 0, null));
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

    /**
     * Tells whether the new budget stays far from 64 bits in the units of this line; coarse units suit every budget.
     */
    private boolean suits(ClientBudget budget) {
        return unitsPerMilli <= COARSE_UNITS
                || (budget.capacityMilli() <= CAPACITY_UNITS_LATER / unitsPerMilli
                        && (double) budget.refillMilli() * unitsPerMilli / budget.refillPeriodNanos()
                                <= UNITS_PER_NANO);
    }

    /** Returns the greatest distance from the level of a full level that a writer with an old time has set. */
    private long reach() {
        return capacityUnits + slackUnits;
    }

    long capacityMilli() {
        return capacityMilli;
    }

    /** Returns the full level of a new bucket: it is full from the origin of this rule on. */
    long fullLevel() {
        return base;
    }

    long level(long nowNanos) {
        return base + flowed(nowNanos - originNanos);
    }

    /** Returns what is missing from a bucket, from 0 to the capacity. */
    long deficit(long fullLevel, long level) {
        long missing = (fine == null ? fullLevel : fine.converted(fullLevel)) - level;
        if (missing <= 0 || missing > reach()) {
            return 0;
        }
        return Math.min(missing, capacityUnits);
    }

    /** Tells whether a bucket with this deficit holds the cost and the reserve. */
    boolean covers(long deficit, long costMilli, long reserveMilli) {
        long free = capacityMilli - reserveMilli;
        return costMilli <= free && deficit <= (free - costMilli) * unitsPerMilli;
    }

    /** Returns an amount in units; the capacity if the amount is more. */
    long units(long milli) {
        return Math.min(milli, capacityMilli) * unitsPerMilli;
    }

    /** Returns the balance of a bucket, rounded down. */
    long balanceMilli(long deficit) {
        return (capacityUnits - deficit) / unitsPerMilli;
    }

    /** Tells whether a bucket is full. Reads no clock if the bucket was full at the origin already. */
    boolean isFull(long fullLevel, NanoClock clock) {
        return (fine == null && fullLevel - base <= 0) || deficit(fullLevel, level(clock.nanoTime())) == 0;
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

    /** Returns the part of the next unit that has flowed, in fractions of 2 to the power of -62. */
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

    /**
     * Returns the finest unit in which capacity and rate stay far from 64 bits; one in which the rate is whole if
     * possible.
     */
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
