package io.forbear.retry.operations;

import java.util.Objects;

/**
 * A client among those of which a figure is highest. The figure is an estimate of bounded memory: never below the true
 * one, and above it by {@code error} at most.
 *
 * @param client the id of the client; of a long id the first 200 characters and a hash
 * @param value failed attempts, or milli-tokens of the budget
 * @param error the most by which the value may be too high
 * @since 0.1
 */
public record TopClient(String client, long value, long error) {

    /** Creates an entry. */
    public TopClient {
        Objects.requireNonNull(client, "client");
    }
}
