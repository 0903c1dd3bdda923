package io.forbear.retry.core.breaker;

import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.AtomicLong;

/** How much of a feed's successes one window has taken over. */
final class FeedMark {
    /*
     * State      63      40 39              0
     *           +----------+-----------------+
     *           | tick     | total           |   of the last look: when it was, and the feed's successes then, low bits
     *           +----------+-----------------+
     * Invariant  what looks have given the window together = the feed's successes at the last look - those at the start.
     * Writers    look: from what it read to what the feed says, one CAS; whoever wins gives the window the difference.
     * Ordering   volatile. The mark is read before the feed, and the feed's counters never fall, so that the difference is
     *            never negative.
     * Progress   lock-free.
     * Stress     WindowStress.TwoLooks (retry-jcstress), BreakerRaceTest.countsEveryCallOnceWithFeedsPermitsAndFailuresMixed
     *
     * 40 bits: after 10^12 successes without one failure some are forgotten, which leaves the window with those since.
     */

    private static final int TICK_BITS = 24;
    private static final int TICKS = (1 << TICK_BITS) - 1;
    private static final int TOTAL_BITS = 64 - TICK_BITS;
    private static final long TOTALS = (1L << TOTAL_BITS) - 1;

    /** A span this near to the end of its range is that of a thread whose clock reading is older than the last look. */
    private static final int LATE = TICKS - (1 << 12);

    final CallFeed feed;
    private final AtomicLong mark;

    FeedMark(CallFeed feed, int tick) {
        this.feed = feed;
        this.mark = new AtomicLong(pack(tick, feed.successes()));
    }

    /** Gives the window the successes since the last look. */
    void look(Window window, int tick) {
        long seen;
        long grown;
        int span;
        long next;
        do {
            seen = mark.get();
            long total = feed.successes();
            grown = total - seen & TOTALS;
            span = span(seen, tick);
            next = pack(span == 0 ? (int) (seen >>> TOTAL_BITS) : tick, total);
            if (next == seen) {
                return;
            }
        } while (!mark.compareAndSet(seen, next));
        if (grown > 0) {
            window.successes(grown, span, tick);
        }
    }

    /** Tells whether the last look was at this tick. */
    boolean isOf(int tick) {
        return span(mark.get(), tick) == 0;
    }

    private static int span(long mark, int tick) {
        int span = tick - (int) (mark >>> TOTAL_BITS) & TICKS;
        return span > LATE ? 0 : span;
    }

    private static long pack(int tick, long total) {
        return (long) tick << TOTAL_BITS | total & TOTALS;
    }
}
