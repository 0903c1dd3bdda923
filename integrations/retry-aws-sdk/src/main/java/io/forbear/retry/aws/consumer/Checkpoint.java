package io.forbear.retry.aws.consumer;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a batch response means to a stream, by the rules of Lambda: the lowest sequence number that failed is where the
 * next read begins. All records from there on come again, those that succeeded too. No identifier means that all is
 * done; one that is empty, {@code null} or not of the batch, that nothing is.
 *
 * @param end what the response is taken for
 * @param again the sequence numbers of the records that come again, in order
 * @since 0.1
 */
public record Checkpoint(End end, List<String> again) {

    /**
     * What a response is taken for.
     *
     * @since 0.1
     */
    public enum End {
        /** All records are done. */
        SUCCESS,
        /** The records before the checkpoint are done. */
        PARTIAL,
        /** No record is done. */
        FAILURE
    }

    /**
     * Makes a checkpoint.
     *
     * @param end what the response is taken for
     * @param again the sequence numbers of the records that come again, in order
     */
    public Checkpoint {
        again = List.copyOf(again);
    }

    /**
     * Reads a response.
     *
     * @param batch the sequence numbers of the batch, in order
     * @param failed the identifiers of the response, in any order
     * @return what comes again
     */
    public static Checkpoint of(List<String> batch, Collection<@Nullable String> failed) {
        int lowest = batch.size();
        for (String identifier : failed) {
            int position = identifier == null ? -1 : batch.indexOf(identifier);
            if (position < 0) {
                return whole(batch);
            }
            lowest = Math.min(lowest, position);
        }
        End end = failed.isEmpty() ? End.SUCCESS : End.PARTIAL;
        return new Checkpoint(end, batch.subList(lowest, batch.size()));
    }

    /**
     * Returns what an exception of a function means: the whole batch comes again.
     *
     * @param batch the sequence numbers of the batch, in order
     * @return a failure
     */
    public static Checkpoint whole(List<String> batch) {
        return new Checkpoint(End.FAILURE, batch);
    }

    /**
     * Returns where the next read begins.
     *
     * @return the sequence number of the first record that comes again; empty where the next read begins after the
     *     batch
     */
    public Optional<String> from() {
        return again.stream().findFirst();
    }
}
