package io.forbear.retry.core.breaker;

import io.forbear.retry.core.internal.CallFeed;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The feeds of a breaker, which outlive its states. Their total is how many successes they have counted together, each
 * since it was added.
 */
final class Feeds {
    /*
     * State      members: the feeds, and an offset: minus what each had counted when it was added, plus what the feeds
     *            counted that were dropped.
     * Invariant  total = sum of the members + offset. It never falls, and no change of members changes it: a feed whose
     *            owner is gone counts no more.
     * Writers    add, expunge: under the lock. Feeds are added by configuration, and dropped by the tick once an owner
     *            is gone; traffic does neither. A member is appended in place behind the size that readers know, so
     *            that n additions cost O(n).
     * Ordering   members is volatile, and its parts are written before. A thread that has read a total never reads a
     *            lower one later: the feeds only grow, and its members are the same or later ones.
     * Progress   reads are wait-free.
     */

    private static final Members NONE = new Members(new CallFeed[0], 0, 0);

    /** The first {@code size} of the array are members. */
    private static final class Members {
        final CallFeed[] feeds;
        final int size;
        final long offset;

        Members(CallFeed[] feeds, int size, long offset) {
            this.feeds = feeds;
            this.size = size;
            this.offset = offset;
        }
    }

    /** The owner of a feed, held weakly. */
    private static final class Owner extends WeakReference<Object> {
        final CallFeed feed;

        Owner(Object owner, CallFeed feed, ReferenceQueue<Object> gone) {
            super(owner, gone);
            this.feed = feed;
        }
    }

    private final ReferenceQueue<Object> gone = new ReferenceQueue<>();
    private final IdentityHashMap<CallFeed, Owner> owners = new IdentityHashMap<>(1);
    private volatile Members members = NONE;

    long total() {
        Members seen = members;
        long sum = seen.offset;
        for (int i = 0; i < seen.size; i++) {
            sum += seen.feeds[i].successes();
        }
        return sum;
    }

    int size() {
        return members.size;
    }

    synchronized void add(CallFeed feed, Object owner) {
        expunge();
        if (owners.containsKey(feed)) {
            return;
        }
        owners.put(feed, new Owner(owner, feed, gone));
        Members seen = members;
        CallFeed[] feeds =
                seen.size < seen.feeds.length ? seen.feeds : Arrays.copyOf(seen.feeds, Math.max(4, 2 * seen.size));
        feeds[seen.size] = feed;
        members = new Members(feeds, seen.size + 1, seen.offset - feed.successes());
    }

    /** Drops the feeds whose owners are gone, and keeps their counts in the offset. */
    void expunge() {
        Reference<?> first = gone.poll();
        if (first != null) {
            expunge(first);
        }
    }

    private synchronized void expunge(Reference<?> first) {
        long offset = members.offset;
        int dropped = 0;
        for (@Nullable Reference<?> next = first; next != null; next = gone.poll()) {
            CallFeed feed = ((Owner) next).feed;
            owners.remove(feed);
            offset += feed.successes();
            dropped++;
        }
        Members seen = members;
        CallFeed[] left = new CallFeed[Math.max(4, seen.size - dropped)];
        int size = 0;
        for (int i = 0; i < seen.size; i++) {
            if (owners.containsKey(seen.feeds[i])) {
                left[size++] = seen.feeds[i];
            }
        }
        members = new Members(left, size, offset);
    }
}
