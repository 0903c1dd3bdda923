package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Writes and reads items of DynamoDB in batches, 25 writes or 100 keys and 16 MB in a request, over one table or many.
 * What the service returns as unprocessed goes again: it was throttled and not carried out.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class DynamoDbBatches {

    private final DynamoDbClient client;
    private final Retry retry;

    /**
     * A put or a delete of an item of a table.
     *
     * @param table the name of the table
     * @param request the put or delete
     * @since 0.1
     */
    public record Write(String table, WriteRequest request) {
        /**
         * Makes a write.
         *
         * @param table the name of the table
         * @param request the put or delete
         */
        public Write {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(request, "request");
        }

        /**
         * Returns the write that puts an item.
         *
         * @param table the name of the table
         * @param item all attributes
         * @return a write
         */
        public static Write put(String table, Map<String, AttributeValue> item) {
            return new Write(
                    table, WriteRequest.builder().putRequest(p -> p.item(item)).build());
        }

        /**
         * Returns the write that deletes an item.
         *
         * @param table the name of the table
         * @param key the attributes of its key
         * @return a write
         */
        public static Write delete(String table, Map<String, AttributeValue> key) {
            return new Write(
                    table, WriteRequest.builder().deleteRequest(d -> d.key(key)).build());
        }

        /** The same write, whatever the text of its numbers and the order of its sets is. */
        Write canonical() {
            if (request.putRequest() != null) {
                return put(table, AttributeSizes.canonical(request.putRequest().item()));
            }
            return request.deleteRequest() == null
                    ? this
                    : delete(
                            table,
                            AttributeSizes.canonical(request.deleteRequest().key()));
        }

        /** Returns the attributes that are sent; none in a request that the service refuses. */
        Map<String, AttributeValue> attributes() {
            if (request.putRequest() != null) {
                return request.putRequest().item();
            }
            return request.deleteRequest() == null
                    ? Map.of()
                    : request.deleteRequest().key();
        }
    }

    /**
     * The key of an item of a table.
     *
     * @param table the name of the table
     * @param attributes the attributes of the key
     * @since 0.1
     */
    public record Key(String table, Map<String, AttributeValue> attributes) {
        /**
         * Makes a key.
         *
         * @param table the name of the table
         * @param attributes the attributes of the key
         */
        public Key {
            Objects.requireNonNull(table, "table");
            attributes = Map.copyOf(attributes);
        }

        /** The same key, whatever the text of its numbers is. */
        Key canonical() {
            return new Key(table, AttributeSizes.canonical(attributes));
        }
    }

    private DynamoDbBatches(DynamoDbClient client, Retry retry) {
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
    public static DynamoDbBatches of(DynamoDbClient client, Retry retry) {
        return new DynamoDbBatches(client, retry);
    }

    // ---- writing

    /**
     * Writes items. The service refuses a request with two writes of one item, and carries the writes of a request out
     * in any order: give each item one write, or use {@link #writeInOrder}.
     *
     * @param writes puts and deletes, each of another item
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its writes
     */
    public BatchResult<Write, @Nullable Void> write(List<Write> writes) {
        return DynamoDbOperations.write()
                .requests(retry, client::batchWriteItem)
                .send(writes);
    }

    /**
     * Writes items of which some have several writes, so that those of one item are carried out in their order: a
     * request has one of an item at most, and the next one follows after that has succeeded. If one fails for good, the
     * later ones of its item are not sent; they fail with the failure of that one and 0 attempts.
     *
     * @param writes puts and deletes, in order
     * @param item what tells items apart, such as table and key
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #write} throws it
     * @throws IllegalStateException as {@link #write} throws it
     */
    public BatchResult<Write, @Nullable Void> writeInOrder(List<Write> writes, Function<? super Write, ?> item) {
        return DynamoDbOperations.write()
                .requests(retry, client::batchWriteItem)
                .sendInOrder(writes, item);
    }

    /**
     * Returns a writer that collects writes and sends them as soon as a request is full.
     *
     * @return a new writer
     */
    public DynamoDbWriter writer() {
        return writer(DynamoDbOperations.write().limits());
    }

    /** Returns a writer whose requests are full sooner. */
    DynamoDbWriter writer(int mostWrites) {
        BatchLimits<Write> limits = DynamoDbOperations.write().limits();
        return writer(new BatchLimits<>(mostWrites, limits.maxBytes(), limits.bytes(), null));
    }

    private DynamoDbWriter writer(BatchLimits<Write> limits) {
        return new DynamoDbWriter(retry, limits, DynamoDbOperations.write().by(client::batchWriteItem));
    }

    // ---- reading

    /**
     * Reads items. Keys that are left go again with the settings of their table: consistency, projection, names.
     *
     * <p>To tell items apart, the attributes of the key are read too: a projection that lacks them gets them added.
     *
     * @param requested keys and settings by table, as a {@code BatchGetItemRequest} has them
     * @return the item of each key, {@code null} where there is none; in the order of the tables and of their keys
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its keys
     */
    public BatchResult<Key, @Nullable Map<String, AttributeValue>> get(Map<String, KeysAndAttributes> requested) {
        return DynamoDbOperations.get(requested)
                .requests(retry, client::batchGetItem)
                .send(DynamoDbOperations.keys(requested));
    }

    // ---- transactions

    /**
     * Carries out a transaction, all of it or nothing. It goes again as a whole, with the same {@code
     * clientRequestToken}, so that an attempt without an answer is not carried out twice within 10 minutes; a request
     * without a token gets one. A transaction that was cancelled goes again if a reason passes, such as a conflict or a
     * throttle, and none is final, such as a condition that did not hold.
     *
     * @param request the transaction
     * @return the answer
     * @throws software.amazon.awssdk.core.exception.SdkException the failure of the last attempt
     * @throws io.forbear.retry.CallRefusedException if the first attempt was refused
     */
    public TransactWriteItemsResponse transactWrite(TransactWriteItemsRequest request) {
        return Requests.answer(retry, DynamoDbOperations.once(request), client::transactWriteItems);
    }
}
