package io.forbear.retry.core.breaker;

import java.util.concurrent.atomic.AtomicLongArray;

/** The outcomes of the last so many nanoseconds, in buckets. */
final class TimeWindow extends Window {
    /*
     * State      per kind of outcome a ring of cells, one for each bucket:
     *              63        32 31         0
     *             +------------+------------+
     *             | tick       | count      |   tick of the bucket that the cell holds; count stops at 2^32 - 1
     *             +------------+------------+
     * Invariant  a cell never goes back to an earlier tick, and within a tick its count never falls.
     * Writers    any thread: adds in the cell's tick; a later tick takes the cell over; an earlier one has left the window
     *            and changes nothing.
     * Ordering   volatile; cells are independent, a sum may miss what is being recorded.
     * Progress   lock-free writes, wait-free sums.
     * Wrap       a tick comes again after 2^32 buckets, five days in a window of one millisecond, the shortest there may be; it is
     *            mistaken only in a cell that nobody wrote in all that time.
     * Stress     WindowStress.LateWriterOfACell (retry-jcstress), BreakerRaceTest.losesNothingInATimeWindowUnderContention
     */

    /** Buckets of a window. The oldest leaves as a whole: a window spans from 9/10 of its length to all of it. */
    static final int BUCKETS = 10;

    private static final long MOST = 0xFFFF_FFFFL;

    /** How far a tick may lie before that of a cell to be taken for a late writer's, not for one after 2^32 ticks. */
    private static final int LATE = 1 << 20;

    private final long originNanos;
    private final long bucketNanos;
    private final AtomicLongArray successes = new AtomicLongArray(BUCKETS);
    private final AtomicLongArray failures = new AtomicLongArray(BUCKETS);
    private final AtomicLongArray slow = new AtomicLongArray(BUCKETS);

    TimeWindow(long lengthNanos, long nowNanos) {
        this.originNanos = nowNanos;
        this.bucketNanos = lengthNanos / BUCKETS + (lengthNanos % BUCKETS == 0 ? 0 : 1);
    }

    @Override
    int tick(long nowNanos) {
        return (int) (Math.max(0, nowNanos - originNanos) / bucketNanos);
    }

    /**
     * Nobody saw when these happened: they are spread evenly over the buckets of the span, and what falls before the window
     * is dropped. The current bucket takes what does not divide.
     */
    @Override
    void successes(long count, int span, int tick) {
        if (span == 0) {
            add(successes, tick, count);
            return;
        }
        int earlier = Math.min(span, BUCKETS - 1);
        long each = count / (span + 1L);
        long inside = span < BUCKETS ? count : nearest(count * BUCKETS, span + 1L);
        for (int age = earlier; each > 0 && age > 0; age--) {
            add(successes, tick - age, each);
        }
        add(successes, tick, inside - each * earlier);
    }

    private static long nearest(long dividend, long divisor) {
        return (dividend + divisor / 2) / divisor;
    }

    @Override
    void outcome(int tick, boolean failed, boolean isSlow) {
        if (isSlow) {
            add(slow, tick, 1);
        }
        add(failed ? failures : successes, tick, 1);
    }

    @Override
    boolean isOrdered() {
        return false;
    }

    @Override
    long calls(int tick) {
        return sum(successes, tick) + sum(failures, tick);
    }

    @Override
    long failures(int tick) {
        return sum(failures, tick);
    }

    @Override
    long slow(int tick) {
        return sum(slow, tick);
    }

    private static void add(AtomicLongArray cells, int tick, long count) {
        int index = Integer.remainderUnsigned(tick, BUCKETS);
        long seen;
        long next;
        do {
            seen = cells.get(index);
            int age = tick - tickOf(seen);
            if (age < 0 && age > -LATE) {
                return;
            }
            long held = age == 0 ? seen & MOST : 0;
            next = (long) tick << 32 | Math.min(MOST, held + count);
        } while (!cells.weakCompareAndSetVolatile(index, seen, next));
    }

    /** Cells of a later tick are counted too: a thread whose clock reading is older sees what is there. */
    private static long sum(AtomicLongArray cells, int tick) {
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            long cell = cells.get(i);
            int age = tick - tickOf(cell);
            if (age < BUCKETS && age > -BUCKETS) {
                sum += cell & MOST;
            }
        }
        return sum;
    }

    private static int tickOf(long cell) {
        return (int) (cell >>> 32);
    }
}
