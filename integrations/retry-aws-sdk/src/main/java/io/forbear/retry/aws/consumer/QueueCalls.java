package io.forbear.retry.aws.consumer;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.batch.SqsBatches;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The requests of a consumer to its queues, each by its {@code Retry}. */
final class QueueCalls {

    /** A message and for how long to hide it, in seconds. */
    record Hide(InFlight received, int seconds) {}

    private final String queueUrl;
    private final SqsBatches batches;
    private volatile boolean cut;

    QueueCalls(SqsClient client, String queueUrl, Retry retry) {
        this.queueUrl = queueUrl;
        this.batches = SqsBatches.of(client, retry);
    }

    /** From now on nothing reaches the queue. */
    void cut() {
        cut = true;
    }

    List<Message> receive(ReceiveMessageRequest request) {
        return batches.receive(request);
    }

    BatchResult<DeleteMessageBatchRequestEntry, DeleteMessageBatchResultEntry> delete(List<InFlight> done) {
        List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>(done.size());
        for (InFlight one : done) {
            entries.add(DeleteMessageBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(one.message().receiptHandle())
                    .build());
        }
        return batches.delete(queueUrl, cut ? List.of() : entries);
    }

    BatchResult<ChangeMessageVisibilityBatchRequestEntry, ChangeMessageVisibilityBatchResultEntry> hide(
            List<Hide> changes) {
        List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>(changes.size());
        for (Hide one : changes) {
            entries.add(ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(one.received().message().receiptHandle())
                    .visibilityTimeout(one.seconds())
                    .build());
        }
        return batches.changeVisibility(queueUrl, cut ? List.of() : entries);
    }

    /** Copies a message to another queue. Returns whether it is there. */
    boolean copyTo(String otherQueueUrl, Message message) {
        SendMessageBatchRequestEntry.Builder copy = SendMessageBatchRequestEntry.builder()
                .id("0")
                .messageBody(message.body())
                .messageAttributes(message.messageAttributes());
        if (otherQueueUrl.endsWith(".fifo")) {
            copy.messageGroupId(message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID));
            copy.messageDeduplicationId(message.messageId());
        }
        return !cut && batches.send(otherQueueUrl, List.of(copy.build())).isComplete();
    }
}
