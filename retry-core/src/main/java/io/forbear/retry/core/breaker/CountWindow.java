package io.forbear.retry.core.breaker;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** The outcomes of the last so many calls. */
final class CountWindow extends Window {
    /*
     * State      sequence, the number of calls so far, which is the place of the next call; and a BitRing each for the
     *            failures and the slow calls among them. A call that is neither leaves no mark: successes are an addition.
     * Invariant  sequence never falls, and each call has a place of its own.
     * Writers    any thread: takes places by one addition, then marks them.
     * Ordering   a place is taken before it is marked, and marked before its call judges: a judge may miss the mark of a
     *            call that is being recorded, and that call's own judge does not.
     * Progress   wait-free but for the mark, which is lock-free.
     * Stress     WindowStress.MarksOfOneWord (retry-jcstress), BreakerRaceTest.losesNothingInACountWindowUnderContention
     */

    /** The most calls that a window may span. */
    static final int LONGEST = 1_000_000;

    private final int length;
    private final AtomicLong sequence = new AtomicLong();
    private final BitRing failures;
    private final BitRing slow;

    CountWindow(int length, boolean durationsCount) {
        this.length = length;
        this.failures = new BitRing(length);
        this.slow = new BitRing(durationsCount ? length : 0);
    }

    @Override
    int tick(long nowNanos) {
        return 0;
    }

    @Override
    void successes(long count, int span, int tick) {
        sequence.getAndAdd(count);
    }

    @Override
    void outcome(int tick, boolean failed, boolean isSlow) {
        long place = sequence.getAndIncrement();
        if (failed) {
            failures.mark(place);
        }
        if (isSlow) {
            slow.mark(place);
        }
    }

    @Override
    boolean isOrdered() {
        return true;
    }

    @Override
    long calls(int tick) {
        return Math.min(length, sequence.get());
    }

    @Override
    long failures(int tick) {
        return marked(failures);
    }

    @Override
    long slow(int tick) {
        return marked(slow);
    }

    private long marked(BitRing ring) {
        long end = sequence.get();
        return ring.marked(Math.max(0, end - length), end);
    }

    /** Marks on the last places of an endless row. */
    static final class BitRing {
        /*
         * State      a ring of words; a word holds 32 neighbouring places:
         *              63        32 31         0
         *             +------------+------------+
         *             | row        | marks      |   row = place / 32, its low 32 bits
         *             +------------+------------+
         * Invariant  a word never goes back to an earlier row, and within a row no mark is taken away.
         * Writers    any thread; a mark for a row that was overtaken has left the window and changes nothing.
         * Ordering   volatile.   Progress  lock-free writes, wait-free counts.
         */

        private static final int LATE = 1 << 20;

        private final AtomicLongArray words;

        /** Two words more than the places need: a window starts and ends within a word. */
        BitRing(int places) {
            this.words = new AtomicLongArray(places / 32 + 2);
        }

        void mark(long place) {
            long row = place >>> 5;
            int index = (int) (row % words.length());
            long bit = 1L << (place & 31);
            long seen;
            long next;
            do {
                seen = words.get(index);
                int age = (int) row - (int) (seen >>> 32);
                if (age < 0 && age > -LATE) {
                    return;
                }
                next = (age == 0 ? seen : row << 32) | bit;
            } while (!words.weakCompareAndSetVolatile(index, seen, next));
        }

        /** Returns how many places from one to before another are marked. */
        long marked(long from, long end) {
            long sum = 0;
            for (long row = from >>> 5; row << 5 < end; row++) {
                long word = words.get((int) (row % words.length()));
                if ((int) (word >>> 32) == (int) row) {
                    sum += Integer.bitCount((int) word & within(from - (row << 5), end - (row << 5)));
                }
            }
            return sum;
        }

        /** The bits from one to before another, each cut to the word. */
        private static int within(long from, long end) {
            int low = from <= 0 ? -1 : -1 << from;
            int high = end >= 32 ? -1 : (1 << end) - 1;
            return low & high;
        }
    }
}
