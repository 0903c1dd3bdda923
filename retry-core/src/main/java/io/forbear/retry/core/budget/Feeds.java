package io.forbear.retry.core.budget;

import io.forbear.retry.core.internal.CallFeed;
import org.jspecify.annotations.Nullable;

/** The feeds of one budget: how much they have counted since each was added. */
final class Feeds {
    /*
     * State      sources: a list of feeds with their baselines, the head of it; kept: what removed feeds have counted.
     * Invariant  a feed is in the list once, with the number of times it was added: the same calls are not counted twice.
     * Writers    add and remove, under the lock: configuration, not traffic.
     * Ordering   one volatile read gives an immutable state; a reader of an older one may count a removed feed a little further.
     * Progress   reads are wait-free.
     */
    private volatile State state = new State(0, 0, 0, null);

    private record State(
            long keptFirstTries,
            long keptSuccesses,
            long keptCalls,
            @Nullable Source sources) {}

    private record Source(
            CallFeed feed,
            int times,
            long firstTries,
            long successes,
            long calls,
            @Nullable Source next) {
        long firstTriesSince() {
            return feed.firstTrySuccesses() - firstTries;
        }

        long successesSince() {
            return feed.successes() - successes;
        }

        long callsSince() {
            return feed.calls() - calls;
        }
    }

    /** Successes at the first attempt. */
    long firstTries() {
        State seen = state;
        long sum = seen.keptFirstTries;
        for (Source source = seen.sources; source != null; source = source.next) {
            sum += source.firstTriesSince();
        }
        return sum;
    }

    /** Successes, those after retries included. */
    long successes() {
        State seen = state;
        long sum = seen.keptSuccesses;
        for (Source source = seen.sources; source != null; source = source.next) {
            sum += source.successesSince();
        }
        return sum;
    }

    /** Calls that have ended or failed at least once. */
    long calls() {
        State seen = state;
        long sum = seen.keptCalls;
        for (Source source = seen.sources; source != null; source = source.next) {
            sum += source.callsSince();
        }
        return sum;
    }

    synchronized void add(CallFeed feed) {
        State seen = state;
        Source known = find(seen.sources, feed);
        Source added = known == null
                ? new Source(feed, 1, feed.firstTrySuccesses(), feed.successes(), feed.calls(), seen.sources)
                : times(known, known.times + 1, without(seen.sources, feed));
        state = new State(seen.keptFirstTries, seen.keptSuccesses, seen.keptCalls, added);
    }

    synchronized void remove(CallFeed feed) {
        State seen = state;
        Source known = find(seen.sources, feed);
        if (known == null) {
            return;
        }
        Source others = without(seen.sources, feed);
        state = known.times > 1
                ? new State(
                        seen.keptFirstTries, seen.keptSuccesses, seen.keptCalls, times(known, known.times - 1, others))
                : new State(
                        seen.keptFirstTries + known.firstTriesSince(),
                        seen.keptSuccesses + known.successesSince(),
                        seen.keptCalls + known.callsSince(),
                        others);
    }

    private static Source times(Source source, int times, @Nullable Source next) {
        return new Source(source.feed, times, source.firstTries, source.successes, source.calls, next);
    }

    private static @Nullable Source find(@Nullable Source sources, CallFeed feed) {
        Source source = sources;
        while (source != null && source.feed != feed) {
            source = source.next;
        }
        return source;
    }

    private static @Nullable Source without(@Nullable Source sources, CallFeed feed) {
        if (sources == null) {
            return null;
        }
        Source rest = without(sources.next, feed);
        return sources.feed == feed ? rest : times(sources, sources.times, rest);
    }
}
