package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.AwsRetries;
import io.forbear.retry.aws.Dynalite;
import io.forbear.retry.aws.ElasticQueue;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.PartialFaults;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.DynamoDbBatches.Key;
import io.forbear.retry.aws.batch.DynamoDbBatches.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/** Batches by the asynchronous clients of the SDK: of real servers, a fifth of whose entries fail. */
class AsyncBatchesTest {

    @Test
    void eachMessageIsInTheQueueOrReturnedThoughAFifthOfTheEntriesFail() {
        Random chance = new Random(11);
        try (ElasticQueue queues = ElasticQueue.start();
                StubServer proxy = FaultProxy.before(
                        queues.uri(), (request, server) -> PartialFaults.failSome(request, server, chance))) {
            String queue = queues.queue("q");
            SqsAsyncBatches batches = SqsAsyncBatches.of(proxy.client(SqsAsyncClient.builder()), Retrying.atOnce(4));
            List<SendMessageBatchRequestEntry> entries = IntStream.range(0, 300)
                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                            .id("id" + i)
                            .messageBody("body " + i)
                            .build())
                    .toList();

            BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sent =
                    Retrying.ended(batches.send(queue, entries));

            assertThat(sent.items()).extracting(ItemResult::item).isEqualTo(entries);
            assertThat(sent.attempts()).isGreaterThan(1);
            assertThat(sent.failed()).hasSizeLessThan(20); // four attempts: one in 625
            assertThat(received(batches, queue))
                    .containsExactlyInAnyOrderElementsOf(sent.succeeded().stream()
                            .map(one -> one.item().messageBody())
                            .toList());
            assertThat(queues.size(queue)).isZero();
        }
    }

    /** Receives and deletes all; a message whose delete failed for good would come again. */
    private static List<String> received(SqsAsyncBatches batches, String queue) {
        List<String> bodies = new ArrayList<>();
        for (List<Message> some = receive(batches, queue); !some.isEmpty(); some = receive(batches, queue)) {
            some.forEach(message -> bodies.add(message.body()));
            List<Message> deleted = some;
            assertThat(Retrying.ended(batches.delete(
                                    queue,
                                    IntStream.range(0, some.size())
                                            .mapToObj(i -> DeleteMessageBatchRequestEntry.builder()
                                                    .id(Integer.toString(i))
                                                    .receiptHandle(
                                                            deleted.get(i).receiptHandle())
                                                    .build())
                                            .toList()))
                            .items())
                    .hasSameSizeAs(some);
        }
        return bodies;
    }

    private static List<Message> receive(SqsAsyncBatches batches, String queue) {
        return Retrying.ended(batches.receive(ReceiveMessageRequest.builder()
                .queueUrl(queue)
                .maxNumberOfMessages(10)
                .build()));
    }

    @Test
    void theOrderOfGroupsOfAFifoQueueIsKeptThoughAFifthOfTheEntriesFail() {
        Random chance = new Random(12);
        try (ElasticQueue queues = ElasticQueue.start();
                StubServer proxy = FaultProxy.before(
                        queues.uri(), (request, server) -> PartialFaults.failSome(request, server, chance))) {
            String queue = queues.queue("q.fifo");
            List<SendMessageBatchRequestEntry> entries = IntStream.range(0, 40)
                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                            .id("id" + i)
                            .messageBody(Integer.toString(i))
                            .messageGroupId("group" + i % 8)
                            .messageDeduplicationId("once-" + i)
                            .build())
                    .toList();

            assertThat(Retrying.ended(SqsAsyncBatches.of(proxy.client(SqsAsyncClient.builder()), Retrying.atOnce(20))
                                    .sendInOrder(queue, entries))
                            .isComplete())
                    .isTrue();

            List<String> bodies = queues.drain(queue);
            assertThat(bodies).hasSize(40);
            for (int group = 0; group < 8; group++) {
                int own = group;
                assertThat(bodies.stream().map(Integer::valueOf).filter(body -> body % 8 == own))
                        .isSorted();
            }
        }
    }

    @Test
    void everyItemOfDynamoDbIsWrittenOrReturnedAndReadAgain() {
        Random chance = new Random(13);
        List<Write> writes = IntStream.range(0, 200)
                .mapToObj(i -> Write.put("tab", Map.of("id", AttributeValue.fromS("id" + i))))
                .toList();
        try (Dynalite dynalite = Dynalite.start();
                StubServer proxy = FaultProxy.before(
                        dynalite.uri(), (request, server) -> PartialFaults.leaveSome(request, server, chance))) {
            dynalite.table("tab");
            DynamoDbAsyncBatches batches =
                    DynamoDbAsyncBatches.of(proxy.client(DynamoDbAsyncClient.builder()), Retrying.atOnce(4));

            BatchResult<Write, @Nullable Void> written = Retrying.ended(batches.write(writes));
            BatchResult<Key, @Nullable Map<String, AttributeValue>> read = Retrying.ended(batches.get(Map.of(
                    "tab",
                    KeysAndAttributes.builder()
                            .keys(IntStream.range(0, 200)
                                    .mapToObj(i -> Map.of("id", AttributeValue.fromS("id" + i)))
                                    .toList())
                            .consistentRead(true)
                            .build())));

            assertThat(written.items()).extracting(ItemResult::item).isEqualTo(writes);
            assertThat(written.failed()).hasSizeLessThan(20);
            assertThat(read.failed()).hasSizeLessThan(20);
            assertThat(written.attempts()).isGreaterThan(1);
            for (int i = 0; i < 200; i++) {
                if (read.items().get(i) instanceof ItemResult.Success<Key, @Nullable Map<String, AttributeValue>> one) {
                    assertThat(one.value() != null)
                            .as("item %s", i)
                            .isEqualTo(written.items().get(i).isSuccess());
                }
            }
        }
    }

    @Test
    void aTransactionGoesAgainWithTheSameTokenAndFailsWithTheFailureItself() {
        String conflict = cancelled("TransactionConflict");
        String condition = cancelled("ConditionalCheckFailed");
        TransactWriteItemsRequest request = TransactWriteItemsRequest.builder()
                .transactItems(TransactWriteItem.builder()
                        .put(p -> p.tableName("tab").item(Map.of("id", AttributeValue.fromS("1"))))
                        .build())
                .build();
        try (StubServer server = StubServer.start(asked -> asked.number() == 2
                ? Answer.json("{}")
                : Answer.error("dynamodb", 400, "TransactionCanceledException", Map.of())
                        .body(asked.number() == 1 ? conflict : condition))) {
            DynamoDbAsyncBatches batches =
                    DynamoDbAsyncBatches.of(server.client(DynamoDbAsyncClient.builder()), Retrying.atOnce(3));

            Retrying.ended(batches.transactWrite(request));

            assertThat(server.requests().get(1).body())
                    .isEqualTo(server.requests().get(0).body())
                    .contains("ClientRequestToken");
            assertThatThrownBy(() -> Retrying.ended(batches.transactWrite(request)))
                    .isInstanceOf(TransactionCanceledException.class);
            assertThat(server.count()).isEqualTo(3);
        }
    }

    private static String cancelled(String reason) {
        return "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
                + "\"CancellationReasons\":[{\"Code\":\"" + reason + "\"}]}";
    }

    @Test
    void theRetriesOfTheClientAreOffForABatch() {
        try (StubServer server = StubServer.start(request -> Answer.error("sqs", 500, "InternalError", Map.of()))) {
            SqsAsyncClient ours = server.client(AwsRetries.standard().applyTo(server.at(SqsAsyncClient.builder())));
            List<SendMessageBatchRequestEntry> entries = List.of(SendMessageBatchRequestEntry.builder()
                    .id("1")
                    .messageBody("x")
                    .build());

            for (SqsAsyncClient client : List.of(server.client(SqsAsyncClient.builder()), ours)) {
                int before = server.count();
                assertThat(Retrying.ended(SqsAsyncBatches.of(client, Retrying.atOnce(2))
                                        .send(server.uri() + "/1/q", entries))
                                .failedItems())
                        .isEqualTo(entries);
                assertThat(server.count() - before).isEqualTo(2);
            }
        }
    }

    /** The request hangs in the server. */
    @Test
    void aCancelEndsTheRequestThatIsUnderWay() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Retry retry = Retrying.atOnce(3);
                StubServer server = StubServer.start(request -> {
                    arrived.countDown();
                    try {
                        go.await(1, TimeUnit.MINUTES);
                    } catch (InterruptedException closed) {
                        Thread.currentThread().interrupt();
                    }
                    return Answer.broken(new IOException("too late"));
                })) {
            CompletableFuture<?> sent = SqsAsyncBatches.of(server.client(SqsAsyncClient.builder()), retry)
                    .send(
                            server.uri() + "/1/q",
                            IntStream.range(0, 30)
                                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                                            .id("id" + i)
                                            .messageBody("x")
                                            .build())
                                    .toList());
            assertThat(arrived.await(1, TimeUnit.MINUTES)).isTrue();

            sent.cancel(true);
            go.countDown();

            assertThat(sent).isCancelled();
            assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
            assertThat(server.count()).isEqualTo(1);
        }
    }
}
