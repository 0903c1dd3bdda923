package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.AwsRetries;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

class SqsBatchesTest {

    private static List<SendMessageBatchRequestEntry> entries(int count, int bytes) {
        return IntStream.range(0, count)
                .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                        .id("id" + i)
                        .messageBody("x".repeat(bytes))
                        .build())
                .toList();
    }

    private static BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> send(
            StubServer server, SqsClient client, int maxAttempts, int count, int bytes) {
        return SqsBatches.of(client, Retrying.of(maxAttempts)).send(server.uri() + "/1/q", entries(count, bytes));
    }

    private static SqsClient client(StubServer server) {
        return server.client(SqsClient.builder().checksumValidationEnabled(false));
    }

    private static List<Integer> sizes(StubServer server) {
        return server.requests().stream()
                .map(request -> Adapters.of("SendMessageBatch").names(request).size())
                .toList();
    }

    private static Answer done(StubServer.Request request) {
        return Adapters.of("SendMessageBatch").done(request);
    }

    @Test
    void requestsAreSplitByCountAndByBytes() {
        try (StubServer server = StubServer.start(SqsBatchesTest::done)) {
            assertThat(send(server, client(server), 3, 25, 10).isComplete()).isTrue();
            assertThat(sizes(server)).containsExactly(10, 10, 5);

            // 4 of 256 KiB are 1 MiB
            assertThat(send(server, client(server), 3, 9, 256 << 10).isComplete())
                    .isTrue();
            assertThat(sizes(server)).containsExactly(10, 10, 5, 4, 4, 1);
        }
    }

    @Test
    void attributesCountAsBytesOfAMessage() {
        SendMessageBatchRequestEntry entry = SendMessageBatchRequestEntry.builder()
                .messageBody("äb")
                .messageAttributes(Map.of(
                        "name",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue("value")
                                .build()))
                .messageSystemAttributesWithStrings(Map.of(
                        "AWSTraceHeader",
                        MessageSystemAttributeValue.builder()
                                .dataType("String")
                                .stringValue("does not count")
                                .build()))
                .build();

        assertThat(SqsOperations.bytes(entry)).isEqualTo(3 + 4 + 6 + 5);
    }

    @Test
    void anEntryWithoutWhatTheServiceRequiresIsForTheServiceToRefuse() {
        assertThat(KinesisOperations.bytes(PutRecordsRequestEntry.builder().build()))
                .isZero();
        assertThat(DynamoDbOperations.bytes(
                        new DynamoDbBatches.Write("tab", WriteRequest.builder().build())))
                .isZero();
        try (StubServer server =
                StubServer.start(request -> Answer.error("firehose", 400, "ValidationException", Map.of()))) {
            BatchResult<Record, ?> result = FirehoseBatches.of(server.client(FirehoseClient.builder()), Retrying.of(3))
                    .put("stream", List.of(Record.builder().build()));

            assertThat(result.failed()).hasSize(1);
            assertThat(server.count()).isEqualTo(1);
        }
    }

    /** The service takes a request of EventBridge that has less. */
    @Test
    void eventsOfExactly256KibibytesGoInTwoRequests() {
        List<PutEventsRequestEntry> halves = Stream.of("a", "b")
                .map(letter -> PutEventsRequestEntry.builder()
                        .detail(letter.repeat(128 << 10))
                        .build())
                .toList();
        try (StubServer server =
                StubServer.start(request -> Adapters.of("PutEvents").done(request))) {
            EventBridgeBatches batches =
                    EventBridgeBatches.of(server.client(EventBridgeClient.builder()), Retrying.of(3));

            assertThat(batches.putEvents(halves).isComplete()).isTrue();
            assertThat(server.count()).isEqualTo(2);
        }
    }

    @Test
    void theRetriesOfTheClientAreOffForABatch() {
        try (StubServer server = StubServer.start(request -> Answer.error("sqs", 500, "InternalError", Map.of()))) {
            SqsClient own = client(server);
            SqsClient ours = server.client(
                    AwsRetries.standard().applyTo(server.at(SqsClient.builder().checksumValidationEnabled(false))));

            assertThat(send(server, own, 2, 3, 1).failedItems()).hasSize(3);
            assertThat(server.count()).isEqualTo(2);

            assertThat(send(server, ours, 2, 3, 1).failedItems()).hasSize(3);
            assertThat(server.count()).isEqualTo(4);
        }
    }

    @Test
    void aRequestThatFailsAsAWholeFailsAllItsEntriesByItsCode() {
        try (StubServer server = StubServer.start(request -> request.number() == 1
                ? Answer.error("sqs", 403, "RequestThrottled", Map.of())
                : request.number() == 2 ? Answer.error("sqs", 400, "AccessDenied", Map.of()) : done(request))) {
            BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> result =
                    send(server, client(server), 3, 12, 1);

            assertThat(sizes(server)).containsExactly(10, 10, 2);
            assertThat(result.succeeded()).extracting(ItemResult::position).containsExactly(10, 11);
            assertThat(result.failed()).hasSize(10).allSatisfy(failure -> {
                assertThat(failure.reason()).isEqualTo(StopReason.NOT_RETRYABLE);
                assertThat(failure.attempts()).isEqualTo(2);
                assertThat(failure.failure()).isInstanceOf(SdkException.class);
            });
        }
    }

    @Test
    void aThrottleGoesAgainThoughTheServiceCallsItAFaultOfTheSender() {
        Classification throttled = failure("RequestThrottled", true);

        assertThat(throttled.category()).isEqualTo(ErrorCategory.RATE_LIMIT);
        assertThat(throttled.isRetryable(false)).isTrue();
        assertThat(failure("InternalError", true).isRetryable(true)).isFalse();
        assertThat(failure("NoOneKnowsThis", false).category()).isEqualTo(ErrorCategory.SERVER_ERROR);
        assertThat(failure("NoOneKnowsThis", false).isRetryable(false)).isTrue();
    }

    private static Classification failure(String code, boolean senderFault) {
        try (StubServer server = StubServer.start(request -> Answer.json(
                "{\"Failed\":[{\"Id\":\"id0\",\"Code\":\"" + code + "\",\"SenderFault\":" + senderFault + "}]}"))) {
            return send(server, client(server), 1, 1, 1).failed().get(0).classification();
        }
    }

    @Test
    void theFailureOfAnEntryNamesServiceCodeAndMessage() {
        try (StubServer server = StubServer.start(request ->
                Answer.json("{\"Failed\":[{\"Id\":\"id0\",\"Code\":\"C\",\"SenderFault\":true,\"Message\":\"m\"}]}"))) {
            Throwable failure =
                    send(server, client(server), 1, 1, 1).failed().get(0).failure();

            assertThat(failure).isInstanceOf(BatchEntryException.class).hasMessage("sqs: C: m");
            assertThat(((BatchEntryException) failure).code()).isEqualTo("C");
            assertThat(((BatchEntryException) failure).service()).isEqualTo("sqs");
            assertThat(failure.getStackTrace()).isEmpty();
        }
    }

    @Test
    void eachAnswerThatFitsNoRequestIsRefused() {
        for (String answer : List.of(
                "{\"Successful\":[{\"Id\":\"id0\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"x\"},"
                        + "{\"Id\":\"other\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"x\"}]}",
                "{\"Successful\":[{\"Id\":\"id0\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"x\"}],"
                        + "\"Failed\":[{\"Id\":\"id0\",\"Code\":\"C\",\"SenderFault\":true}]}",
                "{}")) {
            try (StubServer server = StubServer.start(request -> Answer.json(answer))) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> send(server, client(server), 3, 1, 1))
                        .withMessageStartingWith("answer: ");
                assertThat(server.count()).isEqualTo(1);
            }
        }
    }
}
