package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.DynamoDbBatches.Key;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

class DynamoDbBatchesTest {

    private static DynamoDbBatches batches(StubServer server, Retry retry) {
        return DynamoDbBatches.of(server.client(DynamoDbClient.builder()), retry);
    }

    private static Map<String, AttributeValue> number(String text) {
        return Map.of("id", AttributeValue.fromN(text));
    }

    private static KeysAndAttributes.Builder keys(String... numbers) {
        return KeysAndAttributes.builder()
                .keys(List.of(numbers).stream().map(DynamoDbBatchesTest::number).toList());
    }

    private static BatchResult<Key, @Nullable Map<String, AttributeValue>> get(
            StubServer server, KeysAndAttributes.Builder asked) {
        return batches(server, Retrying.of(3)).get(Map.of("tab", asked.build()));
    }

    // ---- writing

    @Test
    void aWriteThatCameBackIsKnownWhateverTheTextOfItsNumbersAndTheOrderOfItsSetsIs() {
        Map<String, AttributeValue> item = Map.of(
                "id", AttributeValue.fromN("1.0"),
                "names", AttributeValue.fromSs(List.of("a", "b")),
                "sizes", AttributeValue.fromNs(List.of("10", "2")),
                "keys", AttributeValue.fromBs(List.of(SdkBytes.fromUtf8String("k"), SdkBytes.fromUtf8String("j"))),
                "rest", AttributeValue.fromL(List.of(AttributeValue.fromM(number("5e1")))));
        String back = "{\"id\":{\"N\":\"1\"},\"names\":{\"SS\":[\"b\",\"a\"]},\"sizes\":{\"NS\":[\"2\",\"10\"]},"
                + "\"keys\":{\"BS\":[\"ag==\",\"aw==\"]},\"rest\":{\"L\":[{\"M\":{\"id\":{\"N\":\"50\"}}}]}}";
        try (StubServer server = StubServer.start(request -> Answer.json(
                request.number() == 1
                        ? "{\"UnprocessedItems\":{\"tab\":[{\"PutRequest\":{\"Item\":" + back + "}},"
                                + "{\"DeleteRequest\":{\"Key\":{\"id\":{\"N\":\"2\"}}}}]}}"
                        : "{}"))) {
            BatchResult<Write, @Nullable Void> result = batches(server, Retrying.of(3))
                    .write(List.of(
                            Write.put("tab", number("3")),
                            Write.put("tab", item),
                            Write.delete("tab", number("2.00"))));

            assertThat(result.isComplete()).isTrue();
            assertThat(result.items()).extracting(ItemResult::attempts).containsExactly(1, 2, 2);
            // as it was given
            assertThat(server.requests().get(1).body()).contains("\"1.0\"").contains("\"2.00\"");
        }
    }

    // ---- reading

    @Test
    void aNumberIsTheSameKeyWhateverItsTextIs() {
        try (StubServer server = StubServer.start(
                request -> Answer.json("{\"Responses\":{\"tab\":[{\"id\":{\"N\":\"1\"},\"v\":{\"S\":\"one\"}}]},"
                        + "\"UnprocessedKeys\":{}}"))) {
            BatchResult<Key, @Nullable Map<String, AttributeValue>> result = get(server, keys("1.0"));

            assertThat(result.orElseThrow().get(0)).containsEntry("v", AttributeValue.fromS("one"));
        }
    }

    @Test
    void aKeyThatIsAskedForTwiceGoesInTwoRequests() {
        try (StubServer server = StubServer.start(request -> Answer.json("{}"))) {
            assertThat(get(server, keys("1", "2", "1.0")).orElseThrow()).containsExactly(null, null, null);
            assertThat(server.count()).isEqualTo(2);
        }
    }

    @Test
    void aProjectionGetsTheAttributesOfTheKeyThatItLacks() {
        KeysAndAttributes lacks =
                KeyProjection.withKeys(keys("1").projectionExpression("v").build());
        KeysAndAttributes named = KeyProjection.withKeys(keys("1")
                .projectionExpression("v , #i")
                .expressionAttributeNames(Map.of("#i", "id"))
                .build());
        KeysAndAttributes older =
                KeyProjection.withKeys(keys("1").attributesToGet("v").build());

        assertThat(lacks.projectionExpression()).isEqualTo("v, #forbear_key0");
        assertThat(lacks.expressionAttributeNames()).isEqualTo(Map.of("#forbear_key0", "id"));
        assertThat(named.projectionExpression()).isEqualTo("v , #i");
        assertThat(named.expressionAttributeNames()).isEqualTo(Map.of("#i", "id"));
        assertThat(older.attributesToGet()).containsExactly("v", "id");
        assertThat(KeyProjection.withKeys(keys("1").build()))
                .isEqualTo(keys("1").build());
    }

