package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * The batches of {@link KinesisBatches} by the asynchronous client: the same requests, one after the other, and the
 * same results. No thread waits; how futures end and are cancelled is said in the description of the package.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class KinesisAsyncBatches {

    private final KinesisAsyncClient client;
    private final Retry retry;

    private KinesisAsyncBatches(KinesisAsyncClient client, Retry retry) {
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
    public static KinesisAsyncBatches of(KinesisAsyncClient client, Retry retry) {
        return new KinesisAsyncBatches(client, retry);
    }

    /**
     * Puts records. A record may be overtaken by later ones of its shard while it is put again, which
     * {@link KinesisBatches#brokenKeys} tells and {@link #putInOrder} prevents.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @return how each ended; what {@link KinesisBatches#put} throws, the future fails with
     */
    public CompletableFuture<BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry>> put(
            String stream, List<PutRecordsRequestEntry> records) {
        return KinesisOperations.put(stream)
                .asyncRequests(retry, client::putRecords)
                .send(records);
    }

    /**
     * Puts records so that none overtakes an earlier one with the same key, as {@link KinesisBatches#putInOrder(String,
     * List)} does: a key with n records takes n requests.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @return how each ended; what {@link KinesisBatches#put} throws, the future fails with
     */
    public CompletableFuture<BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry>> putInOrder(
            String stream, List<PutRecordsRequestEntry> records) {
        return putInOrder(stream, records, KinesisOperations::key);
    }

    /**
     * Puts records so that none overtakes an earlier one of its group: to keep the order of a whole shard, whatever the
     * keys are, return the shard.
     *
     * @param stream the name of the stream
     * @param records the records, in order
     * @param group what a record must not be overtaken in
     * @return how each ended; what {@link KinesisBatches#put} throws, the future fails with
     */
    public CompletableFuture<BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry>> putInOrder(
            String stream, List<PutRecordsRequestEntry> records, Function<? super PutRecordsRequestEntry, ?> group) {
        return KinesisOperations.put(stream)
                .asyncRequests(retry, client::putRecords)
                .sendInOrder(records, group);
    }
}
