package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/**
 * The batches of {@link DynamoDbBatches} by the asynchronous client: the same requests, one after the other, and the
 * same results. No thread waits; how futures end and are cancelled is said in the description of the package.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class DynamoDbAsyncBatches {

    private final DynamoDbAsyncClient client;
    private final Retry retry;

    private DynamoDbAsyncBatches(DynamoDbAsyncClient client, Retry retry) {
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
    public static DynamoDbAsyncBatches of(DynamoDbAsyncClient client, Retry retry) {
        return new DynamoDbAsyncBatches(client, retry);
    }

    /**
     * Writes items, each once: the service refuses a request with two writes of one item.
     *
     * @param writes puts and deletes, each of another item
     * @return how each ended; what {@link DynamoDbBatches#write} throws, the future fails with
     */
    public CompletableFuture<BatchResult<Write, @Nullable Void>> write(List<Write> writes) {
        return DynamoDbOperations.write()
                .asyncRequests(retry, client::batchWriteItem)
                .send(writes);
    }

    /**
     * Writes items of which some have several writes, so that those of one item are carried out in their order, as
     * {@link DynamoDbBatches#writeInOrder} does.
     *
     * @param writes puts and deletes, in order
     * @param item what tells items apart, such as table and key
     * @return how each ended; what {@link DynamoDbBatches#write} throws, the future fails with
     */
    public CompletableFuture<BatchResult<Write, @Nullable Void>> writeInOrder(
            List<Write> writes, Function<? super Write, ?> item) {
        return DynamoDbOperations.write()
                .asyncRequests(retry, client::batchWriteItem)
                .sendInOrder(writes, item);
    }

    /**
     * Reads items, as {@link DynamoDbBatches#get} does. Keys that are left go again with the settings of their table.
     *
     * @param requested keys and settings by table, as a {@code BatchGetItemRequest} has them
     * @return the item of each key, {@code null} where there is none; in the order of the tables and of their keys.
     *     What {@link DynamoDbBatches#get} throws, the future fails with
     */
    public CompletableFuture<BatchResult<DynamoDbBatches.Key, @Nullable Map<String, AttributeValue>>> get(
            Map<String, KeysAndAttributes> requested) {
        return DynamoDbOperations.get(requested)
                .asyncRequests(retry, client::batchGetItem)
                .send(DynamoDbOperations.keys(requested));
    }

    /**
     * Carries out a transaction, all of it or nothing. It goes again as a whole, with the same token, as {@link
     * DynamoDbBatches#transactWrite} says.
     *
     * @param request the transaction
     * @return the answer; what {@link DynamoDbBatches#transactWrite} throws, the future fails with
     */
    public CompletableFuture<TransactWriteItemsResponse> transactWrite(TransactWriteItemsRequest request) {
        return AsyncRequests.answer(
                retry, DynamoDbOperations.once(request), client::transactWriteItems, Function.identity());
    }
}
