package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a service, at most so many.
 *
 * <p>A client is made when it is first asked for. Where the table is full, the newcomer takes the place of another whose
 * bucket is full. One with a failure among its last operations has a second chance, as a page of memory has in [1]: the
 * search for a place passes it over, and takes it when it comes round again if nothing was recorded of it since, no
 * operation and no withdrawal. Of those that may go, the one goes of whose last {@value Outcomes#WINDOW} operations the
 * fewest are known, of equals one without a failure, whose state is that of a new client; those with nothing but successes
 * in a full window go last. Where nobody may go of the few that one search looks at, the newcomer gets one of {@value
 * #OVERFLOW_STRIPES} overflow clients, chosen by its id, which it shares with others; once the search has come round, that
 * is so only where buckets are in use. So a flood of made-up ids gains neither memory nor budget, takes neither from the
 * clients that need it, and holds no place for good.
 *
 * <p>What eviction loses: the counters of a client and its window, so that it begins again with the success rate of a new
 * one. Failures are lost only so, with a client of which nothing more was recorded for a round of the search; one that is
 * recorded while its client is evicted is found in the next client of that id. A withdrawal is never lost: a bucket that is
 * not full is not evicted, so there is no budget in being forgotten.
 *
 * <p>[1] F. J. Corbató, A Paging Experiment with the Multics System, 1968 (the clock algorithm).
 *
 * <p>Thread-safe and lock-free; finding a client that is there allocates nothing and writes nothing.
 *
 * @since 0.1
 */
public final class ClientTable {
    /*
     * State      slots: the clients. rooms: how many places are taken. hand: where the next search for a place begins.
     *            refill: the rule of all buckets here; null where there is no budget.
     * Invariant  clients in slots <= rooms <= maxClients at any time; equal when no insertion is under way.
     * Writers    an insertion takes a room (CAS below the limit, or that of a client it evicts) before its CAS shows the
     *            client, and gives it back if another was faster or an error
     *            ends it. Whoever unlinks a retired client has its room.
     *            refill: updateBudget alone, under this table's monitor.
     * Ordering   volatile. A client is retired first (one CAS, see Client), unlinked second; who finds a retired one in
     *            between replaces it, so nobody waits for an evictor.
     * Progress   hits wait-free; insertion lock-free, an eviction looks at MOST_SLOTS slots at most: at LOOKS
     *            clients and those that share their slots.
     * Stress     ClientTableStress, EvictionStress, SecondChanceStress (retry-jcstress), ClientTableConcurrencyTest
     */

    static final int OVERFLOW_STRIPES = 64;
    private static final int STRETCH = 4;
    /** Clients that one search looks at, unless it has come round or seen {@link #MOST_SLOTS}. */
    static final int LOOKS = 16;

    private static final int MOST_SLOTS = 256;

    private final int maxClients;
    private final ClientTerms terms;
    private final NanoClock clock;
    private final @Nullable ClientTable budgets;
    private final Slots slots;
    private final Client[] overflow = new Client[OVERFLOW_STRIPES];
    private final AtomicInteger rooms = new AtomicInteger();
    private final AtomicInteger hand = new AtomicInteger();
    private final LongAdder evicted = new LongAdder();
    private volatile @Nullable Refill refill;
    /** The last rule there was, guarded by this table's monitor. */
    private @Nullable Refill last;

    /**
     * Makes an empty table.
     *
     * @param maxClients the most clients with state of their own, at least 1
     * @param budget the budget of each client, or {@code null} for none
     * @param clock the time by which budgets are refilled
     * @throws IllegalArgumentException if the number is below 1
     * @since 0.1
     */
    public ClientTable(int maxClients, @Nullable ClientBudget budget, NanoClock clock) {
        this(maxClients, budget, ClientTerms.USUAL, clock);
    }

    /**
     * Makes an empty table.
     *
     * @param maxClients the most clients with state of their own, at least 1
     * @param budget the budget of each client, or {@code null} for none
     * @param terms what a retry costs, and who may take how much
     * @param clock the time by which budgets are refilled
     * @throws IllegalArgumentException if the number is below 1
     * @since 0.1
     */
    public ClientTable(int maxClients, @Nullable ClientBudget budget, ClientTerms terms, NanoClock clock) {
        this(maxClients, terms, clock, null);
        updateBudget(budget);
    }

    private ClientTable(int maxClients, ClientTerms terms, NanoClock clock, @Nullable ClientTable budgets) {
        ClientBudget.atLeast(1, maxClients, "maxClients");
        this.maxClients = maxClients;
        this.terms = terms;
        this.clock = Objects.requireNonNull(clock, "clock");
        this.budgets = budgets;
        this.slots = new Slots(maxClients);
        for (int stripe = 0; stripe < OVERFLOW_STRIPES; stripe++) {
            overflow[stripe] = Client.overflow(this, stripe);
        }
    }

    /**
     * Makes an empty table whose clients have windows and counters of their own and draw on the budgets of another table, each
     * on that of its id; its overflow clients on those of the other's overflow clients.
     *
     * @param budgets the table that keeps the budgets
     * @return a new table of the same size
     * @since 0.1
     */
    public static ClientTable sharingBudgetsOf(ClientTable budgets) {
        return new ClientTable(budgets.maxClients, budgets.terms, budgets.clock, budgets.purses());
    }

    /**
     * Returns the client of an id, making it if there is none.
     *
     * @param id what the caller calls its client
     * @return its client, or an overflow client where the table has no room for it
     * @since 0.1
     */
    public Client get(String id) {
        if (id.length() > IdHash.LONGEST) {
            return get(IdHash.bounded(id));
        }
        int hash = IdHash.of(id);
        Client client = Bucket.find(slots.get(slots.slotOf(hash)), id, hash);
        return client != null ? client : make(id, hash);
    }

    /**
     * Returns the client of an id, if it has state of its own.
     *
     * @param id what the caller calls its client
     * @return its client, or {@code null}
     * @since 0.1
     */
    public @Nullable Client peek(String id) {
        if (id.length() > IdHash.LONGEST) {
            return peek(IdHash.bounded(id));
        }
        int hash = IdHash.of(id);
        Client client = Bucket.find(slots.get(slots.slotOf(hash)), id, hash);
        return client == null || client.isRetired() ? null : client;
    }

    /**
     * Tells whether a client found before is still the one of its id, so that no look-up is needed.
     *
     * @param client one of any table
     * @return {@code false} for a client of another table, one that was evicted, and an overflow client
     * @since 0.1
     */
    public boolean keeps(Client client) {
        return client.table == this && !client.isRetired() && !client.isOverflow();
    }

    /**
     * Returns how many clients have state of their own.
     *
     * @return from 0 to {@link #maxClients()}, those about to be shown included
     * @since 0.1
     */
    public int tracked() {
        return rooms.get();
    }

    /**
     * Returns how many clients have been evicted.
     *
     * @return clients, each as often as it was evicted
     * @since 0.1
     */
    public long evicted() {
        return evicted.sum();
    }

    /**
     * Returns the most clients with state of their own.
     *
     * @return the limit
     * @since 0.1
     */
    public int maxClients() {
        return maxClients;
    }

    /**
     * Tells whether clients have budgets now.
     *
     * @return {@code false} where nothing limits a client
     * @since 0.1
     */
    public boolean hasBudget() {
        return purses().refill != null;
    }

    /**
     * Returns what is left of the budget of a client, that of a full one where the client is not known.
     *
     * @param id what the caller calls its client
     * @param nowNanos the time
     * @return milli-tokens, {@link Long#MAX_VALUE} where there are no budgets
     * @since 0.1
     */
    public long balanceMilli(String id, long nowNanos) {
        ClientTable purses = purses();
        Client purse = purses.peek(id);
        return purse != null && purse.hasBudget() ? purse.balanceMilli(nowNanos) : purses.capacityMilli();
    }

    /**
     * Returns the capacity of the budget of each client.
     *
     * @return milli-tokens, {@link Long#MAX_VALUE} where there are no budgets
     * @since 0.1
     */
    public long capacityMilli() {
        Refill now = purses().refill;
        return now == null ? Long.MAX_VALUE : now.capacityMilli();
    }

    /**
     * Changes the budget of every client. Each keeps its balance, cut to the new capacity while that lasts; where there was no
     * budget, all begin full. A table that shares the budgets of another passes this on to it.
     *
     * @param budget the new budget, or {@code null} for none
     * @since 0.1
     */
    public void updateBudget(@Nullable ClientBudget budget) {
        purses().replaceRefill(budget);
    }

    private synchronized void replaceRefill(@Nullable ClientBudget budget) {
        Refill before = refill;
        Refill after = null;
        if (budget != null) {
            long now = clock.nanoTime();
            if (before != null) {
                after = before.continuing(budget, now);
            } else {
                after = last == null ? Refill.begin(budget, now) : last.startingOver(budget, now);
            }
            last = after;
        }
        refill = after;
    }

    /** Returns a client that was not evicted when it was looked at. */
    Client make(String id, int hash) {
        int slot = slots.slotOf(hash);
        boolean room = false;
        try {
            while (true) {
                Object bucket = slots.get(slot);
                Client found = Bucket.find(bucket, id, hash);
                if (found != null && !found.isRetired()) {
                    return found;
                }
                if (found == null && !room) {
                    room = takeRoom();
                    if (!room) {
                        return overflow(hash);
                    }
                    continue;
                }
                if (found == null && Bucket.size(bucket) >= Bucket.LIMIT) {
                    if (!thinOut(bucket)) {
                        return overflow(hash);
                    }
                    continue;
                }
                Client made = new Client(this, id, hash, fullMark());
                Object rest = found == null ? bucket : Bucket.without(bucket, found);
                if (slots.replace(slot, bucket, Bucket.with(rest, made))) {
                    if (found == null) {
                        room = false; // it is the new client's now
                    } else {
                        evicted.increment();
                    }
                    return made;
                }
            }
        } finally {
            giveBack(room); // also where memory or stack ran out
        }
    }

    private boolean takeRoom() {
        int taken = rooms.get();
        while (taken < maxClients) {
            if (rooms.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = rooms.get();
        }
        return evictOne();
    }

    private void giveBack(boolean room) {
        if (room) {
            rooms.decrementAndGet();
        }
    }

    /** Unlinks one client that may go and keeps its room for the caller; passes over those that have failed. */
    private boolean evictOne() {
        Client least = null;
        int most = Math.min(MOST_SLOTS, slots.count());
        int seen = 0;
        for (int looked = 0; looked < most && seen < LOOKS; looked += STRETCH) {
            int from = hand.getAndAdd(STRETCH) & (slots.count() - 1);
            for (int slot = from; slot < from + STRETCH; slot++) {
                Object bucket = slots.get(slot);
                seen += Bucket.size(bucket);
                least = least(least, bucket);
                if (least != null && least.claim() <= Outcomes.SLIGHT) {
                    if (evict(least)) {
                        return true;
                    }
                    least = null;
                }
            }
        }
        return least != null && evict(least);
    }

    /** Returns the one with the least claim to its place among the one given and those of a slot. */
    private static @Nullable Client least(@Nullable Client given, @Nullable Object bucket) {
        Client least = given;
        for (int i = Bucket.size(bucket) - 1; i >= 0; i--) {
            Client client = Bucket.at(bucket, i);
            if (client.consider() && (least == null || client.claim() < least.claim())) {
                least = client;
            }
        }
        return least;
    }

    private boolean evict(Client client) {
        return client.retire() && unlink(client);
    }

    private boolean unlink(Client retired) {
        int slot = slots.slotOf(retired.hash);
        while (true) {
            Object bucket = slots.get(slot);
            if (!Bucket.contains(bucket, retired)) {
                return false;
            }
            if (slots.replace(slot, bucket, Bucket.without(bucket, retired))) {
                boolean counted = false;
                try {
                    evicted.increment(); // may need memory
                    counted = true;
                } finally {
                    giveBack(!counted);
                }
                return true;
            }
        }
    }

    /** Unlinks one client of a slot that has too many, whose ids were made to collide; false where none may go. */
    private boolean thinOut(@Nullable Object bucket) {
        Client least = least(null, bucket);
        if (least == null) {
            return false;
        }
        giveBack(evict(least));
        return true;
    }

    Client overflow(int hash) {
        return overflow[(hash ^ (hash >>> 16)) & (OVERFLOW_STRIPES - 1)];
    }

    /** Returns the client whose budget the given one draws on. */
    Client purseOf(Client client) {
        if (budgets == null) {
            return client;
        }
        return client.isOverflow() ? budgets.overflow[client.hash] : budgets.get(client.id);
    }

    Client overflowPurse(int hash) {
        return purses().overflow(hash);
    }

    /** Returns the client whose budget the given one draws on, {@code null} where it has gone, and so is full. */
    @Nullable
    Client purseIfPresent(Client client) {
        if (client.isOverflow()) {
            return purses().overflow[client.hash];
        }
        return budgets == null && !client.isRetired() ? client : purses().peek(client.id);
    }

    private ClientTable purses() {
        return budgets == null ? this : budgets;
    }

    /** The rule by which the clients' budgets are refilled, wherever they are kept. */
    @Nullable
    Refill refill() {
        return purses().refill;
    }

    /** The rule of the buckets that are kept in this table itself. */
    @Nullable
    Refill ownRefill() {
        return refill;
    }

    ClientTerms terms() {
        return terms;
    }

    NanoClock clock() {
        return clock;
    }

    private long fullMark() {
        Refill rule = refill;
        return rule == null ? 0 : rule.fullMark();
    }
}
