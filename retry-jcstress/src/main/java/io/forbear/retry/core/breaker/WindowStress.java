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

/**
 * Races of what a state of a breaker counts in: windows, and the marks of their feeds.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * FeedAddedAsTheStateChanges              885016         0           -
 * FeedAddedAsTheStateChangesMutant       1142822         0       15410
 * LateWriterOfACell                       630965         0           -
 * LateWriterOfACellMutant                 858055         0       48218
 * MarksOfOneWord                          189288         0           -
 * MarksOfOneWordMutant                    605895         0       40951
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

    /** Two failures are judged, and both look how far the feed has come. */
    @JCStressTest
    @State
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "each success is in the window once")
    @Outcome(expect = FORBIDDEN, desc = "a success was lost, or counted twice")
    public static class TwoLooks {
        final Feed feed = new Feed();
        final Window window = new CountWindow(100, false);
        final FeedMark mark = new FeedMark(feed, 0);

        public TwoLooks() {
            feed.count.set(3);
        }

        @Actor
        public void first() {
            mark.look(window, 0);
        }

        @Actor
        public void second() {
            mark.look(window, 0);
        }

        @Actor
        public void count() {
            feed.count.incrementAndGet();
        }

        @Arbiter
        public void settle(J_Result r) {
            mark.look(window, 0);
            r.r1 = window.calls(0);
        }
    }

    /** {@link TwoLooks} with a store for the mark. */
    @JCStressTest
    @State
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(
            id = {"5", "6", "7", "8"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "successes were counted twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoLooksMutant {
        final AtomicLong feed = new AtomicLong(3);
        final AtomicLong window = new AtomicLong();
        volatile long mark;

        private void look() {
            long total = feed.get();
            long grown = total - mark;
            mark = total;
            window.getAndAdd(Math.max(0, grown));
        }

        @Actor
        public void first() {
            look();
        }

        @Actor
        public void second() {
            look();
        }

        @Actor
        public void count() {
            feed.incrementAndGet();
        }

        @Arbiter
        public void settle(J_Result r) {
            look();
            r.r1 = window.get();
        }
    }

    /** Two failures have neighbouring places in a window of calls. */
    @JCStressTest
    @State
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "both are marked")
    @Outcome(expect = FORBIDDEN, desc = "a failure was lost")
    public static class MarksOfOneWord {
        final Window window = new CountWindow(8, false);

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
            r.r1 = window.calls(0);
            r.r2 = window.failures(0);
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

    /** Two failures, a window apart by their clocks, meet in one cell. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the later tick has the cell; what was late has left the window")
    @Outcome(expect = FORBIDDEN, desc = "the cell went back, or the late one counts in the later tick")
    public static class LateWriterOfACell {
        final Window window = new TimeWindow(1000, 0);

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
            r.r1 = window.failures(TimeWindow.BUCKETS);
            r.r2 = window.calls(TimeWindow.BUCKETS);
        }
    }

    /** {@link LateWriterOfACell} with a store for the cell. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "0, 0", expect = ACCEPTABLE_INTERESTING, desc = "the cell went back: the later failure is gone")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class LateWriterOfACellMutant {
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
            breaker.feed(feed);
        }

        @Actor
        public void reset() {
            CircuitBreakers.reset(breaker);
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
