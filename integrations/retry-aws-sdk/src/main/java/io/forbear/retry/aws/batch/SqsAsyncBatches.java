package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * The batches of {@link SqsBatches} by the asynchronous client: the same requests, one after the other, and the same
 * results. No thread waits; how futures end and are cancelled is said in the description of the package.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class SqsAsyncBatches {

    private final SqsAsyncClient client;
    private final Retry retry;

    private SqsAsyncBatches(SqsAsyncClient client, Retry retry) {
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
    public static SqsAsyncBatches of(SqsAsyncClient client, Retry retry) {
        return new SqsAsyncBatches(client, retry);
    }

    /**
     * Sends messages. In a FIFO queue an entry may be overtaken by later ones of its group while it is sent again,
     * which {@link SqsBatches#brokenGroups} tells and {@link #sendInOrder} prevents.
     *
     * @param queueUrl the queue
     * @param entries the messages, in order
     * @return how each ended; what {@link SqsBatches#send} throws, the future fails with
     */
    public CompletableFuture<BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>> send(
            String queueUrl, List<SendMessageBatchRequestEntry> entries) {
        return SqsOperations.send(queueUrl)
                .asyncRequests(retry, client::sendMessageBatch)
                .send(entries);
    }

    /**
     * Sends messages to a FIFO queue so that none overtakes an earlier one of its group, as
     * {@link SqsBatches#sendInOrder} does: a group of n messages takes n requests.
     *
     * @param queueUrl the queue
     * @param entries the messages, in order; each has a {@code messageGroupId}
     * @return how each ended; what {@link SqsBatches#send} throws, the future fails with
     */
    public CompletableFuture<BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry>> sendInOrder(
            String queueUrl, List<SendMessageBatchRequestEntry> entries) {
        return SqsOperations.send(queueUrl)
                .asyncRequests(retry, client::sendMessageBatch)
                .sendInOrder(entries, SqsOperations::group);
    }

    /**
     * Deletes messages. A message whose handle is not valid any more is given up.
     *
     * @param queueUrl the queue
     * @param entries the messages
     * @return how each ended; what {@link SqsBatches#send} throws, the future fails with
     */
    public CompletableFuture<BatchResult<DeleteMessageBatchRequestEntry, DeleteMessageBatchResultEntry>> delete(
            String queueUrl, List<DeleteMessageBatchRequestEntry> entries) {
        return SqsOperations.delete(queueUrl)
                .asyncRequests(retry, client::deleteMessageBatch)
                .send(entries);
    }

    /**
     * Changes for how long messages are hidden, from now on.
     *
     * @param queueUrl the queue
     * @param entries the messages and their time-outs, in seconds from 0 to 43200
     * @return how each ended; what {@link SqsBatches#send} throws, the future fails with
     */
    public CompletableFuture<
                    BatchResult<ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchResultEntry>>
            changeVisibility(String queueUrl, List<ChangeMessageVisibilityBatchRequestEntry> entries) {
        return SqsOperations.changeVisibility(queueUrl)
                .asyncRequests(retry, client::changeMessageVisibilityBatch)
                .send(entries);
    }

    /**
     * Receives messages. The attempts of a receive from a FIFO queue get the same messages if the request has a {@code
     * receiveRequestAttemptId}.
     *
     * @param request what to receive
     * @return the messages; none where the wait was over before one came. What {@link SqsBatches#receive} throws, the
     *     future fails with
     */
    public CompletableFuture<List<Message>> receive(ReceiveMessageRequest request) {
        return AsyncRequests.answer(
                retry, SqsOperations.once(request), client::receiveMessage, ReceiveMessageResponse::messages);
    }
}