    @Test
    void keysAreSplitByAHundred() {
        try (StubServer server = StubServer.start(request -> Answer.json("{}"))) {
            String[] numbers =
                    IntStream.range(0, 250).mapToObj(Integer::toString).toArray(String[]::new);

            assertThat(get(server, keys(numbers)).isComplete()).isTrue();

            assertThat(server.requests())
                    .extracting(request -> request.body().split("\"N\"").length - 1)
                    .containsExactly(100, 100, 50);
        }
    }

    // ---- the writer

    private static Answer nothingProcessed(StubServer.Request request) {
        String items = String.join(
                ",",
                Adapters.written(request).stream()
                        .map(name -> "{\"PutRequest\":{\"Item\":{\"Hash\":{\"S\":\"" + name.substring(2) + "\"}}}}")
                        .toList());
        return Answer.json("{\"UnprocessedItems\":{\"T\":[" + items + "]}}");
    }

    @Test
    void aWriterGivesUpWhatIsLeftWhenTheAttemptsAreUsedUpAndGoesOn() {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        try (StubServer server =
                StubServer.start(request -> request.number() <= 3 ? nothingProcessed(request) : Answer.json("{}"))) {
            DynamoDbWriter writer = batches(server, Retrying.of(3, waits)).writer(2);
            for (int i = 0; i < 4; i++) {
                writer.add(Adapters.write("T", "w" + i));
            }
            writer.close();

            assertThat(server.requests())
                    .extracting(Adapters::written)
                    .containsExactly(
                            List.of("T/w0", "T/w1"),
                            List.of("T/w0", "T/w1"),
                            List.of("T/w2", "T/w0"),
                            List.of("T/w1", "T/w3"));
            assertThat(waits).hasSize(2);
            assertThat(writer.failed()).extracting(ItemResult.Failure::position).containsExactly(2, 0);
            assertThat(writer.failed())
                    .extracting(ItemResult.Failure::reason)
                    .containsOnly(StopReason.ATTEMPTS_EXHAUSTED);
            assertThat(writer.added()).isEqualTo(4);
        }
    }

    @Test
    void aWriterGivesUpAtOnceWhatNoAttemptMends() {
        try (StubServer server =
                StubServer.start(request -> Answer.error("dynamodb", 400, "ValidationException", Map.of()))) {
            DynamoDbWriter writer = batches(server, Retrying.of(3)).writer(2);
            writer.add(Adapters.write("T", "a"));
            writer.add(Adapters.write("T", "b"));
            writer.close();

            assertThat(server.count()).isEqualTo(1);
            assertThat(writer.failed()).extracting(ItemResult.Failure::reason).containsOnly(StopReason.NOT_RETRYABLE);
            assertThat(writer.failed()).hasSize(2);
        }
    }

    @Test
    void aWriterOfWhichTheCircuitIsOpenReturnsEverythingAndSendsNothing() {
        try (StubServer server = StubServer.start(request -> Answer.json("{}"))) {
            Retry retry = Retries.named("writer").build();
            retry.operations().forceBreakerOpen("test", "closed for it");
            DynamoDbWriter writer = batches(server, retry).writer();
            List<Integer> all = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                writer.add(Adapters.write("T", "w" + i));
                all.add(i);
            }
            writer.close();

            assertThat(server.count()).isZero();
            assertThat(writer.failed()).extracting(ItemResult.Failure::position).isEqualTo(all);
            assertThat(writer.failed()).extracting(ItemResult.Failure::reason).containsOnly(StopReason.CIRCUIT_OPEN);
        }
    }

    @Test
    void theSizeOfAnItemIsThatOfItsNamesAndValues() {
        assertThat(AttributeSizes.of(Map.of("name", AttributeValue.fromS("äb"))))
                .isEqualTo(4 + 3);
        assertThat(AttributeSizes.of(Map.of("n", AttributeValue.fromN("1234")))).isEqualTo(1 + 4);
        assertThat(AttributeSizes.of(Map.of("l", AttributeValue.fromL(List.of(AttributeValue.fromBool(true))))))
                .isEqualTo(1 + 3 + 2);
    }
}
