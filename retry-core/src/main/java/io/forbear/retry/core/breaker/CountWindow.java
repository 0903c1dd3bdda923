package io.forbear.retry.core.breaker;

import io.forbear.retry.error.ErrorCategory;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A window of the most recent calls, however long ago they were made. */
final class CountWindow extends Window {
    /*
     * State      row: how many calls there have been, which is the place of the next one, and how many successes of the
     *            source are among them; a BitRing each for the failures and the slow calls. A call that is neither has
     *            no mark.
     * Invariant  the row never gets shorter, and each call has a place of its own. One CAS takes over the successes and
     *            takes the place of the outcome after them: no thread sees one without the other.
     * Writers    any thread: takes a place, then marks it. look: takes over successes alone.
     * Ordering   a place is taken before it is marked, and marked before its thread compares the rates. So a comparison
     *            may miss the mark of a call that is being recorded, and that call's own thread does not miss it. A
     *            comparison counts marks below the end that it read, so that it never finds more failures than calls.
     *            Before it opens, it looks at the source again.
     * Progress   lock-free.
     * Stress     WindowStress.MarksOfOneWord, WindowStress.JudgeBetweenLooksOfACountWindow (retry-jcstress),
     *            BreakerRaceTest
     */

    /** The largest number of calls that a window may span. */
    static final int LONGEST = 1_000_000;

    /**
     * The row of all calls.
     *
     * @param end the place of the next call
     * @param taken how many successes of the source have been taken over
     */
    private record Row(long end, long taken) {

        Row with(long total, int outcomes) {
            return new Row(end + Math.max(0, total - taken) + outcomes, Math.max(total, taken));
        }
    }

    private final int length;
    private final boolean durationsCount;
    private final Successes source;
    private final AtomicReference<Row> row;
    private final BitRing failures;
    private final BitRing slow;

    CountWindow(int length, boolean durationsCount, Successes source) {
        this.length = length;
        this.durationsCount = durationsCount;
        this.source = source;
        this.row = new AtomicReference<>(new Row(0, source.total()));
        this.failures = new BitRing(length, this::oldest);
        this.slow = new BitRing(durationsCount ? length : 0, this::oldest);
    }

    private long oldest() {
        return row.get().end - length;
    }

    /** Takes over the successes up to a total, and takes the places after them. Returns the end of the row. */
    private long take(long total, int outcomes) {
        for (; ; ) {
            Row seen = row.get();
            Row next = seen.with(total, outcomes);
            if (next.end == seen.end && next.taken == seen.taken || row.compareAndSet(seen, next)) {
                return next.end;
            }
        }
    }

    @Override
    void look(long nowNanos) {
        take(source.total(), 0);
    }

    @Override
    void outcome(long nowNanos, @Nullable ErrorCategory failure, boolean isSlow) {
        long place = take(source.glance(), 1) - 1;
        if (failure != null) {
            failures.mark(place);
        }
        if (isSlow) {
            slow.mark(place);
        }
    }

    @Override
    boolean exceeds(OpeningLimits limits, long nowNanos) {
        if (!isExceeded(limits)) {
            return false;
        }
        look(nowNanos);
        return isExceeded(limits);
    }

    /** A window of calls does not know. */
    @Override
    boolean areErrors(OpeningLimits limits, BreakerCounts counts) {
        return false;
    }

    private boolean isExceeded(OpeningLimits limits) {
        BreakerCounts counts = counted();
        return limits.exceeded(counts.calls(), counts);
    }

    @Override
    BreakerCounts counts(long nowNanos) {
        look(nowNanos);
        return counted();
    }

    /** A window of calls does not know. */
    @Override
    long @Nullable [] failuresByCategory(long nowNanos) {
        return null;
    }

    private BreakerCounts counted() {
        long end = row.get().end;
        long from = Math.max(0, end - length);
        return new BreakerCounts(
                end - from, failures.marked(from, end), durationsCount ? slow.marked(from, end) : 0, 0);
    }

