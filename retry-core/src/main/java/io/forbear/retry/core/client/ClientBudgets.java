package io.forbear.retry.core.client;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.RetryCosts;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of the clients of one table: the rule by which all buckets are refilled, what a retry costs, and which
 * bucket pays.
 *
 * <p>A table keeps the budgets of its clients itself, or shares those of another table. Then the <em>purse</em> of a
 * client, the client whose bucket pays, is the one of the same id in the other table; an overflow client has the
 * overflow client of the same stripe there as its purse.
 */
final class ClientBudgets {
    /*
     * State      refill: the rule of all buckets of this table; null while there is no budget, and if budgets are
     *            shared.
     *            last: the last rule that there was; a new budget continues its levels, so that old levels stay valid.
     * Writers    update alone, under this object's monitor.
     * Ordering   volatile; a rule is immutable. A client reads the rule, its level, and the rule again (see Client).
     * Progress   reads are wait-free. The monitor is for configuration, never for a call.
     */

    private final ClientLookup clients;
    private final @Nullable ClientBudgets shared;
    private final RetryCosts costs;
    private final NanoClock clock;
    private volatile @Nullable Refill refill;

    private @Nullable Refill last;

    ClientBudgets(ClientLookup clients, RetryCosts costs, NanoClock clock) {
        this.clients = clients;
        this.shared = null;
        this.costs = costs;
        this.clock = clock;
    }

    private ClientBudgets(ClientLookup clients, ClientBudgets shared) {
        this.clients = clients;
        this.shared = shared;
        this.costs = shared.costs;
        this.clock = shared.clock;
    }

    /** Returns budgets for another table, whose clients draw on the buckets that are kept here. */
    ClientBudgets sharedWith(ClientLookup others) {
        return new ClientBudgets(others, keeper());
    }

    /** Returns the budgets that keep the buckets: these, or the ones that they share. */
    private ClientBudgets keeper() {
        return shared == null ? this : shared;
    }

    /** Returns the rule of the buckets that the clients draw on; {@code null} if there is no budget. */
    @Nullable
    Refill refill() {
        return keeper().refill;
    }

    /** Returns the rule of the buckets of this table itself; {@code null} if there is no budget here. */
    @Nullable
    Refill ownRefill() {
        return refill;
    }

    RetryCosts costs() {
        return costs;
    }

    NanoClock clock() {
        return clock;
    }

    /** Returns the level at which the bucket of a new client of this table is full. */
    long initialFullLevel() {
        Refill rule = refill;
        return rule == null ? 0 : rule.fullLevel();
    }

    /** Changes the rule where the buckets are kept, see {@link ClientTable#updateBudget}. */
    void update(@Nullable ClientBudget budget) {
        keeper().replaceRefill(budget);
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

    /** Returns the purse of a client, made if there is none. */
    Client purseOf(Client client) {
        if (shared == null) {
            return client;
        }
        return client.isOverflow() ? shared.clients.overflow(client.hash) : shared.clients.get(client.id);
    }

    /** Returns the purse of a client; {@code null} if it has no entry, and its bucket so is full. */
    @Nullable
    Client purseIfPresent(Client client) {
        if (client.isOverflow()) {
            return keeper().clients.overflow(client.hash);
        }
        return shared == null && !client.isEvicted() ? client : purseIfPresent(client.id);
    }

    /** Returns the client of an id where the buckets are kept, {@code null} if it has no entry there. */
    @Nullable
    Client purseIfPresent(String id) {
        return keeper().clients.peek(id);
    }

    Client overflowPurse(int hash) {
        return keeper().clients.overflow(hash);
    }

    /** Returns the client of this table that has the id of an evicted one now. */
    Client successorOf(Client evicted) {
        return clients.findOrInsert(evicted.id, evicted.hash);
    }
}
