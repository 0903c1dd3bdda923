package io.forbear.retry.aws.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.BatchResult;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.ElasticQueue;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.SqsBatches;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testsupport.Vectors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * What a consumer says has failed, and what the service makes of it. The facts of queues run on a real one.
 */
class ConsumerBatchesVectorsTest {

    private static final String FILE = "g9_aws_services/consumer_batches.json";

    static {
        QuietLog.set();
    }

    @TestFactory
    Stream<DynamicTest> consumer() {
        return Vectors.tests(FILE, one -> {
            JsonNode given = one.get("given");
            JsonNode expect = one.get("expect");
            switch (given.get("kind").asText()) {
                case "sqs_batch" -> sqsBatch(given, expect);
                case "stream_batch" -> streamBatch(given, expect);
                case "function_response" -> functionResponse(given, expect);
                case "redrive" -> redrive(given, expect);
                case "fifo_send" -> fifoSend(expect);
                case "change_visibility" -> changeVisibility(given, expect);
                default -> throw new AssertionError(given.get("kind"));
            }
        });
    }

    // ---- what an adapter reports

    private static void sqsBatch(JsonNode given, JsonNode expect) {
        List<SQSMessage> messages = new ArrayList<>();
        List<String> failing = new ArrayList<>();
        boolean grouped = false;
        for (JsonNode one : given.get("records")) {
            SQSMessage message = new SQSMessage();
            message.setMessageId(one.get("id").asText());
            if (!one.path("group").isNull()) {
                message.setAttributes(Map.of("MessageGroupId", one.get("group").asText()));
                grouped = true;
            }
            messages.add(message);
            if (one.get("handler").asText().equals("fail")) {
                failing.add(one.get("id").asText());
            }
        }
        SQSEvent event = new SQSEvent();
        event.setRecords(messages);
        List<String> handled = new ArrayList<>();
        RecordHandler<SQSMessage> handler = message -> {
            handled.add(message.getMessageId());
            if (failing.contains(message.getMessageId())) {
                throw new IllegalStateException("no");
            }
        };

        SQSBatchResponse response = given.path("mode").asText().equals("skip_group")
                ? SqsEvents.handle(event, handler, AfterFailure.SKIP_GROUP)
                : SqsEvents.handle(event, handler);

        List<String> reported = response.getBatchItemFailures().stream()
                .map(SQSBatchResponse.BatchItemFailure::getItemIdentifier)
                .toList();
        assertThat(reported).isEqualTo(texts(expect.get("batchItemFailures")));
        if (grouped) { // what is reported without having failed was not handled either
            assertThat(handled).filteredOn(reported::contains).isSubsetOf(failing);
        } else {
            assertThat(handled).hasSize(messages.size());
        }
    }

    private static void streamBatch(JsonNode given, JsonNode expect) {
        List<String> numbers = new ArrayList<>();
        List<String> failing = new ArrayList<>();
        for (JsonNode one : given.get("records")) {
            numbers.add(one.get("seq").asText());
            if (one.get("handler").asText().equals("fail")) {
                failing.add(one.get("seq").asText());
            }
        }

        StreamsEventResponse ofKinesis = StreamEvents.handle(kinesis(numbers), record -> {
            if (failing.contains(record.getKinesis().getSequenceNumber())) {
                throw new IllegalStateException("no");
            }
        });
        StreamsEventResponse ofDynamoDb = StreamEvents.handle(dynamoDb(numbers), record -> {
            if (failing.contains(record.getDynamodb().getSequenceNumber())) {
                throw new IllegalStateException("no");
            }
        });

        assertThat(identifiers(ofKinesis)).isEqualTo(texts(expect.get("batchItemFailures")));
        assertThat(ofDynamoDb).isEqualTo(ofKinesis);
    }

    static KinesisEvent kinesis(List<String> numbers) {
        KinesisEvent event = new KinesisEvent();
        event.setRecords(numbers.stream()
                .map(number -> {
                    KinesisEvent.Record data = new KinesisEvent.Record();
                    data.setSequenceNumber(number);
                    KinesisEventRecord record = new KinesisEventRecord();
                    record.setKinesis(data);
                    return record;
                })
                .toList());
        return event;
    }

