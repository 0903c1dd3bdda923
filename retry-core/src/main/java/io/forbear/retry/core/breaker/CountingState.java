package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers.Counts;
import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** CLOSED or METRICS_ONLY: every attempt passes, outcomes are counted in a window of this state's own. */
final class CountingState extends BreakerState {
    /*
     * State      window; permitted, the successes of permits that no feed counts; marks, how much of each feed (permitted is
     *            read as one of them) the window has.
     * Invariant  each successful attempt reaches the window at most once: through permitted, through a feed, or, where
     *            durations count, straight from its permit; then there are no marks.
     * Writers    permits: permitted. attach, detach: marks, by CAS of a copy. Looks: see FeedMark.
     * Ordering   volatile; a mark is complete before it is in marks.
     * Progress   lock-free; a success is one striped addition, and nothing at all where a feed counts it.
     * Stress     BreakerStress.TwoFailuresOpenTogether, WindowStress.FeedAddedAsTheStateChanges (retry-jcstress)
     */

    private static final FeedMark[] NONE = {};

    /** The feeds this state was made with. */
    final CallFeed[] feeds;

    private final Limits limits;
    private final Window window;
    private final Permitted permitted = new Permitted();
    private final AtomicReference<FeedMark[]> marks;

    CountingState(State name, Settings settings, CallFeed[] feeds, long nowNanos) {
        super(name, !settings.limits().durationsCount());
        this.feeds = feeds;
        this.limits = settings.limits();
        this.window = settings.newWindow(nowNanos);
        this.marks = new AtomicReference<>(needsNoPermit ? marks(permitted, feeds, window.tick(nowNanos)) : NONE);
    }

    private static FeedMark[] marks(Permitted permitted, CallFeed[] feeds, int tick) {
        FeedMark[] marks = new FeedMark[feeds.length + 1];
        for (int i = 0; i < feeds.length; i++) {
            marks[i] = new FeedMark(feeds[i], tick);
        }
        marks[feeds.length] = new FeedMark(permitted, tick);
        return marks;
    }

    /** Adds a feed unless it is there, or durations count: what it has counted so far does not count here. */
    void attach(CallFeed feed, long nowNanos) {
        FeedMark[] seen;
        do {
            seen = marks.get();
            if (!needsNoPermit || indexOf(seen, feed) >= 0) {
                return;
            }
        } while (!marks.compareAndSet(seen, Copies.with(seen, new FeedMark(feed, window.tick(nowNanos)))));
    }

    /** Removes a feed after a last look at it. */
    void detach(CallFeed feed, long nowNanos) {
        FeedMark[] seen;
        int index;
        do {
            seen = marks.get();
            index = indexOf(seen, feed);
            if (index < 0) {
                return;
            }
        } while (!marks.compareAndSet(seen, Copies.without(seen, index)));
        seen[index].look(window, window.tick(nowNanos));
    }

    private static int indexOf(FeedMark[] marks, CallFeed feed) {
        int index = marks.length - 1;
        while (index >= 0 && marks[index].feed != feed) {
            index--;
        }
        return index;
    }

    /** Counts a success with a permit where durations do not count; it opens nothing, for it can only lower the rate. */
    void succeeded() {
        permitted.successes.increment();
    }

    /** Counts an outcome. Returns whether the breaker must open. */
    boolean ended(boolean failed, long durationNanos, long nowNanos) {
        int tick = window.tick(nowNanos);
        boolean ordered = window.isOrdered();
        look(tick, ordered);
        window.outcome(tick, failed, limits.isSlow(durationNanos));
        if (name != State.CLOSED || !window.mayExceed(limits, tick)) {
            return false;
        }
        if (!ordered) {
            look(tick, true);
        }
        return window.exceeds(limits, tick);
    }

    @Override
    Counts counts(long nowNanos) {
        int tick = window.tick(nowNanos);
        look(tick, true);
        return new Counts(window.calls(tick), window.failures(tick), limits.durationsCount() ? window.slow(tick) : 0);
    }

    /** Looks at all feeds, or only at those that nobody has looked at in this tick: where in a tick successes lie makes no difference. */
    private void look(int tick, boolean all) {
        for (FeedMark mark : marks.get()) {
            if (all || !mark.isOf(tick)) {
                mark.look(window, tick);
            }
        }
    }

    /** What permits have told, in the shape of a feed. */
    private static final class Permitted implements CallFeed {

        final LongAdder successes = new LongAdder();

        @Override
        public long firstTrySuccesses() {
            return successes.sum();
        }

        @Override
        public long successes() {
            return successes.sum();
        }

        @Override
        public long calls() {
            return successes.sum();
        }
    }
}
