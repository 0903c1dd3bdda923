package io.forbear.retry.core.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table within its bound: counts its entries, and evicts a client if a new one needs an entry.
 *
 * <p><b>Order of eviction.</b> This is the clock algorithm of paging [1]. The hand walks over the hash slots. A client
 * whose bucket is not full stays. A client with a failure among its last operations has a second chance: the search
 * passes it over, and evicts it when the hand comes round again, if nothing was recorded in between, no operation and
 * no withdrawal. Of the clients that may go, the one with the lowest rank goes: the fewer operations its window holds,
 * the lower the rank; of equals, one without a failure is lower, because its state is that of a new client; a full
 * window of successes ranks highest. A search ends early at a client with at most one success and nothing else.
 *
 * <p><b>How a client leaves.</b> In two steps, as a node leaves a non-blocking list [2]. First a CAS sets the eviction
 * flag in the client's word of outcomes; from then on every withdrawal and failure goes to its successor. Then a CAS of
 * its hash slot unlinks it. A thread that finds a flagged client in between replaces it, so no thread waits for an
 * evicting one.
 *
 * <p>[1] F. J. Corbató, A Paging Experiment with the Multics System, 1968.
 *
 * <p>[2] T. L. Harris, A Pragmatic Implementation of Non-Blocking Linked-Lists, DISC 2001 (logical before physical
 * deletion).
 */
final class Eviction {
    /*
     * State      entries: how many entries are reserved. hand: the slot at which the next search begins. evicted: a
     *            counter.
     * Invariant  clients in slots <= entries <= limit at any time; equal while no insertion is under way.
     * Writers    entries: reserve adds one by a CAS below the limit, or takes over the entry of a client that it
     *            evicts; release subtracts one. The thread whose CAS unlinks an evicted client owns its entry.
     *            hand: getAndAdd. evicted: increment.
     * Ordering   volatile. An entry is reserved before the CAS that puts its client into the slot, and released after
     *            the CAS that unlinks it.
     * Progress   lock-free. A search looks at MOST_SLOTS slots at most: at LOOKS clients and those that share their
     *            slots.
     * Stress     ClientTableStress, EvictionStress, SecondChanceStress (retry-jcstress), ClientTableConcurrencyTest
     */

    /** Clients that one search looks at, unless it has come round or seen {@link #MOST_SLOTS}. */
    static final int LOOKS = 16;

    private static final int MOST_SLOTS = 256;

    /** Slots that a search takes at once: one write of the hand for all of them. */
    private static final int STEP = 4;

    private final int limit;
    private final Slots slots;
    private final AtomicInteger entries = new AtomicInteger();
    private final AtomicInteger hand = new AtomicInteger();
    private final LongAdder evicted = new LongAdder();

    Eviction(int limit, Slots slots) {
        this.limit = limit;
        this.slots = slots;
    }

    int entries() {
        return entries.get();
    }

    long evicted() {
        return evicted.sum();
    }

    /** Counts a client that was evicted and then replaced in its slot by its successor, which has its entry. */
    void replaced() {
        evicted.increment();
    }

    /** Reserves an entry for a new client; false if the table is full and the search finds no client to evict. */
    boolean reserve() {
        int taken = entries.get();
        while (taken < limit) {
            if (entries.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = entries.get();
        }
        return evictOne();
    }

    void release() {
        entries.decrementAndGet();
    }

    /** Evicts one client, whose entry is the caller's then; false if the search finds none. */
    private boolean evictOne() {
        Client lowest = null;
        int most = Math.min(MOST_SLOTS, slots.count());
        int seen = 0;
        for (int looked = 0; looked < most && seen < LOOKS; looked += STEP) {
            int from = hand.getAndAdd(STEP) & (slots.count() - 1);
            for (int slot = from; slot < from + STEP; slot++) {
                Object clients = slots.get(slot);
                seen += SlotClients.size(clients);
                lowest = lowest(lowest, clients);
                if (lowest != null && lowest.evictionRank() <= Outcomes.BARELY_KNOWN) {
                    if (evict(lowest)) {
                        return true;
                    }
                    lowest = null;
                }
            }
        }
        return lowest != null && evict(lowest);
    }

    /** Evicts one client of a slot that holds too many, and releases its entry; false if none of them may go. */
    boolean evictFrom(@Nullable Object clients) {
        Client lowest = lowest(null, clients);
        if (lowest == null) {
            return false;
        }
        if (evict(lowest)) {
            release();
        }
        return true;
    }

    /**
     * Returns the client with the lowest rank among the given one and those of a slot that may go; passes over the
     * others.
     */
    private static @Nullable Client lowest(@Nullable Client given, @Nullable Object clients) {
        Client lowest = given;
        for (int i = SlotClients.size(clients) - 1; i >= 0; i--) {
            Client client = SlotClients.at(clients, i);
            if (!client.mayEvict()) {
                client.passOver();
            } else if (lowest == null || client.evictionRank() < lowest.evictionRank()) {
                lowest = client;
            }
        }
        return lowest;
    }

    /** Tries to flag and unlink a client; true if this thread has unlinked it, and so owns its entry. */
    private boolean evict(Client client) {
        return client.tryEvict() && unlink(client);
    }

    private boolean unlink(Client flagged) {
        int slot = slots.slotOf(flagged.hash);
        while (true) {
            Object clients = slots.get(slot);
            if (!SlotClients.contains(clients, flagged)) {
                return false;
            }
            if (slots.replace(slot, clients, SlotClients.without(clients, flagged))) {
                count();
                return true;
            }
        }
    }

    /** Counts an eviction. The counter may need memory; without it the entry of the unlinked client has no owner. */
    private void count() {
        boolean counted = false;
        try {
            evicted.increment();
            counted = true;
        } finally {
            if (!counted) {
                release();
            }
        }
    }
}