    static DynamodbEvent dynamoDb(List<String> numbers) {
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(numbers.stream()
                .map(number -> {
                    DynamodbStreamRecord record = new DynamodbStreamRecord();
                    record.setDynamodb(new StreamRecord().withSequenceNumber(number));
                    return record;
                })
                .toList());
        return event;
    }

    static List<String> identifiers(StreamsEventResponse response) {
        return response.getBatchItemFailures().stream()
                .map(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        return Vectors.each(array).map(JsonNode::asText).toList();
    }

    // ---- what the service makes of it

    private static void functionResponse(JsonNode given, JsonNode expect) {
        List<String> batch = texts(given.get("batch"));
        JsonNode response = given.get("response");
        List<String> identifiers = new ArrayList<>();
        response.path("batchItemFailures")
                .forEach(failure ->
                        identifiers.add(failure.path("itemIdentifier").asText(null)));

        Checkpoint checkpoint = response.isTextual() ? Checkpoint.whole(batch) : Checkpoint.of(batch, identifiers);

        assertThat(checkpoint.end().name().toLowerCase(Locale.ROOT))
                .isEqualTo(expect.get("treated_as").asText());
        assertThat(checkpoint.again()).isEqualTo(texts(expect.get("retried")));
        if (expect.has("checkpoint")) {
            String from = expect.get("checkpoint").asText();
            assertThat(checkpoint.from())
                    .isEqualTo(from.equals("after the batch") ? Optional.empty() : Optional.of(from));
        }
    }

    // ---- facts of queues, on a real one

    private static void redrive(JsonNode given, JsonNode expect) {
        try (ElasticQueue queues = ElasticQueue.start()) {
            int most = given.get("maxReceiveCount").asInt();
            String dead = queues.queue("dead");
            String queue = queues.queueWithRedrive("live", dead, most, 0);
            queues.client().sendMessage(r -> r.queueUrl(queue).messageBody("m"));
            int receives = 0;
            for (int i = 0; i < given.get("receives_without_delete").asInt() + 1; i++) {
                receives += queues.receive(queue).size();
            }

            assertThat(receives).isEqualTo(expect.get("receives").asInt());
            assertThat(queues.drain(dead).equals(List.of("m")))
                    .isEqualTo(expect.get("moved_to_dead_letter").asBoolean());
        }
    }

    /** The queue takes the first attempt, whose answer is lost. */
    private static void fifoSend(JsonNode expect) {
        AtomicBoolean lost = new AtomicBoolean();
        try (ElasticQueue queues = ElasticQueue.start();
                StubServer proxy = FaultProxy.before(queues.uri(), (request, server) -> {
                    Answer answer = server.ask(request);
                    boolean first = request.operation().equals("SendMessageBatch") && !lost.getAndSet(true);
                    return first ? Answer.broken(new IOException("the answer is lost")) : answer;
                })) {
            String queue = queues.queue("q.fifo");
            SqsBatches batches = SqsBatches.of(
                    proxy.client(SqsClient.builder()), Retries.named("fifo").build());

            BatchResult<?, ?> sent = batches.send(queue, List.of(entry("1"), entry("2")));

            assertThat(sent.failed()).isEmpty();
            assertThat(sent.attempts()).isEqualTo(2);
            List<String> bodies = queues.drain(queue);
            assertThat(bodies.size() - 2).isEqualTo(expect.get("duplicates").asInt());
            assertThat(bodies.equals(List.of("1", "2")))
                    .isEqualTo(expect.get("order_kept").asBoolean());
        }
    }

    private static SendMessageBatchRequestEntry entry(String text) {
        return SendMessageBatchRequestEntry.builder()
                .id(text)
                .messageBody(text)
                .messageGroupId("g")
                .messageDeduplicationId("once-" + text)
                .build();
    }

    /** Counted from the change and not from the receive; on the real queue in the test of the consumer. */
    private static void changeVisibility(JsonNode given, JsonNode expect) {
        int after = given.get("called_after_s").asInt();
        int value = given.get("value_s").asInt();

        int seconds = VisibilityBackoff.cutToLeft(value, Duration.ofSeconds(after));

        assertThat(after + seconds)
                .isEqualTo(expect.get("visible_again_after_s").asInt());
    }
}
