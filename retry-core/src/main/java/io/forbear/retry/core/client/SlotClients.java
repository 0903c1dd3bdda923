package io.forbear.retry.core.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Functions over the content of one hash slot, the clients whose hashes collide there: {@code null} for none, a {@link
 * Client}, or an immutable array of several.
 *
 * <p>A slot changes by CAS from one such value to the next, so a thread that changes it has seen all that was in it.
 * The CAS cannot suffer from ABA: a client that has left does not come back, and each array is new. Only {@code null}
 * comes back, and an empty slot means the same each time.
 */
final class SlotClients {

    /** The most clients of one slot. Chance does not come near it; ids that were made to collide do. */
    static final int LIMIT = 16;

    private SlotClients() {}

    static int size(@Nullable Object clients) {
        return clients == null ? 0 : clients instanceof Client[] several ? several.length : 1;
    }

    static Client at(@Nullable Object clients, int index) {
        return clients instanceof Client[] several ? several[index] : (Client) Objects.requireNonNull(clients);
    }

    static @Nullable Client find(@Nullable Object clients, String id, int hash) {
        if (clients instanceof Client only) {
            return only.matches(id, hash) ? only : null;
        }
        if (clients instanceof Client[] several) {
            for (Client client : several) {
                if (client.matches(id, hash)) {
                    return client;
                }
            }
        }
        return null;
    }

    static boolean contains(@Nullable Object clients, Client client) {
        for (int i = size(clients) - 1; i >= 0; i--) {
            if (at(clients, i) == client) {
                return true;
            }
        }
        return false;
    }

    static Object with(@Nullable Object clients, Client added) {
        if (clients == null) {
            return added;
        }
        int size = size(clients);
        Client[] more = new Client[size + 1];
        for (int i = 0; i < size; i++) {
            more[i] = at(clients, i);
        }
        more[size] = added;
        return more;
    }

    static @Nullable Object without(@Nullable Object clients, Client removed) {
        Object rest = null;
        for (int i = 0; i < size(clients); i++) {
            Client client = at(clients, i);
            if (client != removed) {
                rest = with(rest, client);
            }
        }
        return rest;
    }
}
