package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
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

    static final int MOST_WRITES = 25;
    static final int MOST_KEYS = 100;
    static final long MOST_BYTES = 16 << 20;

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
        return writing().send(writes);
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
        return writing().sendInOrder(writes, item);
    }

    /**
     * Returns a writer that collects writes and sends them as soon as a request is full.
     *
     * @return a new writer
     */
    public DynamoDbWriter writer() {
        return new DynamoDbWriter(retry, limits(), this::writeOnce);
    }

    /** Returns a writer whose requests are full sooner. */
    DynamoDbWriter writer(int mostWrites) {
        return new DynamoDbWriter(
                retry, new BatchLimits<>(mostWrites, MOST_BYTES, DynamoDbBatches::bytes, null), this::writeOnce);
    }

    private Requests<Write, @Nullable Void> writing() {
        return new Requests<>(retry, limits(), this::writeOnce);
    }

    private static BatchLimits<Write> limits() {
        return BatchLimits.of(MOST_WRITES, MOST_BYTES, DynamoDbBatches::bytes);
    }

    private BatchOutcome<Write, @Nullable Void> writeOnce(List<Write> writes) {
        Map<String, List<WriteRequest>> byTable = new LinkedHashMap<>();
        for (Write write : writes) {
            byTable.computeIfAbsent(write.table(), none -> new ArrayList<>()).add(write.request());
        }
        BatchWriteItemResponse answer =
                client.batchWriteItem(r -> r.requestItems(byTable).overrideConfiguration(Answers.ONCE));
        return BatchOutcome.unprocessed(
                answer.unprocessedItems().isEmpty() ? List.of() : unprocessed(answer.unprocessedItems(), writes));
    }

    /** Returns which of the writes came back. The service may write a number, or order a set, in its own way. */
    private static List<Write> unprocessed(Map<String, List<WriteRequest>> told, List<Write> writes) {
        Map<Write, Write> asked = new HashMap<>();
        writes.forEach(write -> asked.put(write.canonical(), write));
        List<Write> unprocessed = new ArrayList<>();
        told.forEach((table, requests) -> requests.forEach(request -> {
            Write back = new Write(table, request);
            unprocessed.add(asked.getOrDefault(back.canonical(), back));
        }));
        return unprocessed;
    }

    static long bytes(Write write) {
        return AttributeSizes.of(write.attributes());
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
        List<Key> keys = new ArrayList<>();
        Map<String, KeysAndAttributes> settings = new HashMap<>();
        requested.forEach((table, asked) -> {
            asked.keys().forEach(key -> keys.add(new Key(table, key)));
            settings.put(table, KeyProjection.withKeys(asked));
        });
        BatchLimits<Key> limits = BatchLimits.<Key>ofCount(MOST_KEYS).distinctBy(Key::canonical);
        return new Requests<Key, @Nullable Map<String, AttributeValue>>(retry, limits, new Get(client, settings)::once)
                .send(keys);
    }

    /** Requests of one read: each has the settings of the tables of its keys. */
    private record Get(DynamoDbClient client, Map<String, KeysAndAttributes> settings) {

        BatchOutcome<Key, @Nullable Map<String, AttributeValue>> once(List<Key> keys) {
            Map<String, List<Map<String, AttributeValue>>> byTable = new LinkedHashMap<>();
            Map<Key, Key> asked = new HashMap<>();
            for (Key key : keys) {
                byTable.computeIfAbsent(key.table(), none -> new ArrayList<>()).add(key.attributes());
                asked.put(key.canonical(), key);
            }
            Map<String, KeysAndAttributes> request = new LinkedHashMap<>();
            byTable.forEach((table, left) -> request.put(
                    table,
                    Objects.requireNonNull(settings.get(table)).toBuilder()
                            .keys(left)
                            .build()));
            BatchGetItemResponse answer =
                    client.batchGetItem(r -> r.requestItems(request).overrideConfiguration(Answers.ONCE));
            Map<Key, Map<String, AttributeValue>> found = new HashMap<>();
            answer.responses()
                    .forEach((table, items) -> items.forEach(item -> {
                        Map<String, AttributeValue> key = new HashMap<>(item);
                        key.keySet().retainAll(namesOfKey(byTable, table));
                        found.put(known(asked, new Key(table, key)), item);
                    }));
            List<Key> unprocessed = new ArrayList<>();
            answer.unprocessedKeys().forEach((table, left) -> left.keys()
                    .forEach(key -> unprocessed.add(known(asked, new Key(table, key)))));
            return BatchOutcome.results(found, unprocessed);
        }
    }

    private static Set<String> namesOfKey(Map<String, List<Map<String, AttributeValue>>> byTable, String table) {
        return byTable.getOrDefault(table, List.of(Map.of())).get(0).keySet();
    }

    private static Key known(Map<Key, Key> asked, Key told) {
        Key key = asked.get(told.canonical());
        if (key == null) {
            throw new UnfitAnswerException("a word on " + told, "on keys of the request, and on no other");
        }
        return key;
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
        TransactWriteItemsRequest once = request.toBuilder()
                .clientRequestToken(
                        request.clientRequestToken() == null
                                ? UUID.randomUUID().toString()
                                : request.clientRequestToken())
                .overrideConfiguration(Answers.ONCE)
                .build();
        return Requests.answer(retry, once, client::transactWriteItems);
    }
}
