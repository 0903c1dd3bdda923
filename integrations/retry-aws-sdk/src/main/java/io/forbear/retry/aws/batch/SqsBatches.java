package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Sends, deletes and hides messages of SQS in batches: 10 entries and 1 MiB in a request, entries with the same id in
 * different ones. Of an entry that failed, the service says whether the sender was at fault: it goes again if not, and
 * if its code is a throttle.
 *
 * <pre>{@code
 * BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sent =
 *         SqsBatches.of(sqs, retry).send(queueUrl, entries);
 * keepForLater(sent.failedItems());
 * }</pre>
 *
 * <p>To a FIFO queue, give each entry its deduplication id, or let the queue make it of the content: a retry then adds
 * no duplicate within 5 minutes.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class SqsBatches {

    private final SqsClient client;
    private final Retry retry;

    private SqsBatches(SqsClient client, Retry retry) {
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
    public static SqsBatches of(SqsClient client, Retry retry) {
        return new SqsBatches(client, retry);
    }

    /**
     * Sends messages. Requests are filled in the order of the entries. In a FIFO queue an entry may be overtaken by
     * later ones of its group while it is sent again, which {@link #brokenGroups} tells and {@link #sendInOrder}
     * prevents.
     *
     * @param queueUrl the queue
     * @param entries the messages, in order
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its entries
     */
    public BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> send(
            String queueUrl, List<SendMessageBatchRequestEntry> entries) {
        return SqsOperations.send(queueUrl)
                .requests(retry, client::sendMessageBatch)
                .send(entries);
    }

    /**
     * Sends messages to a FIFO queue so that none overtakes an earlier one of its group: a request has one entry of a
     * group at most, and the next one follows after that has succeeded. If one fails for good, the later ones of its
     * group are not sent; they fail with the failure of that one and 0 attempts. A group of n messages takes n
     * requests.
     *
     * @param queueUrl the queue
     * @param entries the messages, in order; each has a {@code messageGroupId}
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #send} throws it
     * @throws IllegalStateException as {@link #send} throws it
     */
    public BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sendInOrder(
            String queueUrl, List<SendMessageBatchRequestEntry> entries) {
        return SqsOperations.send(queueUrl)
                .requests(retry, client::sendMessageBatch)
                .sendInOrder(entries, SqsOperations::group);
    }

    /**
     * Returns the message groups whose order {@link #send} could not keep: a message was accepted before an earlier one
     * of its group, or without it. It cannot be mended, since the queue has the later one already.
     *
     * @param result what {@link #send} returned
     * @return the ids of the groups, in the order of the entries; empty where the order was kept
     */
    public static Set<String> brokenGroups(
            BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> result) {
        return SqsOperations.brokenGroups(result);
    }

    /**
     * Deletes messages. A message whose handle is not valid any more is given up.
     *
     * @param queueUrl the queue
     * @param entries the messages
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #send} throws it
     * @throws IllegalStateException as {@link #send} throws it
     */
    public BatchResult<DeleteMessageBatchRequestEntry, DeleteMessageBatchResultEntry> delete(
            String queueUrl, List<DeleteMessageBatchRequestEntry> entries) {
        return SqsOperations.delete(queueUrl)
                .requests(retry, client::deleteMessageBatch)
                .send(entries);
    }

    /**
     * Changes for how long messages are hidden, from now on.
     *
     * @param queueUrl the queue
     * @param entries the messages and their time-outs, in seconds from 0 to 43200
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #send} throws it
     * @throws IllegalStateException as {@link #send} throws it
     */
    public BatchResult<ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchResultEntry>
            changeVisibility(String queueUrl, List<ChangeMessageVisibilityBatchRequestEntry> entries) {
        return SqsOperations.changeVisibility(queueUrl)
                .requests(retry, client::changeMessageVisibilityBatch)
                .send(entries);
    }

    /**
     * Receives messages. The attempts of a receive from a FIFO queue get the same messages if the request has a {@code
     * receiveRequestAttemptId}.
     *
     * @param request what to receive
     * @return the messages; none where the wait was over before one came
     * @throws software.amazon.awssdk.core.exception.SdkException the failure of the last attempt
     * @throws io.forbear.retry.CallRefusedException if the first attempt was refused
     */
    public List<Message> receive(ReceiveMessageRequest request) {
        return Requests.answer(retry, SqsOperations.once(request), client::receiveMessage)
                .messages();
    }
}
