package io.forbear.retry.aws.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.aws.batch.Adapters.Adapter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The operations of {@link Adapters} that an asynchronous client has too: only the client is another. */
final class AsyncAdapters {

    /** The published cases of these operations. */
    static final Set<String> CASES = Set.of(
            "bat_ddb_get_unprocessed_keys",
            "bat_ddb_write_absent",
            "bat_ddb_write_two_tables",
            "bat_kin_all_failed",
            "bat_kin_two_of_four",
            "bat_kin_wrong_length",
            "bat_sqs_delete_handle_invalid",
            "bat_sqs_fifo_order_broken",
            "bat_sqs_in_neither_list",
            "bat_sqs_send_order_kept",
            "bat_sqs_send_sender_fault");

    private AsyncAdapters() {}

    private interface Sender {
        CompletableFuture<? extends BatchResult<?, ?>> send(StubServer server, Retry retry, JsonNode given);
    }

    private record Async(Adapter wire, Sender sender) implements Adapter {

        @Override
        public BatchResult<?, ?> send(StubServer server, Retry retry, JsonNode given) {
            return Retrying.ended(sender.send(server, retry, given));
        }

        @Override
        public List<String> names(Request request) {
            return wire.names(request);
        }

        @Override
        public Answer done(Request request) {
            return wire.done(request);
        }

        @Override
        public Answer answer(JsonNode response, Request request) {
            return wire.answer(response, request);
        }
    }

    private static SqsAsyncBatches sqs(StubServer server, Retry retry) {
        return SqsAsyncBatches.of(server.client(SqsAsyncClient.builder().checksumValidationEnabled(false)), retry);
    }

    /** Without a builder of its own it speaks HTTP/2, which a server of the JDK does not. */
    static KinesisAsyncClient kinesis(StubServer server) {
        return server.client(KinesisAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1)));
    }

    private static DynamoDbAsyncBatches dynamoDb(StubServer server, Retry retry) {
        return DynamoDbAsyncBatches.of(server.client(DynamoDbAsyncClient.builder()), retry);
    }

    private static String queue(StubServer server) {
        return server.uri() + "/1/q";
    }

    private static final Map<String, Sender> SENDERS = Map.of(
            "SendMessageBatch",
            (server, retry, given) -> sqs(server, retry)
                    .send(
                            queue(server),
                            Adapters.entries(given, given.path("fifo").asBoolean())),
            "DeleteMessageBatch",
            (server, retry, given) -> sqs(server, retry).delete(queue(server), Adapters.deletes(given)),
            "ChangeMessageVisibilityBatch",
            (server, retry, given) -> sqs(server, retry).changeVisibility(queue(server), Adapters.hides(given)),
            "PutRecords",
            (server, retry, given) ->
                    KinesisAsyncBatches.of(kinesis(server), retry).put("s", Adapters.records(Adapters.items(given))),
            "BatchWriteItem",
            (server, retry, given) -> dynamoDb(server, retry).write(Adapters.writes(given)),
            "BatchGetItem",
            (server, retry, given) -> dynamoDb(server, retry).get(Adapters.keys(given)));

    static Adapter of(String operation) {
        return new Async(Adapters.of(operation), SENDERS.get(operation));
    }

    static Set<String> operations() {
        return SENDERS.keySet();
    }
}
