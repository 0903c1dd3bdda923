package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * Puts records into a stream of Kinesis in batches: 500 records and 10 MiB in a request, partition keys included. The
 * service answers by position; a record that its shard had no room for goes again, and one that failed inside the
 * service.
 *
 * <p>A record whose attempt had no answer may be in the stream twice: consumers must be able to take one twice.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class KinesisBatches {

    private final KinesisClient client;
    private final Retry retry;

    private KinesisBatches(KinesisClient client, Retry retry) {
        this.client = Objects.requireNonNull(client, "client");
        this.retry = Objects.requireNonNull(retry, "retry");
    }

    /**
     * Returns batches of a client.
     *
     * @param client sends the requests; its own retries are off for them
     * @param retry decides on attempts
     * @return a new instance
     */
    public static KinesisBatches of(KinesisClient client, Retry retry) {
        return new KinesisBatches(client, retry);
    }

    /**
     * Puts records. Requests are filled in the order of the records. A record may be overtaken by later ones of its
     * shard while it is put again, which {@link #brokenKeys} tells and {@link #putInOrder} prevents.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @return how each ended; that of a success has its shard and its sequence number
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its records
     */
    public BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> put(
            String stream, List<PutRecordsRequestEntry> records) {
        return KinesisOperations.put(stream).requests(retry, client::putRecords).send(records);
    }

    /**
     * Puts records so that none overtakes an earlier one with the same key, and so of the same shard: the explicit hash
     * key where there is one, else the partition key. A request has one record of a key at most, and the next one
     * follows after that has succeeded. If one fails for good, the later ones of its key are not put; they fail with
     * the failure of that one and 0 attempts. A key with n records takes n requests.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #put} throws it
     * @throws IllegalStateException as {@link #put} throws it
     */
    public BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> putInOrder(
            String stream, List<PutRecordsRequestEntry> records) {
        return putInOrder(stream, records, KinesisOperations::key);
    }

    /**
     * Puts records so that none overtakes an earlier one of its group, as {@link #putInOrder(String, List)} does by
     * key: to keep the order of a whole shard, whatever the keys are, return the shard.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @param group what a record must not be overtaken in
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #put} throws it
     * @throws IllegalStateException as {@link #put} throws it
     */
    public BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> putInOrder(
            String stream, List<PutRecordsRequestEntry> records, Function<? super PutRecordsRequestEntry, ?> group) {
        return KinesisOperations.put(stream).requests(retry, client::putRecords).sendInOrder(records, group);
    }

    /**
     * Returns the keys whose order {@link #put} could not keep: a record was accepted before an earlier one with its
     * key, or without it.
     *
     * @param result what {@link #put} returned
     * @return explicit hash keys or partition keys, in the order of the records; empty where the order was kept
     */
    public static Set<String> brokenKeys(BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> result) {
        return Order.brokenGroups(result, KinesisOperations.limits(), KinesisOperations::key);
    }

    /**
     * Tells whether {@link #put} may have broken the order of a shard: a record was accepted before an earlier one, or
     * without it. Keys are not looked at, since records with different keys may be of one shard.
     *
     * @param result what {@link #put} returned
     * @return {@code false} where the order of every shard was kept
     */
    public static boolean mayHaveBrokenOrder(BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> result) {
        return !Order.brokenGroups(result, KinesisOperations.limits(), record -> "")
                .isEmpty();
    }
}
