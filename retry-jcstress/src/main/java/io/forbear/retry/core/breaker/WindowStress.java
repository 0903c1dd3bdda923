package io.forbear.retry.core.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Races of what a state of a breaker counts in: windows, and what they read of feeds.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * FeedAddedAsTheStateChanges             2381862         0           -
 * FeedAddedAsTheStateChangesMutant      40976422         0      269334
 * JudgeBetweenLooks                      2678822         0           -
 * JudgeBetweenLooksMutant                9826342         0      545110
 * JudgeBetweenLooksOfACountWindow        4696102         0           -
 * LateWriterOfABucket                    5525542         0           -
 * LateWriterOfABucketMutant             34699302         0     2240709
 * MarksOfOneWord                         5300262         0           -
 * MarksOfOneWordMutant                  15007782         0     7895578
 * </pre>
 */
public final class WindowStress {

    private WindowStress() {}

    /** Counts successes. */
    static final class Feed implements CallFeed {
        final AtomicLong count = new AtomicLong();

        @Override
        public long firstTrySuccesses() {
            return count.get();
        }

        @Override
        public long successes() {
            return count.get();
        }

        @Override
        public long calls() {
            return count.get();
        }
    }

    /** Two look while successes are counted. */
    @JCStressTest
    @State
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "each success is in the window once")
    @Outcome(expect = FORBIDDEN, desc = "a success was lost, or counted twice")
    public static class TwoLooks {
        final Feed feed = new Feed();
        final Window window = window(feed, true);

        public TwoLooks() {
            feed.count.set(3);
        }

        @Actor
        public void first() {
            window.look(0);
        }

        @Actor
        public void second() {
            window.look(0);
        }

        @Actor
        public void count() {
            feed.count.incrementAndGet();
        }

        @Arbiter
        public void settle(J_Result r) {
            r.r1 = window.counts(0).calls();
        }
    }

    private static final Object OWNER = new Object();
    private static final OpeningLimits HALF = new OpeningLimits(1, 500_000, 500_000, 0, 0, 0);

    private static Window window(Feed feed, boolean ofCalls) {
        Feeds feeds = new Feeds();
        feeds.add(feed, OWNER);
        Successes successes = new Successes(feeds);
        return ofCalls ? new CountWindow(100, false, successes) : new TimeWindow(1_000, successes, 0);
    }

    /** One failure looks, and another judges: there were nine successes before both. */
    @JCStressTest
    @State
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "2 of 11 failed")
    @Outcome(expect = FORBIDDEN, desc = "a judge saw a window without its successes")
    public static class JudgeBetweenLooks {
        final Feed feed = new Feed();
        final Window window = window(feed, false);

        public JudgeBetweenLooks() {
            feed.count.set(9);
        }

        @Actor
        public void first(ZZ_Result r) {
            window.outcome(100, true, false);
            r.r1 = window.exceeds(HALF, 100);
        }

        @Actor
        public void second(ZZ_Result r) {
            window.outcome(100, true, false);
            r.r2 = window.exceeds(HALF, 100);
        }
    }

    /** {@link JudgeBetweenLooks} in a window of calls. */
    @JCStressTest
    @State
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "2 of 11 failed")
    @Outcome(expect = FORBIDDEN, desc = "a judge saw a window without its successes")
    public static class JudgeBetweenLooksOfACountWindow {
        final Feed feed = new Feed();
        final Window window = window(feed, true);

        public JudgeBetweenLooksOfACountWindow() {
            feed.count.set(9);
        }

        @Actor
        public void first(ZZ_Result r) {
            window.outcome(0, true, false);
            r.r1 = window.exceeds(HALF, 0);
        }

        @Actor
        public void second(ZZ_Result r) {
            window.outcome(0, true, false);
            r.r2 = window.exceeds(HALF, 0);
        }
    }

    /** {@link JudgeBetweenLooks} where a look moves a mark, and fills the window then. */
    @JCStressTest
    @State
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the successes were neither in the feed nor in the window")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class JudgeBetweenLooksMutant {
        final AtomicLong feed = new AtomicLong(9);
        final AtomicLong mark = new AtomicLong();
        final AtomicLong successes = new AtomicLong();
        final AtomicLong failures = new AtomicLong();

        private boolean fails() {
            long seen = mark.get();
            long total = feed.get();
            if (mark.compareAndSet(seen, total)) {
                successes.getAndAdd(total - seen);
            }
            long failed = failures.incrementAndGet();
            long calls = failed + successes.get();
            return 2 * failed >= calls;
        }

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = fails();
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = fails();
        }
    }

    /** Two failures have neighbouring places in a window of calls. */
    @JCStressTest
    @State
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both are marked")
    @Outcome(expect = FORBIDDEN, desc = "a failure was lost")
    public static class MarksOfOneWord {
        final Window window = new CountWindow(8, false, new Successes(null));

        @Actor
        public void first() {
            window.outcome(0, true, false);
        }

        @Actor
        public void second() {
            window.outcome(0, true, false);
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r1 = window.counts(0).calls();
            r.r2 = window.counts(0).failures();
        }
    }

    /** {@link MarksOfOneWord} with a store for the word. */
    @JCStressTest
    @State
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "2, 1", expect = ACCEPTABLE_INTERESTING, desc = "a mark was overwritten")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class MarksOfOneWordMutant {
        final AtomicLong sequence = new AtomicLong();
        volatile long word;

        private void mark() {
            word = word | 1L << sequence.getAndIncrement();
        }

        @Actor
        public void first() {
            mark();
        }

        @Actor
        public void second() {
            mark();
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r1 = sequence.get();
            r.r2 = Long.bitCount(word);
        }
    }

    /** Two failures, a window apart by their clocks, meet in one ring. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "what was late has left the window")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "it was let in, and told when the later bucket had begun")
    @Outcome(expect = FORBIDDEN, desc = "the window went back, or is torn")
    public static class LateWriterOfABucket {
        final Window window = new TimeWindow(10, new Successes(null), 0);

        @Actor
        public void late() {
            window.outcome(0, true, false);
        }

        @Actor
        public void later() {
            window.outcome(TimeWindow.BUCKETS, true, false);
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r1 = window.counts(TimeWindow.BUCKETS).failures();
            r.r2 = window.counts(TimeWindow.BUCKETS).calls();
        }
    }

    /** {@link LateWriterOfABucket} with a store for the cell. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "the cell went back: the later failure is gone")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class LateWriterOfABucketMutant {
        volatile long cell;

        private void add(int tick) {
            long seen = cell;
            if (tick >= seen >>> 32) {
                cell = (long) tick << 32 | (tick == seen >>> 32 ? (seen & 0xFFFF_FFFFL) + 1 : 1);
            }
        }

        @Actor
        public void late() {
            add(0);
        }

        @Actor
        public void later() {
            add(10);
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r1 = cell >>> 32 == 10 ? cell & 0xFFFF_FFFFL : 0;
            r.r2 = r.r1;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "the new state reads the feed")
    @Outcome(expect = FORBIDDEN, desc = "the feed was lost, or is read twice")
    public static class FeedAddedAsTheStateChanges {
        final Feed feed = new Feed();
        final Breaker breaker = BreakerStress.closed(8);

        @Actor
        public void add() {
            breaker.feed(feed, OWNER);
        }

        @Actor
        public void reset() {
            breaker.reset();
        }

        @Arbiter
        public void settle(J_Result r) {
            feed.count.addAndGet(5);
            r.r1 = CircuitBreakers.counts(breaker).calls();
        }
    }

    /** {@link FeedAddedAsTheStateChanges} where neither looks a second time. */
    @JCStressTest
    @State
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "0", expect = ACCEPTABLE_INTERESTING, desc = "the feed is in a state that is over")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class FeedAddedAsTheStateChangesMutant {
        volatile boolean fed;
        volatile AtomicBoolean state = new AtomicBoolean();

        @Actor
        public void add() {
            fed = true;
            state.set(true);
        }

        @Actor
        public void reset() {
            state = new AtomicBoolean(fed);
        }

        @Arbiter
        public void settle(J_Result r) {
            r.r1 = state.get() ? 5 : 0;
        }
    }
}
