package io.forbear.retry.core.client;

import org.jspecify.annotations.Nullable;

/**
 * The look-ups that a client and its budgets need of a table. They depend on this type, and {@link ClientTable} depends
 * on them. So the table, its slots and its eviction form no ring with the client.
 */
abstract class ClientLookup {

    /** Returns the client of an id, made if there is none; an overflow client if the table has no entry for it. */
    abstract Client get(String id);

    /** Returns the client of an id if it has an entry, else {@code null}. */
    abstract @Nullable Client peek(String id);

    /** As {@link #get}, for a hash that is known; the client was not evicted when this looked at it. */
    abstract Client findOrInsert(String id, int hash);

    /** Returns the overflow client that ids of this hash share. */
    abstract Client overflow(int hash);
}
