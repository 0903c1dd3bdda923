package io.forbear.retry.core.breaker;

import io.forbear.retry.core.internal.Adders;
import io.forbear.retry.error.ErrorCategory;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A window of time, in buckets.
 *
 * <p>Nothing is stored per bucket but the running totals as they stood when it began. The window holds the difference
 * between the totals now and the totals at the beginning of its oldest bucket.
 */
final class TimeWindow extends Window {
    /*
     * State      running totals: of successes that are read (Successes), and of outcomes that are told, by kind;
     *            frame, which says for each bucket of the window where the totals stood when it began, and where the
     *            successes stood at the last look; row, which counts the failures since a look last found a success.
     * Invariant  what the window holds = the totals now - where they stood when its oldest bucket began. Nothing is
     *            moved from a feed to the window, so that no thread meets a window that another thread is still
     *            filling.
     * Writers    roll: CAS to a frame of a later bucket. The growth of the successes since the last look belongs to the
     *            new bucket. note: CAS to a frame that differs in the last look alone. An outcome is added after the
     *            frame is of its bucket.
     * Ordering   exceeds reads the frame, the failures, the successes, then the frame again, and starts again if the
     *            frame is of another bucket. So it has counted no failure of a later bucket, and each success of the
     *            window up to its last reading. A full fence stands between an outcome and the comparison: of two
     *            threads, the later one sees both outcomes.
     * Progress   lock-free: if a thread starts again, another thread has rolled.
     * Stress     WindowStress.JudgeBetweenLooks, WindowStress.LateWriterOfABucket (retry-jcstress), BreakerRaceTest
     */

    /** Buckets of a window. The oldest leaves as a whole: a window spans from 9/10 of its length to all of it. */
    static final int BUCKETS = 10;

    private static final int OLDEST = BUCKETS - 1;

    /**
     * An outcome is of one kind: bit 0 tells whether it was slow; the others are zero for a success, and one more than
     * the ordinal of its category for a failure.
     */
    private static final int SLOW = 1;

    private static final int CATEGORIES = ErrorCategory.values().length;
    private static final int FIRST_FAILED = 2;
    private static final int KINDS = FIRST_FAILED + 2 * CATEGORIES;
    private static final int TIMED_OUT = kindOf(ErrorCategory.TIMEOUT.ordinal());

    /** The low bits of a row count its failures, one tells of a time-out, the others are the successes before it. */
    private static final int ROW_BITS = 21;

    private static final long ROW_LATE = 1L << 20;

    /** The longest row of failures that is told from longer ones. */
    static final int LONGEST_ROW = 1_000_000;

    private static final long ROW_MASK = ROW_LATE - 1;

    /**
     * Where the totals stood.
     *
     * @param tick the number of the bucket, from the origin
     * @param begins where they stood when each bucket of the window began
     * @param seen the successes at the last look
     */
    private record Frame(long tick, Begins begins, long seen) {

        Frame seen(long total) {
            return new Frame(tick, begins, total);
        }
    }

    /**
     * Where the totals stood when each bucket began, by the age of the bucket; never written after publication. A kind
     * of which nothing had been told then has no numbers.
     */
    private static final class Begins {
        private static final long[] ZEROS = new long[BUCKETS];
        private static final long[] @Nullable [] NOTHING = new long[KINDS][];

        final long[] successes;
        private final long[] @Nullable [] told;

        Begins(long[] successes, long[] @Nullable [] told) {
            this.successes = successes;
            this.told = told;
        }

        static Begins of(long successes) {
            long[] begins = new long[BUCKETS];
            Arrays.fill(begins, successes);
            return new Begins(begins, NOTHING);
        }

        Begins after(long buckets, long seen, Adders sums) {
            long[] @Nullable [] later = new long[KINDS][];
            for (int kind = 0; kind < KINDS; kind++) {
                if (sums.isUsed(kind)) {
                    later[kind] = shifted(told(kind), buckets, sums.sum(kind));
                }
            }
            return new Begins(shifted(successes, buckets, seen), later);
        }

        long oldest(int kind) {
            return told(kind)[OLDEST];
        }

        private long[] told(int kind) {
            long[] known = told[kind];
            return known == null ? ZEROS : known;
        }

        private static long[] shifted(long[] begins, long buckets, long now) {
            long[] later = new long[BUCKETS];
            int fresh = (int) Math.min(buckets, BUCKETS);
            Arrays.fill(later, 0, fresh, now);
            System.arraycopy(begins, 0, later, fresh, BUCKETS - fresh);
            return later;
        }
    }

    private final Successes source;
    private final long originNanos;
    private final long bucketNanos;
    /** Made when the first outcome of a kind is told. */
    private final Adders told = new Adders(KINDS);

    /** Zero after a success that was told. */
    private final AtomicLong row = new AtomicLong();

    private final AtomicReference<Frame> frame;

    TimeWindow(long lengthNanos, Successes source, long nowNanos) {
        this.source = source;
        this.originNanos = nowNanos;
        this.bucketNanos = bucketNanos(lengthNanos);
        long total = source.total();
        this.frame = new AtomicReference<>(new Frame(0, Begins.of(total), total));
    }

    static long bucketNanos(long lengthNanos) {
        return lengthNanos / BUCKETS + (lengthNanos % BUCKETS == 0 ? 0 : 1);
    }

