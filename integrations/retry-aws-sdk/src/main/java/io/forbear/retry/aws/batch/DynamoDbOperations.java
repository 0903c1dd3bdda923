package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The operations of DynamoDB on batches: requests and what their answers say. The service tells what came back
 * unprocessed.
 */
final class DynamoDbOperations {

    private static final int MOST_WRITES = 25;
    private static final int MOST_KEYS = 100;
    private static final long MOST_BYTES = 16 << 20;

    private DynamoDbOperations() {}

    // ---- writing

    static ServiceOperation<Write, BatchWriteItemRequest, BatchWriteItemResponse, @Nullable Void> write() {
        return new ServiceOperation<Write, BatchWriteItemRequest, BatchWriteItemResponse, @Nullable Void>(
                BatchLimits.of(MOST_WRITES, MOST_BYTES, DynamoDbOperations::bytes),
                DynamoDbOperations::request,
                DynamoDbOperations::left);
    }

    private static BatchOutcome<Write, @Nullable Void> left(BatchWriteItemResponse answer, List<Write> writes) {
        return BatchOutcome.unprocessed(
                answer.unprocessedItems().isEmpty() ? List.of() : unprocessed(answer.unprocessedItems(), writes));
    }

    private static BatchWriteItemRequest request(List<Write> writes) {
        Map<String, List<WriteRequest>> byTable = new LinkedHashMap<>();
        for (Write write : writes) {
            byTable.computeIfAbsent(write.table(), none -> new ArrayList<>()).add(write.request());
        }
        return BatchWriteItemRequest.builder()
                .requestItems(byTable)
                .overrideConfiguration(Answers.ONCE)
                .build();
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

    /** Returns the keys of a read, in the order of the tables. */
    static List<DynamoDbBatches.Key> keys(Map<String, KeysAndAttributes> requested) {
        List<DynamoDbBatches.Key> keys = new ArrayList<>();
        requested.forEach((table, asked) -> asked.keys().forEach(key -> keys.add(new DynamoDbBatches.Key(table, key))));
        return keys;
    }

    /** Returns a read whose requests have the settings of the tables of their keys. */
    static ServiceOperation<
                    DynamoDbBatches.Key,
                    BatchGetItemRequest,
                    BatchGetItemResponse,
                    @Nullable Map<String, AttributeValue>>
            get(Map<String, KeysAndAttributes> requested) {
        Map<String, KeysAndAttributes> settings = new HashMap<>();
        requested.forEach((table, asked) -> settings.put(table, KeyProjection.withKeys(asked)));
        return new ServiceOperation<
                DynamoDbBatches.Key, BatchGetItemRequest, BatchGetItemResponse, @Nullable Map<String, AttributeValue>>(
                BatchLimits.<DynamoDbBatches.Key>ofCount(MOST_KEYS).distinctBy(DynamoDbBatches.Key::canonical),
                keys -> request(keys, settings),
                DynamoDbOperations::found);
    }

    private static BatchGetItemRequest request(
            List<DynamoDbBatches.Key> keys, Map<String, KeysAndAttributes> settings) {
        Map<String, List<Map<String, AttributeValue>>> byTable = new LinkedHashMap<>();
        for (DynamoDbBatches.Key key : keys) {
            byTable.computeIfAbsent(key.table(), none -> new ArrayList<>()).add(key.attributes());
        }
        Map<String, KeysAndAttributes> items = new LinkedHashMap<>();
        byTable.forEach((table, left) -> items.put(
                table,
                Objects.requireNonNull(settings.get(table)).toBuilder()
                        .keys(left)
                        .build()));
        return BatchGetItemRequest.builder()
                .requestItems(items)
                .overrideConfiguration(Answers.ONCE)
                .build();
    }

    private static BatchOutcome<DynamoDbBatches.Key, @Nullable Map<String, AttributeValue>> found(
            BatchGetItemResponse answer, List<DynamoDbBatches.Key> keys) {
        Map<DynamoDbBatches.Key, DynamoDbBatches.Key> asked = new HashMap<>();
        Map<String, Set<String>> names = new HashMap<>();
        for (DynamoDbBatches.Key key : keys) {
            asked.put(key.canonical(), key);
            names.putIfAbsent(key.table(), key.attributes().keySet());
        }
        Map<DynamoDbBatches.Key, Map<String, AttributeValue>> found = new HashMap<>();
        answer.responses()
                .forEach((table, items) -> items.forEach(item -> {
                    Map<String, AttributeValue> key = new HashMap<>(item);
                    key.keySet().retainAll(names.getOrDefault(table, Set.of()));
                    found.put(known(asked, new DynamoDbBatches.Key(table, key)), item);
                }));
        List<DynamoDbBatches.Key> unprocessed = new ArrayList<>();
        answer.unprocessedKeys().forEach((table, left) -> left.keys()
                .forEach(key -> unprocessed.add(known(asked, new DynamoDbBatches.Key(table, key)))));
        return BatchOutcome.results(found, unprocessed);
    }

    private static DynamoDbBatches.Key known(
            Map<DynamoDbBatches.Key, DynamoDbBatches.Key> asked, DynamoDbBatches.Key told) {
        DynamoDbBatches.Key key = asked.get(told.canonical());
        if (key == null) {
            throw new UnfitAnswerException("a word on " + told, "on keys of the request, and on no other");
        }
        return key;
    }

    // ---- transactions

    /** Returns a transaction that has a token, so that it can go again, and no retries of the client. */
    static TransactWriteItemsRequest once(TransactWriteItemsRequest request) {
        String token = request.clientRequestToken();
        return request.toBuilder()
                .clientRequestToken(token == null ? UUID.randomUUID().toString() : token)
                .overrideConfiguration(Answers.ONCE)
                .build();
    }
}
