package io.forbear.retry.core.budget;

import io.forbear.retry.core.internal.CallFeed;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The feeds of one budget: how much they have counted since each was added.
 *
 * <p>A feed is a service that lets the budget read its counters. The sums of up to {@value #EXACT} feeds are exact at
 * each reading. Those of further feeds may lag: each reading takes over the counts of {@value #STEP} of them, in turn,
 * and {@link #takeOver} those of all. A sum that lags is too low, never too high.
 *
 * <p>The feeds of a breaker are a class of their own, on purpose. A breaker reads one sum in its tick and at failures,
 * so it may read all feeds each time. A budget reads three sums at each withdrawal, so a reading must take constant
 * time, however many services share the budget. All that the two have in common is the bookkeeping of owners.
 */
final class Feeds {
    /*
     * State      exact: an immutable list of the first feeds with their baselines, and the counts of dropped ones.
     *            taken: the counts that were taken over from the others. Under the lock: all sources by feed; the
     *            others in a list; the index of the one that was taken over last.
     * Invariant  a feed is a source once, however often it is added: the same calls are never counted twice. Each
     *            source is either among the exact ones or among the others. No sum falls.
     * Writers    all under the lock: add (configuration); a reading takes a step only if the lock is free.
     * Ordering   one volatile read each gives immutable sums. A reader of an older list may read a dropped feed, which
     *            does not change any more.
     * Progress   a reading is wait-free and takes constant time: EXACT feeds and one step. add is O(1), amortised over
     *            the doublings of the list.
     * Stress     BudgetStress.FeedRacesWithdraw (retry-jcstress), FeedsTest
     */

    /** How many feeds are read at each reading. */
    static final int EXACT = 16;

    /** How many of the others a reading takes over. */
    static final int STEP = 16;

    private static final Source[] NO_SOURCES = {};

    private final ReentrantLock lock = new ReentrantLock();
    private final IdentityHashMap<CallFeed, Source> all = new IdentityHashMap<>(1);
    private final List<Source> others = new ArrayList<>();
    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private int turn;
    private volatile Exact exact = new Exact(Sums.NONE, NO_SOURCES);
    private volatile Sums taken = Sums.NONE;
    private volatile boolean many;

    private record Sums(long firstTries, long successes, long calls) {

        static final Sums NONE = new Sums(0, 0, 0);

        static Sums of(CallFeed feed) {
            return new Sums(feed.firstTrySuccesses(), feed.successes(), feed.calls());
        }

        Sums plus(Sums other) {
            return new Sums(firstTries + other.firstTries, successes + other.successes, calls + other.calls);
        }

        Sums minus(Sums other) {
            return new Sums(firstTries - other.firstTries, successes - other.successes, calls - other.calls);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Exact(Sums kept, Source[] sources) {}

    /**
     * A feed and its baseline, the counts up to which it is taken over. Only the baseline of one among the others
     * moves.
     */
    private static final class Source {
        final CallFeed feed;
        final List<Owner> owners = new ArrayList<>(1);
        Sums baseline;
        int place = -1;

        Source(CallFeed feed) {
            this.feed = feed;
            this.baseline = Sums.of(feed);
        }

        boolean isOwnedBy(Object owner) {
            for (Owner known : owners) {
                if (known.refersTo(owner)) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * An owner of a feed. Its source keeps this reference reachable, so that it is enqueued after the owner is
     * collected.
     */
    private static final class Owner extends WeakReference<Object> {
        final Source source;

        Owner(Object owner, Source source, ReferenceQueue<Object> gone) {
            super(owner, gone);
            this.source = source;
        }
    }

    /** Returns the successes at the first attempt. */
    long firstTries() {
        Exact seen = exact;
        long sum = seen.kept.firstTries + step().firstTries;
        for (Source source : seen.sources) {
            sum += source.feed.firstTrySuccesses() - source.baseline.firstTries;
        }
        return sum;
    }

    /** Returns the successes, those after retries included. */
    long successes() {
        Exact seen = exact;
        long sum = seen.kept.successes + step().successes;
        for (Source source : seen.sources) {
            sum += source.feed.successes() - source.baseline.successes;
        }
        return sum;
    }

    /** Returns the calls that have ended or failed at least once. */
    long calls() {
        Exact seen = exact;
        long sum = seen.kept.calls + step().calls;
        for (Source source : seen.sources) {
            sum += source.feed.calls() - source.baseline.calls;
        }
        return sum;
    }

    /** Takes over the counts of all feeds, unless another thread is doing so. Not constant: called once a slot. */
    void takeOver() {
        if (many && lock.tryLock()) {
            try {
                takeOver(others.size());
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns the counts taken over from the others, after a step if the lock is free. */
    private Sums step() {
        if (many && lock.tryLock()) {
            try {
                takeOver(Math.min(STEP, others.size()));
            } finally {
                lock.unlock();
            }
        }
        return taken;
    }

    private void takeOver(int count) {
        for (int i = 0; i < count; i++) {
            turn = turn + 1 < others.size() ? turn + 1 : 0;
            Source source = others.get(turn);
            Sums now = Sums.of(source.feed);
            Sums sum = taken.plus(now.minus(source.baseline));
            taken = sum; // before the baseline, and both without a call: an error in between is not possible
            source.baseline = now;
        }
    }

    /** Adds a feed for as long as its owner is reachable, and drops the feeds whose owners were collected. */
    void add(CallFeed feed, Object owner) {
        lock.lock();
        try {
            expunge();
            Source known = all.get(feed);
            Source source = known == null ? new Source(feed) : known;
            if (!source.isOwnedBy(owner)) {
                source.owners.add(new Owner(owner, source, gone));
            }
            if (known == null) {
                all.put(feed, source);
                placeOrForget(source);
            }
        } finally {
            lock.unlock();
        }
    }

    private void placeOrForget(Source source) {
        try {
            place(source);
        } catch (Throwable fault) {
            all.remove(source.feed);
            throw fault;
        }
    }

    private void place(Source source) {
        Exact seen = exact;
        int count = seen.sources.length;
        if (count < EXACT) {
            Source[] more = Arrays.copyOf(seen.sources, count + 1);
            more[count] = source;
            exact = new Exact(seen.kept, more);
        } else {
            source.place = others.size();
            others.add(source);
            many = true;
        }
    }

    private void expunge() {
        for (Object reference = gone.poll(); reference != null; reference = gone.poll()) {
            Owner owner = (Owner) reference;
            Source source = owner.source;
            source.owners.remove(owner);
            if (source.owners.isEmpty()) {
                all.remove(source.feed);
                drop(source);
            }
        }
    }

    /** Drops a source; its counts stay in the sums. */
    private void drop(Source source) {
        Sums counted = Sums.of(source.feed).minus(source.baseline);
        if (source.place < 0) {
            Exact seen = exact;
            List<Source> rest = new ArrayList<>(List.of(seen.sources));
            rest.remove(source);
            exact = new Exact(seen.kept.plus(counted), rest.toArray(NO_SOURCES));
            return;
        }
        taken = taken.plus(counted);
        Source last = others.remove(others.size() - 1);
        if (last != source) {
            others.set(source.place, last);
            last.place = source.place;
        }
        many = !others.isEmpty();
    }

    /** Returns how many feeds are held; for tests. */
    int size() {
        lock.lock();
        try {
            expunge();
            return all.size();
        } finally {
            lock.unlock();
        }
    }
}
