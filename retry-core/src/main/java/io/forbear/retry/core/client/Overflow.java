package io.forbear.retry.core.client;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The clients that ids without an entry share, one for each stripe of hashes. Most tables are never full: the row is
 * made when an id first finds no entry, and a client when the first id of its stripe does.
 */
final class Overflow {
    /*
     * State      the row: null until it is needed, then the same for good. Its elements likewise.
     * Invariant  a stripe has one client for good.
     * Writers    any thread: CAS from null.
     * Ordering   volatile.
     * Progress   a look-up is wait-free.
     * Stress     ClientTableConcurrencyTest
     */

    private final ClientBudgets budgets;
    private final AtomicReference<@Nullable AtomicReferenceArray<@Nullable Client>> row = new AtomicReference<>();

    Overflow(ClientBudgets budgets) {
        this.budgets = budgets;
    }

    Client get(int stripe) {
        AtomicReferenceArray<@Nullable Client> clients = row();
        Client known = clients.get(stripe);
        if (known != null) {
            return known;
        }
        Client made = Client.overflow(budgets, stripe);
        Client found = clients.compareAndExchange(stripe, null, made);
        return found == null ? made : found;
    }

    private AtomicReferenceArray<@Nullable Client> row() {
        AtomicReferenceArray<@Nullable Client> known = row.get();
        if (known != null) {
            return known;
        }
        AtomicReferenceArray<@Nullable Client> made = new AtomicReferenceArray<>(ClientTable.OVERFLOW_STRIPES);
        AtomicReferenceArray<@Nullable Client> found = row.compareAndExchange(null, made);
        return found == null ? made : found;
    }
}