    /** Returns the number of the bucket; a time before the window counts as its beginning. */
    long tick(long nowNanos) {
        return Math.max(0, nowNanos - originNanos) / bucketNanos;
    }

    /** Returns a frame of the bucket, or the present frame if it is of a later bucket. */
    private Frame roll(long tick) {
        for (; ; ) {
            Frame seen = frame.get();
            if (tick <= seen.tick) {
                return seen;
            }
            Begins begins = seen.begins.after(tick - seen.tick, seen.seen, told);
            Frame next = new Frame(tick, begins, source.total());
            if (frame.compareAndSet(seen, next)) {
                return next;
            }
        }
    }

    /** Stores where the successes stand. If another thread writes at the same time, its look is as good. */
    private void note(Frame seen, long total) {
        if (total > seen.seen) {
            frame.compareAndSet(seen, seen.seen(total));
        }
    }

    @Override
    void look(long nowNanos) {
        note(roll(tick(nowNanos)), source.total());
    }

    /** Drops an outcome whose time has left the window already. */
    @Override
    void outcome(long nowNanos, @Nullable ErrorCategory failure, boolean isSlow) {
        long tick = tick(nowNanos);
        Frame seen = roll(tick);
        if (seen.tick - tick >= BUCKETS) {
            return;
        }
        told.add((failure == null ? 0 : kindOf(failure.ordinal())) + (isSlow ? SLOW : 0), 1);
        if (failure != null) {
            boolean isTimeout = failure == ErrorCategory.TIMEOUT;
            row.updateAndGet(known -> longer(known, seen.seen, isTimeout));
        } else {
            row.set(0);
        }
        VarHandle.fullFence();
    }

    private static int kindOf(int category) {
        return FIRST_FAILED + 2 * category;
    }

    /** Adds a failure to a row, or begins a row if a look has found a success since. */
    private static long longer(long row, long successes, boolean isTimeout) {
        boolean goesOn = row >>> ROW_BITS == successes << ROW_BITS >>> ROW_BITS;
        long failures = goesOn ? Math.min(ROW_MASK, (row & ROW_MASK) + 1) : 1;
        long late = isTimeout ? ROW_LATE : goesOn ? row & ROW_LATE : 0;
        return successes << ROW_BITS | late | failures;
    }

    /** Where the window alone would not open, a row has: then none of its failures may be a time-out. */
    @Override
    boolean areErrors(OpeningLimits limits, BreakerCounts counts) {
        return limits.failuresExceed(counts.calls(), counts)
                ? OpeningLimits.areErrors(counts)
                : counts.slow() == 0 && (row.get() & ROW_LATE) == 0;
    }

    /** Returns what was told in the window of a frame: each outcome is in all sums that it belongs to, or in none. */
    private BreakerCounts told(Begins begins) {
        long calls = 0;
        long failures = 0;
        long slow = 0;
        long timeouts = 0;
        for (int kind = KINDS - 1; kind >= 0; kind--) {
            long count = told.sum(kind) - begins.oldest(kind);
            calls += count;
            failures += kind >= FIRST_FAILED ? count : 0;
            slow += (kind & SLOW) != 0 ? count : 0;
            timeouts += (kind & ~SLOW) == TIMED_OUT ? count : 0;
        }
        return new BreakerCounts(calls, failures, slow, timeouts);
    }

    /** Sums the feeds only if the answer may depend on it: successes that are not known yet can only lower the rate. */
    @Override
    boolean exceeds(OpeningLimits limits, long nowNanos) {
        for (; ; ) {
            Frame seen = roll(tick(nowNanos));
            Begins begins = seen.begins;
            BreakerCounts counts = told(begins);
            boolean isRow =
                    seen.tick >= BUCKETS && limits.isRow(row.get() & ROW_MASK) && counts.calls() == counts.failures();
            if (!isRow && !limits.mayBeExceeded(counts)) {
                return false;
            }
            long known = counts.calls() + seen.seen - begins.successes[OLDEST];
            if (!isRow && known >= limits.minimumCalls() && !limits.exceeded(known, counts)) {
                return false;
            }
            long total = source.total();
            if (frame.get().begins == begins) {
                note(seen, total);
                long successes = total - begins.successes[OLDEST];
                return isRow && successes == 0 || limits.exceeded(counts.calls() + successes, counts);
            }
        }
    }

    @Override
    BreakerCounts counts(long nowNanos) {
        for (; ; ) {
            Frame seen = roll(tick(nowNanos));
            Begins begins = seen.begins;
            BreakerCounts counts = told(begins);
            long total = source.total();
            if (frame.get().begins == begins) {
                note(seen, total);
                long calls = counts.calls() + total - begins.successes[OLDEST];
                return new BreakerCounts(calls, counts.failures(), counts.slow(), counts.timeouts());
            }
        }
    }

    @Override
    long[] failuresByCategory(long nowNanos) {
        Begins begins = roll(tick(nowNanos)).begins;
        long[] failures = new long[CATEGORIES];
        for (int category = 0; category < CATEGORIES; category++) {
            for (int kind = kindOf(category); kind <= kindOf(category) + SLOW; kind++) {
                failures[category] += told.sum(kind) - begins.oldest(kind);
            }
        }
        return failures;
    }
}
