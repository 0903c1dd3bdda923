package io.forbear.retry.core.client;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one slot of the table: {@code null}, one {@link Client}, or an immutable array of several.
 *
 * <p>A slot changes by CAS from one such value to the next, so whoever changes it has seen all that is in it. A client
 * leaves for good and arrays are new each time, so a value that has been replaced does not come back, but for
 * {@code null}, which is right again whenever it comes.
 */
final class Bucket {

    /** The most clients of one slot. Chance does not come near it; ids made to collide do. */
    static final int LIMIT = 16;

    private Bucket() {}

    static int size(@Nullable Object bucket) {
        return bucket == null ? 0 : bucket instanceof Client[] several ? several.length : 1;
    }

    static Client at(@Nullable Object bucket, int index) {
        return bucket instanceof Client[] several ? several[index] : (Client) Objects.requireNonNull(bucket);
    }

    static @Nullable Client find(@Nullable Object bucket, String id, int hash) {
        if (bucket instanceof Client only) {
            return only.is(id, hash) ? only : null;
        }
        if (bucket instanceof Client[] several) {
            for (Client client : several) {
                if (client.is(id, hash)) {
                    return client;
                }
            }
        }
        return null;
    }

    static boolean contains(@Nullable Object bucket, Client client) {
        for (int i = size(bucket) - 1; i >= 0; i--) {
            if (at(bucket, i) == client) {
                return true;
            }
        }
        return false;
    }

    static Object with(@Nullable Object bucket, Client added) {
        if (bucket == null) {
            return added;
        }
        int size = size(bucket);
        Client[] more = new Client[size + 1];
        for (int i = 0; i < size; i++) {
            more[i] = at(bucket, i);
        }
        more[size] = added;
        return more;
    }

    static @Nullable Object without(@Nullable Object bucket, Client removed) {
        Object rest = null;
        for (int i = 0; i < size(bucket); i++) {
            Client client = at(bucket, i);
            if (client != removed) {
                rest = with(rest, client);
            }
        }
        return rest;
    }
}
