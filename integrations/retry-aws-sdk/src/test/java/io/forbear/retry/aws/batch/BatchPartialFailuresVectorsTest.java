package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.AwsClassifier;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.Adapters.Adapter;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClientBuilder;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * What of a batch goes again, in which order, as what: each answer is said on the wire to the real client of the
 * service, which our batches drive. The second request shows what went again.
 */
class BatchPartialFailuresVectorsTest {

    private static final String FILE = "g9_aws_services/batch_partial_failures.json";

    @TestFactory
    Stream<DynamicTest> partialFailure() {
        return Vectors.tests(FILE, one -> {
            JsonNode given = one.get("given");
            JsonNode expect = one.get("expect");
            switch (given.get("kind").asText()) {
                case "response" -> response(Adapters.of(given.get("operation").asText()), given, expect);
                case "split" -> split(given, expect);
                case "sequence" -> sequence(given, expect);
                case "retry_sequence" -> retrySequence(given, expect);
                case "backoff_reset" -> backoffReset(given, expect);
                case "transaction" -> transaction(given, expect);
                case "call" -> call(given, expect);
                default -> throw new AssertionError(given.get("kind"));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> partialFailureByAnAsynchronousClient() {
        return Vectors.tests(FILE, id -> AsyncAdapters.CASES.contains(id), AsyncAdapters.CASES.size(), one -> {
            JsonNode given = one.get("given");
            response(AsyncAdapters.of(given.get("operation").asText()), given, one.get("expect"));
        });
    }

    private static List<String> names(JsonNode items) {
        return Vectors.each(items).map(Adapters::name).toList();
    }

    // ---- one answer

    private static void response(Adapter adapter, JsonNode given, JsonNode expect) {
        if (expect.has("rejected")) {
            try (StubServer server = StubServer.start(request -> adapter.answer(given.get("response"), request))) {
                assertThatThrownBy(() -> adapter.send(server, Retrying.of(3), given))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("expected:");
                assertThat(server.requests()).hasSize(1);
            }
            return;
        }
        judged(adapter, given, expect);
        sentAgain(adapter, given, expect);
    }

    /** One attempt: what would go again has used its attempts up, the rest was never to go again. */
    private static void judged(Adapter adapter, JsonNode given, JsonNode expect) {
        try (StubServer server = StubServer.start(request -> adapter.answer(given.get("response"), request))) {
            BatchResult<?, ?> result = adapter.send(server, Retrying.of(1), given);
            List<String> items = names(given.get("items"));
            List<String> again = new ArrayList<>();
            List<String> givenUp = new ArrayList<>();
            for (ItemResult.Failure<?, ?> failure : result.failed()) {
                String name = items.get(failure.position());
                (failure.reason() == StopReason.ATTEMPTS_EXHAUSTED ? again : givenUp).add(name);
                categoryHolds(expect, name, failure.classification());
                if (expect.has("not_executed")) {
                    assertThat(failure.classification().isNotExecuted())
                            .isEqualTo(expect.get("not_executed").asBoolean());
                }
            }
            assertThat(again).isEqualTo(names(expect.get("again")));
            assertThat(givenUp).isEqualTo(names(expect.get("given_up")));
            assertThat(result.succeeded().stream().map(done -> items.get(done.position())))
                    .containsExactlyElementsOf(names(expect.get("succeeded")));
            if (expect.has("found")) {
                foundHolds(result, expect, items);
            }
        }
    }

    private static void categoryHolds(JsonNode expect, String name, Classification found) {
        if (expect.has("category")) {
            assertThat(found.category().name()).isEqualTo(expect.get("category").asText());
        }
        if (expect.path("categories").has(name)) {
            assertThat(found.category().name())
                    .isEqualTo(expect.get("categories").get(name).asText());
        }
    }

    private static void foundHolds(BatchResult<?, ?> result, JsonNode expect, List<String> items) {
        List<String> found = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        result.succeeded().forEach(done -> (done.value() == null ? absent : found).add(items.get(done.position())));
        assertThat(found).isEqualTo(names(expect.get("found")));
        assertThat(absent).isEqualTo(names(expect.get("absent")));
    }

    /** Two attempts: the second has what goes again, in the order given, and all of it succeeds. */
    private static void sentAgain(Adapter adapter, JsonNode given, JsonNode expect) {
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        Set<String> sent = Collections.synchronizedSet(new HashSet<>());
        try (StubServer server = StubServer.start(request -> {
            List<String> names = adapter.names(request);
            boolean first = sent.addAll(names);
            if (!first) {
                seen.add(names);
            }
            return first ? adapter.answer(given.get("response"), request) : adapter.done(request);
        })) {
            BatchResult<?, ?> result = adapter.send(server, Retrying.of(2), given);

            List<String> again = names(expect.get("again"));
            assertThat(seen).isEqualTo(again.isEmpty() ? List.of() : List.of(again));
            assertThat(result.failedItems()).hasSize(expect.get("given_up").size());
            orderHolds(result, expect);
            if (expect.path("same_deduplication_id").asBoolean()) {
                assertThat(deduplicationIds(server.requests().get(0).body()))
                        .containsAll(deduplicationIds(server.requests().get(1).body()))
                        .doesNotContain("");
            }
        }
    }

    private static List<String> deduplicationIds(String body) {
        return Pattern.compile("\"MessageDeduplicationId\":\"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(body)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static void orderHolds(BatchResult<?, ?> result, JsonNode expect) {
        if (expect.has("order_broken_groups")) {
            assertThat(SqsBatches.brokenGroups(
                            (BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>) result))
                    .containsExactlyElementsOf(names(expect.get("order_broken_groups")));
        }
        if (expect.has("order_broken_possible")) {
            assertThat(KinesisBatches.mayHaveBrokenOrder(
                            (BatchResult<PutRecordsRequestEntry, PutRecordsResultEntry>) result))
                    .isEqualTo(expect.get("order_broken_possible").asBoolean());
        }
        if (expect.has("complete_parts")) {
            assertThat(S3Batches.completed((BatchResult<S3Batches.Part, CompletedPart>) result))
                    .extracting(part -> part.partNumber().toString())
                    .isEqualTo(names(expect.get("complete_parts")));
        }
    }

    // ---- several requests

    private static void split(JsonNode given, JsonNode expect) {
        long bytes = given.get("record_bytes").asLong();
        BatchLimits<Integer> limits = BatchLimits.of(
                given.get("max_count").asInt(), given.get("max_bytes").asLong(), item -> bytes);
        List<Integer> items =
                IntStream.range(0, given.get("records").asInt()).boxed().toList();

        List<List<Integer>> parts = limits.split(items);

        assertThat(parts.stream().map(part -> Integer.toString(part.size())))
                .containsExactlyElementsOf(names(expect.get("batch_sizes")));
        assertThat(parts.stream().flatMap(List::stream)).isEqualTo(items);
    }

    private static void sequence(JsonNode given, JsonNode expect) {
        List<List<String>> requests = new CopyOnWriteArrayList<>();
        try (StubServer server = StubServer.start(request -> {
            requests.add(Adapters.written(request).stream()
                    .map(name -> name.substring("T/".length()))
                    .toList());
            return unprocessed(given.get("unprocessed_per_call").path(requests.size() - 1));
        })) {
            DynamoDbBatches batches = DynamoDbBatches.of(server.client(DynamoDbClient.builder()), Retrying.of(10));
            try (DynamoDbWriter writer =
                    batches.writer(given.get("flush_amount").asInt())) {
                names(given.get("items")).forEach(name -> writer.add(Adapters.write("T", name)));
                writer.finish();
                assertThat(writer.failed()).isEmpty();
            }
        }
        assertThat(requests)
                .isEqualTo(Vectors.each(expect.get("requests"))
                        .map(BatchPartialFailuresVectorsTest::names)
                        .toList());
    }

    private static Answer unprocessed(JsonNode names) {
        StringBuilder items = new StringBuilder();
        names(names).forEach(name -> items.append(items.isEmpty() ? "" : ",")
                .append("{\"PutRequest\":{\"Item\":{\"Hash\":{\"S\":\"" + name + "\"}}}}"));
        return Answer.json(items.isEmpty() ? "{}" : "{\"UnprocessedItems\":{\"T\":[" + items + "]}}");
    }

    private static void retrySequence(JsonNode given, JsonNode expect) {
        List<String> sizes = new CopyOnWriteArrayList<>();
        ObjectNode items = JsonNodeFactory.instance.objectNode();
        items.set("items", Adapters.numbered(given.get("records").asInt()));
        Adapter adapter = Adapters.of(given.get("operation").asText());
        try (StubServer server = StubServer.start(request -> {
            sizes.add(Integer.toString(adapter.names(request).size()));
            int failed = given.get("failed_per_call").path(sizes.size() - 1).asInt();
            String code = given.get("error_code").asText();
            return withFailures(adapter.names(request).size(), failed, code, adapter, request);
        })) {
            BatchResult<?, ?> result = adapter.send(
                    server, Retrying.of(1 + given.get("max_retries").asInt()), items);

            assertThat(sizes).isEqualTo(names(expect.get("request_sizes")));
            assertThat(result.isComplete()).isEqualTo(expect.get("completed").asBoolean());
        }
    }

    private static Answer withFailures(int size, int failed, String code, Adapter adapter, StubServer.Request request) {
        if (failed == 0) {
            return adapter.done(request);
        }
        String list = request.operation().equals("PutRecordBatch")
                ? "RequestResponses"
                : request.operation().equals("PutEvents") ? "Entries" : "Records";
        String entries = IntStream.range(0, size)
                .mapToObj(i -> i < failed
                        ? "{\"ErrorCode\":\"" + code + "\",\"ErrorMessage\":\"x\"}"
                        : "{\"RecordId\":\"r\",\"SequenceNumber\":\"1\",\"ShardId\":\"s\",\"EventId\":\"e\"}")
                .reduce((a, b) -> a + "," + b)
                .orElse("");
        return Answer.json("{\"" + list + "\":[" + entries + "]}");
    }

    /** A batch whose attempts are free if an item succeeded: each wait that follows one is the first again. */
    private static void backoffReset(JsonNode given, JsonNode expect) {
        List<Duration> waits = new CopyOnWriteArrayList<>();
        JsonNode script = given.get("failed_per_call");
        List<Integer> sizes = new ArrayList<>();
        Retrying.of(1 + given.get("max_retries").asInt(), waits)
                .<Integer, Integer>callBatch(
                        IntStream.range(0, given.get("records").asInt()).boxed().toList(), left -> {
                            sizes.add(left.size());
                            int failed = script.path(sizes.size() - 1).asInt(0);
                            BatchOutcome<Integer, Integer> outcome =
                                    BatchOutcome.byItem(item -> left.indexOf(item) < failed
                                            ? ItemOutcome.failure(Classification.of(ErrorCategory.SERVER_ERROR))
                                            : ItemOutcome.success(item));
                            return given.get("reset_if_any_succeeded").asBoolean() ? outcome.freeOnProgress() : outcome;
                        });
        long resets = waits.stream()
                .limit(given.get("max_retries").asInt())
                .filter(Duration.ofMillis(100)::equals)
                .count();
        assertThat(resets).isEqualTo(expect.get("resets").asInt());
    }

    // ---- all or nothing

    private static void transaction(JsonNode given, JsonNode expect) {
        String body = "{\"__type\":\"com.amazonaws.dynamodb.v20120810#"
                + given.get("error_code").asText() + "\",\"CancellationReasons\":" + given.get("CancellationReasons")
                + "}";
        int status = given.get("http_status").asInt();
        Answer cancelled = new Answer(
                status,
                Map.of("Content-Type", "application/x-amz-json-1.0"),
                body.getBytes(StandardCharsets.UTF_8),
                null);
        try (StubServer server = StubServer.start(request -> request.number() == 1 ? cancelled : Answer.json("{}"))) {
            DynamoDbBatches batches = DynamoDbBatches.of(server.client(DynamoDbClient.builder()), Retrying.of(3));
            TransactWriteItemsRequest request =
                    TransactWriteItemsRequest.builder().transactItems(put()).build();
            boolean again = expect.get("again").asBoolean();

            Throwable failure = catchThrowable(() -> batches.transactWrite(request));

            assertThat(server.requests()).hasSize(again ? 2 : 1);
            if (again) {
                assertThat(failure).isNull();
                // whole, and with the same token
                assertThat(server.requests().get(1).body())
                        .isEqualTo(server.requests().get(0).body())
                        .contains("ClientRequestToken");
            } else {
                assertThat(failure).isInstanceOf(TransactionCanceledException.class);
            }
        }
        Classification found = Objects.requireNonNull(AwsClassifier.services().classify(cancelledBy(cancelled)));
        assertThat(found.category().name()).isEqualTo(expect.get("category").asText());
    }

    private static TransactWriteItem put() {
        return TransactWriteItem.builder()
                .put(p -> p.tableName("T")
                        .item(Adapters.write("T", "a").request().putRequest().item()))
                .build();
    }

    private static Throwable cancelledBy(Answer answer) {
        try (StubServer server = StubServer.start(request -> answer)) {
            DynamoDbClient client = server.client(DynamoDbClient.builder()
                    .overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry())));
            return catchThrowable(() -> client.transactWriteItems(r -> r.transactItems(put())));
        }
    }

    private static void call(JsonNode given, JsonNode expect) {
        String service = given.get("service").asText();
        int status = given.get("http_status").asInt();
        Answer answer = given.has("body")
                ? Answer.xml(given.get("body").asText())
                : Answer.error(service, status, given.get("error_code").asText(), Map.of());
        try (StubServer server = StubServer.start(request -> answer)) {
            Throwable failure = catchThrowable(() -> call(server, given));
            Classification found =
                    Objects.requireNonNull(AwsClassifier.services().classify(failure));

            assertThat(found.category().name()).isEqualTo(expect.get("category").asText());
            assertThat(found.isRetryable(found.category() != ErrorCategory.CLIENT_ERROR))
                    .isEqualTo(expect.get("again").asBoolean());
        }
    }

    private static void call(StubServer server, JsonNode given) {
        if (given.get("operation").asText().equals("PutMetricData")) {
            CloudWatchClientBuilder builder = CloudWatchClient.builder();
            builder.overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()));
            List<MetricDatum> metrics = IntStream.range(0, given.get("items").asInt())
                    .mapToObj(i ->
                            MetricDatum.builder().metricName("m" + i).value(1.0).build())
                    .toList();
            server.client(builder).putMetricData(r -> r.namespace("n").metricData(metrics));
        } else {
            S3ClientBuilder builder = S3Client.builder().forcePathStyle(true);
            builder.overrideConfiguration(o -> o.retryStrategy(DefaultRetryStrategy.doNotRetry()));
            server.client(builder).completeMultipartUpload(r -> r.bucket("bucket")
                    .key("k")
                    .uploadId("u")
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder().partNumber(1).eTag("e").build())));
        }
    }
}