    /**
     * Marks on the last places of an endless row. The row is cut into words, which are reused in turn; a word names the
     * part of the row that it stands for, so that a reader can tell old marks from new ones. A word of a higher level
     * counts the marks of 32 words below it, so that a sum over a million places reads some 160 words.
     */
    static final class BitRing {
        /*
         * State      levels of rings of words. A word of the first level holds 32 neighbouring places, a word of each
         *            other level 32 neighbouring words of the level below:
         *              63        32 31         0
         *             +------------+------------+
         *             | row        | marks      |  row = place / 32 (the next levels: / 1024, / 32768), low 32 bits;
         *             +------------+------------+  marks: a bit for each place, or how many there are below
         * Invariant  a word never goes back to an earlier row, and within a row no mark is removed.
         * Writers    any thread, first level first. If a later row has overtaken the word, the place has left the
         *            window, and the mark changes nothing.
         * Ordering   volatile; a count may miss a mark that is being made, and counts none twice.
         * Progress   lock-free writes, wait-free counts.
         */

        private static final int FAN = 5;

        private final AtomicLongArray[] levels;
        private final LongSupplier oldest;

        /**
         * Makes rings with two words more than the places need, because a window starts and ends within a word.
         *
         * @param oldest returns the first place that has not left the window
         */
        BitRing(int places, LongSupplier oldest) {
            int depth = 1;
            while (places >> FAN * (depth + 1) > 1) {
                depth++;
            }
            this.levels = new AtomicLongArray[depth];
            for (int i = 0; i < depth; i++) {
                levels[i] = new AtomicLongArray((places >> FAN * (i + 1)) + 2);
            }
            this.oldest = oldest;
        }

        void mark(long place) {
            for (int level = 0; level < levels.length; level++) {
                mark(level, place);
            }
        }

        private void mark(int level, long place) {
            AtomicLongArray words = levels[level];
            long row = place >>> FAN * (level + 1);
            int index = (int) (row % words.length());
            long seen;
            long next;
            do {
                seen = words.get(index);
                int age = (int) row - (int) (seen >>> 32);
                if (age < 0 && place < oldest.getAsLong()) {
                    return;
                }
                long held = age == 0 ? seen : row << 32;
                next = level == 0 ? held | 1L << (place & 31) : held + 1;
            } while (!words.weakCompareAndSetVolatile(index, seen, next));
        }

        /** Returns how many places from {@code from} to before {@code end} are marked. */
        long marked(long from, long end) {
            return marked(levels.length - 1, from, end);
        }

        private long marked(int level, long from, long end) {
            if (level == 0) {
                return bits(from, end);
            }
            int shift = FAN * (level + 1);
            long first = from + (1L << shift) - 1 >>> shift;
            long last = end >>> shift;
            if (first >= last) {
                return marked(level - 1, from, end);
            }
            long sum = marked(level - 1, from, first << shift) + marked(level - 1, last << shift, end);
            AtomicLongArray words = levels[level];
            for (long row = first; row < last; row++) {
                long word = words.get((int) (row % words.length()));
                if ((int) (word >>> 32) == (int) row) {
                    sum += word & 0xFFFF_FFFFL;
                }
            }
            return sum;
        }

        private long bits(long from, long end) {
            AtomicLongArray words = levels[0];
            long sum = 0;
            for (long row = from >>> FAN; row << FAN < end; row++) {
                long word = words.get((int) (row % words.length()));
                if ((int) (word >>> 32) == (int) row) {
                    sum += Integer.bitCount((int) word & within(from - (row << FAN), end - (row << FAN)));
                }
            }
            return sum;
        }

        /** Returns the bits from {@code from} to before {@code end}, each cut to the word. */
        private static int within(long from, long end) {
            int low = from <= 0 ? -1 : -1 << from;
            int high = end >= 32 ? -1 : (1 << end) - 1;
            return low & high;
        }
    }
}
