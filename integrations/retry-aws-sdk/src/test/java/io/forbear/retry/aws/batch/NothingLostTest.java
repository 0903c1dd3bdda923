package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.Dynalite;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.PartialFaults;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.DynamoDbBatches.Key;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/**
 * A service that leaves a fifth of each batch undone loses nothing. The build makes a part of the numbers; {@code
 * -Dforbear.nothingLost=full} makes all.
 */
class NothingLostTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.nothingLost"));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHARDS = 4;

    private static ObjectNode json(byte[] body) {
        try {
            return (ObjectNode) JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- DynamoDB

    @Test
    void everyItemOfDynamoDbIsWrittenOrReturnedAndReadAgain() {
        int count = FULL ? 10_000 : 500;
        Random chance = new Random(7);
        List<Write> writes = IntStream.range(0, count)
                .mapToObj(i -> Write.put(
                        "tab",
                        Map.of(
                                "id", AttributeValue.fromS("id" + i),
                                "v", AttributeValue.fromN(Integer.toString(i)))))
                .toList();
        try (Dynalite dynalite = Dynalite.start();
                StubServer proxy = FaultProxy.before(
                        dynalite.uri(), (request, server) -> PartialFaults.leaveSome(request, server, chance))) {
            dynalite.table("tab");
            DynamoDbBatches batches =
                    DynamoDbBatches.of(proxy.keepNone().client(DynamoDbClient.builder()), Retrying.of(4));

            BatchResult<Write, @Nullable Void> written = batches.write(writes);

            assertThat(written.items()).extracting(ItemResult::item).isEqualTo(writes);
            // 4 attempts: one in 625 of those that are left to chance is returned
            assertThat(written.failed()).hasSizeLessThan(count / 50);

            BatchResult<Key, @Nullable Map<String, AttributeValue>> read = read(batches, count);
            for (int i = 0; i < count; i++) {
                if (read.items().get(i) instanceof ItemResult.Success<Key, @Nullable Map<String, AttributeValue>> one) {
                    boolean there = written.items().get(i).isSuccess();
                    assertThat(one.value() != null).as("item %s", i).isEqualTo(there);
                    if (there) {
                        assertThat(one.value()).containsEntry("v", AttributeValue.fromN(Integer.toString(i)));
                    }
                }
            }
            assertThat(read.failed()).hasSizeLessThan(count / 50);
            System.out.printf(
                    "nothing lost, DynamoDB: %d items, %d requests, %d writes and %d reads returned as failed%n",
                    count, proxy.count(), written.failed().size(), read.failed().size());
        }
    }

    private static BatchResult<Key, @Nullable Map<String, AttributeValue>> read(DynamoDbBatches batches, int count) {
        return batches.get(Map.of(
                "tab",
                KeysAndAttributes.builder()
                        .keys(IntStream.range(0, count)
                                .mapToObj(i -> Map.of("id", AttributeValue.fromS("id" + i)))
                                .toList())
                        .projectionExpression("v")
                        .consistentRead(true)
                        .build()));
    }

    @Test
    void aWriterLosesNothingEither() {
        int count = FULL ? 10_000 : 300;
        Random chance = new Random(8);
        try (Dynalite dynalite = Dynalite.start();
                StubServer proxy = FaultProxy.before(
                        dynalite.uri(), (request, server) -> PartialFaults.leaveSome(request, server, chance))) {
            dynalite.table("tab");
            DynamoDbBatches batches =
                    DynamoDbBatches.of(proxy.keepNone().client(DynamoDbClient.builder()), Retrying.of(1000));
            DynamoDbWriter writer = batches.writer();
            for (int i = 0; i < count; i++) {
                writer.add(Write.put("tab", Map.of("id", AttributeValue.fromS("id" + i))));
            }
            writer.close();
            int requests = proxy.count();

            assertThat(writer.failed()).isEmpty();
            assertThat(read(batches, count).orElseThrow()).doesNotContainNull();
            System.out.printf("nothing lost, writer of DynamoDB: %d items in %d requests%n", count, requests);
        }
    }

    // ---- Kinesis

    /** A stream of four shards, in memory; a fifth of the records finds no room. */
    private static final class Shards {

        private final Random chance = new Random(9);
        private final Map<Integer, List<Integer>> records = new HashMap<>();

        synchronized Answer put(StubServer.Request request) {
            ArrayNode told = JSON.createArrayNode();
            for (JsonNode record : json(request.bytes()).get("Records")) {
                int number = Integer.parseInt(record.get("PartitionKey").asText());
                if (chance.nextInt(5) == 0) {
                    told.addObject().put("ErrorCode", "ProvisionedThroughputExceededException");
                } else {
                    List<Integer> shard = records.computeIfAbsent(number % SHARDS, none -> new ArrayList<>());
                    shard.add(number);
                    told.addObject()
                            .put("ShardId", "shardId-" + number % SHARDS)
                            .put("SequenceNumber", Integer.toString(shard.size()));
                }
            }
            return Answer.json(JSON.createObjectNode().set("Records", told).toString());
        }
    }

    @Test
    void theOrderOfAShardOfKinesisIsKept() {
        int count = FULL ? 10_000 : 400;
        Shards shards = new Shards();
        List<PutRecordsRequestEntry> records = IntStream.range(0, count)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey(Integer.toString(i))
                        .data(SdkBytes.fromUtf8String("x"))
                        .build())
                .toList();
        try (StubServer server = StubServer.start(shards::put)) {
            KinesisBatches batches =
                    KinesisBatches.of(server.keepNone().client(KinesisClient.builder()), Retrying.of(20));

            BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> put =
                    batches.putInOrder("s", records, record -> Integer.parseInt(record.partitionKey()) % SHARDS);

            assertThat(put.failed()).isEmpty();
            for (int shard = 0; shard < SHARDS; shard++) {
                int own = shard;
                assertThat(shards.records.get(shard))
                        .isEqualTo(IntStream.range(0, count)
                                .filter(i -> i % SHARDS == own)
                                .boxed()
                                .collect(Collectors.toList()));
            }
            System.out.printf("order kept, Kinesis: %d records in %d requests%n", count, server.count());
        }
    }

    @Test
    void withoutOrderFewRequestsPutAllAndABrokenOrderIsTold() {
        int count = FULL ? 10_000 : 400;
        Shards shards = new Shards();
        List<PutRecordsRequestEntry> records = IntStream.range(0, count)
                .mapToObj(i -> PutRecordsRequestEntry.builder()
                        .partitionKey(Integer.toString(i))
                        .data(SdkBytes.fromUtf8String("x"))
                        .build())
                .toList();
        try (StubServer server = StubServer.start(shards::put)) {
            KinesisBatches batches =
                    KinesisBatches.of(server.keepNone().client(KinesisClient.builder()), Retrying.of(20));

            BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry> put = batches.put("s", records);

            assertThat(put.failed()).isEmpty();
            assertThat(KinesisBatches.mayHaveBrokenOrder(put)).isTrue();
            assertThat(KinesisBatches.brokenKeys(put)).isEmpty(); // each key has one record
            assertThat(shards.records.values().stream().flatMap(List::stream)).hasSize(count);
            assertThat(server.count()).isLessThan(count / 10);
        }
    }
}
