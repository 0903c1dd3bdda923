package io.forbear.retry.core.breaker;

import io.forbear.retry.core.internal.CallFeed;
import java.util.concurrent.atomic.AtomicReference;

/** The feeds of a breaker, which outlive its states. */
final class Feeds {
    /*
     * State      feeds, an array that is replaced as a whole; each counting state has marks of its own for them.
     * Invariant  once add or remove has returned and no transition is under way, the state that counts has exactly these.
     * Writers    add, remove: the array first, then the state, until it is the breaker's. Transitions: the state first, then
     *            publish brings it up to date. Both orders are volatile: one of the two sees the other.
     * Ordering   volatile.   Progress  lock-free.
     * Stress     WindowStress.FeedAddedAsTheStateChanges (retry-jcstress), BreakerRaceTest.keepsAFeedThatIsAddedWhileTheStateChanges
     */

    private final AtomicReference<CallFeed[]> feeds = new AtomicReference<>(new CallFeed[0]);

    CallFeed[] current() {
        return feeds.get();
    }

    void add(CallFeed feed) {
        feeds.updateAndGet(seen -> Copies.indexOf(seen, feed) >= 0 ? seen : Copies.with(seen, feed));
    }

    void remove(CallFeed feed) {
        feeds.updateAndGet(seen -> {
            int index = Copies.indexOf(seen, feed);
            return index < 0 ? seen : Copies.without(seen, index);
        });
    }

    /** Brings a state that was made with other feeds, and is the breaker's by now, up to date. */
    void publish(CountingState state, long nowNanos) {
        CallFeed[] known = state.feeds;
        for (CallFeed[] seen = current(); seen != known; seen = current()) {
            for (CallFeed feed : seen) {
                state.attach(feed, nowNanos);
            }
            for (CallFeed feed : known) {
                if (Copies.indexOf(seen, feed) < 0) {
                    state.detach(feed, nowNanos);
                }
            }
            known = seen;
        }
    }
}
