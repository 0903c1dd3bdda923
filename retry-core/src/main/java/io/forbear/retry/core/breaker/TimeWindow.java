package io.forbear.retry.core.breaker;

import io.forbear.retry.core.breaker.CircuitBreakers.Counts;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** The outcomes of the last so many nanoseconds, in buckets. */
final class TimeWindow extends Window {
    /*
     * State      running totals: of successes that are read (Successes), and of outcomes that are told (told, failed, slow);
     *            frame, which says for each bucket of the window where the totals stood when it began, and how far successes
     *            had come at the last look.
     * Invariant  what the window holds = the totals now - where they stood when its oldest bucket began. Nothing is moved from
     *            a feed to the window: a judge cannot meet a window that another thread is still filling.
     * Writers    roll: CAS to a frame of a later bucket. What successes grew by since the last look belongs to the new bucket.
     *            note: CAS to a frame that differs in the last look alone. An outcome is added after the frame is of its bucket.
     * Ordering   a judge reads frame, failures, then successes, then frame again, and begins again where the frame is of
     *            another bucket: then no failure of a later bucket was among those that it read, and each success of the window
     *            up to the last reading was. A full fence between an outcome and the judge: the later of two sees both.
     * Progress   lock-free: whoever begins again, another has rolled.
     * Stress     WindowStress.JudgeBetweenLooks, WindowStress.LateWriterOfABucket (retry-jcstress), BreakerRaceTest
     */

    /** Buckets of a window. The oldest leaves as a whole: a window spans from 9/10 of its length to all of it. */
    static final int BUCKETS = 10;

    private static final int OLDEST = BUCKETS - 1;

    /**
     * Where the totals stood.
     *
     * @param tick the number of the bucket, from the origin
     * @param begins of the window's buckets
     * @param seen the successes at the last look
     */
    private record Frame(long tick, Begins begins, long seen) {

        Frame seen(long total) {
            return new Frame(tick, begins, total);
        }
    }

    /** By age of the bucket, how the totals stood when it began; never written after publication. */
    private static final class Begins {
        final long[] successes;
        final long[] told;
        final long[] failed;
        final long[] slow;

        Begins(long[] successes, long[] told, long[] failed, long[] slow) {
            this.successes = successes;
            this.told = told;
            this.failed = failed;
            this.slow = slow;
        }

        static Begins of(long successes) {
            Begins begins = new Begins(new long[BUCKETS], new long[BUCKETS], new long[BUCKETS], new long[BUCKETS]);
            java.util.Arrays.fill(begins.successes, successes);
            return begins;
        }

        Begins after(long buckets, long successes, long told, long failed, long slow) {
            return new Begins(
                    shifted(this.successes, buckets, successes),
                    shifted(this.told, buckets, told),
                    shifted(this.failed, buckets, failed),
                    shifted(this.slow, buckets, slow));
        }

        private static long[] shifted(long[] begins, long buckets, long now) {
            long[] later = new long[BUCKETS];
            int fresh = (int) Math.min(buckets, BUCKETS);
            java.util.Arrays.fill(later, 0, fresh, now);
            System.arraycopy(begins, 0, later, fresh, BUCKETS - fresh);
            return later;
        }
    }

    private final Successes source;
    private final long originNanos;
    private final long bucketNanos;
    private final LongAdder told = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder slow = new LongAdder();
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

    /** The number of the bucket; a reading from before the window counts as its beginning. */
    long tick(long nowNanos) {
        return Math.max(0, nowNanos - originNanos) / bucketNanos;
    }

    /** Returns a frame of the bucket, or a later one that is there already. */
    private Frame roll(long tick) {
        for (; ; ) {
            Frame seen = frame.get();
            if (tick <= seen.tick) {
                return seen;
            }
            Begins begins = seen.begins.after(tick - seen.tick, seen.seen, told.sum(), failed.sum(), slow.sum());
            Frame next = new Frame(tick, begins, source.total());
            if (frame.compareAndSet(seen, next)) {
                return next;
            }
        }
    }

    /** Remembers how far successes had come. Where another thread writes at the same time, its look will do. */
    private void note(Frame seen, long total) {
        if (total > seen.seen) {
            frame.compareAndSet(seen, seen.seen(total));
        }
    }

    @Override
    void look(long nowNanos) {
        note(roll(tick(nowNanos)), source.total());
    }

    /** An outcome whose time has left the window already is dropped. */
    @Override
    void outcome(long nowNanos, boolean isFailed, boolean isSlow) {
        long tick = tick(nowNanos);
        if (roll(tick).tick - tick >= BUCKETS) {
            return;
        }
        told.increment();
        if (isSlow) {
            slow.increment();
        }
        if (isFailed) {
            failed.increment();
        }
        VarHandle.fullFence();
    }

    /** Sums the feeds only where the verdict may depend on it: more successes than are known can but lower the rate. */
    @Override
    boolean exceeds(Limits limits, long nowNanos) {
        for (; ; ) {
            Frame seen = roll(tick(nowNanos));
            Begins begins = seen.begins;
            long failures = failed.sum() - begins.failed[OLDEST];
            long slowCalls = slow.sum() - begins.slow[OLDEST];
            if (!limits.mayBeExceeded(failures, slowCalls)) {
                return false;
            }
            long toldCalls = told.sum() - begins.told[OLDEST];
            long known = toldCalls + seen.seen - begins.successes[OLDEST];
            if (known >= limits.minimumCalls() && !limits.exceeded(known, failures, slowCalls)) {
                return false;
            }
            long total = source.total();
            if (frame.get().begins == begins) {
                note(seen, total);
                return limits.exceeded(toldCalls + total - begins.successes[OLDEST], failures, slowCalls);
            }
        }
    }

    @Override
    Counts counts(long nowNanos) {
        for (; ; ) {
            Frame seen = roll(tick(nowNanos));
            Begins begins = seen.begins;
            long failures = failed.sum() - begins.failed[OLDEST];
            long slowCalls = slow.sum() - begins.slow[OLDEST];
            long toldCalls = told.sum() - begins.told[OLDEST];
            long total = source.total();
            if (frame.get().begins == begins) {
                note(seen, total);
                return new Counts(toldCalls + total - begins.successes[OLDEST], failures, slowCalls);
            }
        }
    }
}
