package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
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

    static final int MOST_ENTRIES = 10;
    static final long MOST_BYTES = 1 << 20;
    private static final String SERVICE = "sqs";

    /** What the messages of a standard queue have: no order. */
    private static final String NO_GROUP = "";

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
        return sending(queueUrl).send(entries);
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
        return sending(queueUrl).sendInOrder(entries, SqsBatches::group);
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
        Set<String> broken = Order.brokenGroups(result, sendLimits(), SqsBatches::group);
        broken.remove(NO_GROUP);
        return broken;
    }

    private Requests<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sending(String queueUrl) {
        Objects.requireNonNull(queueUrl, "queueUrl");
        return new Requests<>(retry, sendLimits(), entries -> {
            SendMessageBatchResponse answer = client.sendMessageBatch(
                    r -> r.queueUrl(queueUrl).entries(entries).overrideConfiguration(Answers.ONCE));
            Answers.Keyed<SendMessageBatchResultEntry> told = new Answers.Keyed<>();
            answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
            return read(told, answer.failed(), entries, SendMessageBatchRequestEntry::id);
        });
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
        Objects.requireNonNull(queueUrl, "queueUrl");
        BatchLimits<DeleteMessageBatchRequestEntry> limits = BatchLimits.<DeleteMessageBatchRequestEntry>ofCount(
                        MOST_ENTRIES)
                .distinctBy(DeleteMessageBatchRequestEntry::id);
        return new Requests<DeleteMessageBatchRequestEntry, DeleteMessageBatchResultEntry>(retry, limits, left -> {
                    DeleteMessageBatchResponse answer = client.deleteMessageBatch(
                            r -> r.queueUrl(queueUrl).entries(left).overrideConfiguration(Answers.ONCE));
                    Answers.Keyed<DeleteMessageBatchResultEntry> told = new Answers.Keyed<>();
                    answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
                    return read(told, answer.failed(), left, DeleteMessageBatchRequestEntry::id);
                })
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
        Objects.requireNonNull(queueUrl, "queueUrl");
        BatchLimits<ChangeMessageVisibilityBatchRequestEntry> limits =
                BatchLimits.<ChangeMessageVisibilityBatchRequestEntry>ofCount(MOST_ENTRIES)
                        .distinctBy(ChangeMessageVisibilityBatchRequestEntry::id);
        return new Requests<ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchResultEntry>(
                        retry, limits, left -> {
                            ChangeMessageVisibilityBatchResponse answer = client.changeMessageVisibilityBatch(
                                    r -> r.queueUrl(queueUrl).entries(left).overrideConfiguration(Answers.ONCE));
                            Answers.Keyed<ChangeMessageVisibilityBatchResultEntry> told = new Answers.Keyed<>();
                            answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
                            return read(told, answer.failed(), left, ChangeMessageVisibilityBatchRequestEntry::id);
                        })
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
        ReceiveMessageRequest once =
                request.toBuilder().overrideConfiguration(Answers.ONCE).build();
        return Requests.answer(retry, once, client::receiveMessage).messages();
    }

    private static <I, T> BatchOutcome<I, T> read(
            Answers.Keyed<T> told, List<BatchResultErrorEntry> failed, List<I> items, Function<I, String> id) {
        for (BatchResultErrorEntry entry : failed) {
            boolean senderFault = Boolean.TRUE.equals(entry.senderFault());
            told.add(entry.id(), Answers.failure(SERVICE, entry.code(), entry.message(), senderFault));
        }
        return Answers.byKey(told, items, id, null);
    }

    private static BatchLimits<SendMessageBatchRequestEntry> sendLimits() {
        return BatchLimits.of(MOST_ENTRIES, MOST_BYTES, SqsBatches::bytes).distinctBy(SendMessageBatchRequestEntry::id);
    }

    private static String group(SendMessageBatchRequestEntry entry) {
        return entry.messageGroupId() == null ? NO_GROUP : entry.messageGroupId();
    }

    /** Body and attributes count: name, type and value of each. System attributes do not count. */
    static long bytes(SendMessageBatchRequestEntry entry) {
        long size = utf8(entry.messageBody());
        for (Map.Entry<String, MessageAttributeValue> one :
                entry.messageAttributes().entrySet()) {
            MessageAttributeValue value = one.getValue();
            size += utf8(one.getKey()) + utf8(value.dataType()) + utf8(value.stringValue());
            size += BatchLimits.size(value.binaryValue());
        }
        return size;
    }
}
