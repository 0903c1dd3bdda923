package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.RetryCosts;
import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a service: a lock-free hash table with a bound.
 *
 * <p><b>Look-up.</b> A client is made when its id is first asked for. Finding one that is there reads one hash slot; it
 * writes nothing and allocates nothing.
 *
 * <p><b>Bound.</b> If the table is full, the new client gets the entry of one that is evicted: of a client whose bucket
 * is full; one with recent failures only if it is idle ({@link Eviction} has the order). If the few clients that one
 * search looks at must all stay, the new one shares one of {@value #OVERFLOW_STRIPES} overflow clients, chosen by the
 * hash of its id. Once the hand of the search has come round, that happens only while buckets are in use. So a flood of
 * made-up ids gains neither memory nor budget, takes neither from the clients that need it, and keeps no entry for
 * good.
 *
 * <p><b>What an eviction loses.</b> The counters and the window of the client, so that it begins again with the success
 * rate of a new one. A failure is lost only with a client for which nothing more was recorded during a round of the
 * search; a failure that is recorded during an eviction is found in the next client of that id. A withdrawal is never
 * lost: a bucket that is not full is not evicted, so an eviction gains no budget.
 *
 * <p>Thread-safe and lock-free.
 */
public final class ClientTable extends ClientLookup {
    /*
     * State      slots: the clients by hash. eviction: the number of entries, see there. budgets: see there.
     *            overflow: see there.
     * Invariant  no id has two clients that are not evicted. Each client in a slot has one reserved entry.
     * Writers    findOrInsert: reserves an entry, then puts the client into its slot by a CAS. It releases the entry if
     *            another thread was faster, and if an error ends it. A client that replaces an evicted one of its id
     *            takes over its entry.
     * Ordering   volatile: see Slots.
     * Progress   a hit is wait-free; an insertion is lock-free.
     * Stress     ClientTableStress, EvictionStress, SecondChanceStress (retry-jcstress), ClientTableConcurrencyTest
     */

    static final int OVERFLOW_STRIPES = 64;

    private final int maxClients;
    private final Slots slots;
    private final Eviction eviction;
    private final ClientBudgets budgets;
    private final Overflow overflow;

    /**
     * Makes an empty table in which each retry costs one token.
     *
     * @param maxClients the most entries, at least 1
     * @param budget the budget of each client, or {@code null} for none
     * @param clock the time by which budgets are refilled
     * @throws IllegalArgumentException if the number is below 1
     */
    public ClientTable(int maxClients, @Nullable ClientBudget budget, NanoClock clock) {
        this(maxClients, budget, RetryCosts.ONE_TOKEN, clock);
    }

    /**
     * Makes an empty table.
     *
     * @param maxClients the most entries, at least 1
     * @param budget the budget of each client, or {@code null} for none
     * @param costs what a retry costs, and how much one call may take
     * @param clock the time by which budgets are refilled
     * @throws IllegalArgumentException if the number is below 1
     */
    public ClientTable(int maxClients, @Nullable ClientBudget budget, RetryCosts costs, NanoClock clock) {
        this.maxClients = Checks.atLeast(1, maxClients, "maxClients");
        this.slots = new Slots(maxClients);
        this.eviction = new Eviction(maxClients, slots);
        this.budgets = new ClientBudgets(this, costs, Objects.requireNonNull(clock, "clock"));
        this.overflow = new Overflow(budgets);
        budgets.update(budget);
    }

    private ClientTable(ClientTable keeper) {
        this.maxClients = keeper.maxClients;
        this.slots = new Slots(maxClients);
        this.eviction = new Eviction(maxClients, slots);
        this.budgets = keeper.budgets.sharedWith(this);
        this.overflow = new Overflow(budgets);
    }

    /**
     * Makes an empty table whose clients have windows and counters of their own, but draw on the budgets of another
     * table, each on that of its id. Its overflow clients draw on those of the other table's overflow clients.
     *
     * @param budgets the table that keeps the budgets
     * @return a new table of the same size
     */
    public static ClientTable sharingBudgetsOf(ClientTable budgets) {
        return new ClientTable(budgets);
    }

    /**
     * Returns the client of an id, made if there is none.
     *
     * @param id what the caller calls its client
     * @return its client, or an overflow client if the table has no entry for it
     */
    @Override
    public Client get(String id) {
        if (id.length() > IdHash.LONGEST) {
            return get(IdHash.bounded(id));
        }
        int hash = IdHash.of(id);
        Client client = SlotClients.find(slots.get(slots.slotOf(hash)), id, hash);
        return client != null ? client : findOrInsert(id, hash);
    }

    /**
     * Returns the client of an id, if it has an entry.
     *
     * @param id what the caller calls its client
     * @return its client, or {@code null}
     */
    @Override
    public @Nullable Client peek(String id) {
        if (id.length() > IdHash.LONGEST) {
            return peek(IdHash.bounded(id));
        }
        int hash = IdHash.of(id);
        Client client = SlotClients.find(slots.get(slots.slotOf(hash)), id, hash);
        return client == null || client.isEvicted() ? null : client;
    }

    /**
     * Tells whether a client that was found before is still the one of its id, so that no look-up is needed.
     *
     * @param client one of any table
     * @return {@code false} for a client of another table, for an evicted one, and for an overflow client
     */
    public boolean isCurrent(Client client) {
        return client.budgets == budgets && !client.isEvicted() && !client.isOverflow();
    }

    /** Returns how many entries are reserved, those of clients that are about to be inserted included. */
    public int tracked() {
        return eviction.entries();
    }

    /** Returns how many evictions there were; a client that was evicted twice counts twice. */
    public long evicted() {
        return eviction.evicted();
    }

    /** Returns the most entries that there may be. */
    public int maxClients() {
        return maxClients;
    }

    /** Tells whether clients have budgets now. */
    public boolean hasBudget() {
        return budgets.refill() != null;
    }

    /**
     * Returns the balance of a client; that of a full bucket if the client has no entry.
     *
     * @param id what the caller calls its client
     * @param nowNanos the time
     * @return milli-tokens, {@link Long#MAX_VALUE} if there are no budgets
     */
    public long balanceMilli(String id, long nowNanos) {
        Client purse = budgets.purseIfPresent(id);
        return purse != null && purse.hasBudget() ? purse.balanceMilli(nowNanos) : capacityMilli();
    }

    /** Returns the capacity of each bucket, in milli-tokens; {@link Long#MAX_VALUE} if there are no budgets. */
    public long capacityMilli() {
        Refill now = budgets.refill();
        return now == null ? Long.MAX_VALUE : now.capacityMilli();
    }

    /**
     * Changes the budget of every client. Each keeps its balance, cut to the new capacity as long as that lasts. If
     * there was no budget before, all begin full. A table that shares the budgets of another changes those.
     *
     * @param budget the new budget, or {@code null} for none
     */
    public void updateBudget(@Nullable ClientBudget budget) {
        budgets.update(budget);
    }

    @Override
    Client findOrInsert(String id, int hash) {
        int slot = slots.slotOf(hash);
        boolean reserved = false;
        try {
            while (true) {
                Object clients = slots.get(slot);
                Client found = SlotClients.find(clients, id, hash);
                if (found != null && !found.isEvicted()) {
                    return found;
                }
                if (found == null && !reserved) {
                    reserved = eviction.reserve();
                    if (!reserved) {
                        return overflow(hash);
                    }
                    continue; // a search may have changed the slot
                }
                if (found == null && SlotClients.size(clients) >= SlotClients.LIMIT) {
                    if (!eviction.evictFrom(clients)) {
                        return overflow(hash);
                    }
                    continue;
                }
                Client made = new Client(budgets, id, hash, budgets.initialFullLevel());
                Object rest = found == null ? clients : SlotClients.without(clients, found);
                if (slots.replace(slot, clients, SlotClients.with(rest, made))) {
                    if (found == null) {
                        reserved = false; // the entry is the new client's now
                    } else {
                        eviction.replaced();
                    }
                    return made;
                }
            }
        } finally {
            if (reserved) {
                eviction.release(); // also if memory or stack ran out
            }
        }
    }

    @Override
    Client overflow(int hash) {
        return overflow.get((hash ^ (hash >>> 16)) & (OVERFLOW_STRIPES - 1));
    }
}
