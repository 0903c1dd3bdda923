package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/** The operations of SQS on batches: requests and what their answers say. The service answers by id. */
final class SqsOperations {

    private static final int MOST_ENTRIES = 10;
    private static final long MOST_BYTES = 1 << 20;

    /** What the messages of a standard queue have: no order. */
    private static final String NO_GROUP = "";

    private SqsOperations() {}

    static ServiceOperation<
                    SendMessageBatchRequestEntry,
                    SendMessageBatchRequest,
                    SendMessageBatchResponse,
                    SendMessageBatchResultEntry>
            send(String queueUrl) {
        Objects.requireNonNull(queueUrl, "queueUrl");
        return new ServiceOperation<>(
                sendLimits(),
                entries -> SendMessageBatchRequest.builder()
                        .queueUrl(queueUrl)
                        .entries(entries)
                        .overrideConfiguration(Answers.ONCE)
                        .build(),
                (answer, entries) -> {
                    Answers.Keyed<SendMessageBatchResultEntry> told = new Answers.Keyed<>();
                    answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
                    return read(told, answer.failed(), entries, SendMessageBatchRequestEntry::id);
                });
    }

    static ServiceOperation<
                    DeleteMessageBatchRequestEntry,
                    DeleteMessageBatchRequest,
                    DeleteMessageBatchResponse,
                    DeleteMessageBatchResultEntry>
            delete(String queueUrl) {
        Objects.requireNonNull(queueUrl, "queueUrl");
        return new ServiceOperation<>(
                BatchLimits.<DeleteMessageBatchRequestEntry>ofCount(MOST_ENTRIES)
                        .distinctBy(DeleteMessageBatchRequestEntry::id),
                entries -> DeleteMessageBatchRequest.builder()
                        .queueUrl(queueUrl)
                        .entries(entries)
                        .overrideConfiguration(Answers.ONCE)
                        .build(),
                (answer, entries) -> {
                    Answers.Keyed<DeleteMessageBatchResultEntry> told = new Answers.Keyed<>();
                    answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
                    return read(told, answer.failed(), entries, DeleteMessageBatchRequestEntry::id);
                });
    }

    static ServiceOperation<
                    ChangeMessageVisibilityBatchRequestEntry,
                    ChangeMessageVisibilityBatchRequest,
                    ChangeMessageVisibilityBatchResponse,
                    ChangeMessageVisibilityBatchResultEntry>
            changeVisibility(String queueUrl) {
        Objects.requireNonNull(queueUrl, "queueUrl");
        return new ServiceOperation<>(
                BatchLimits.<ChangeMessageVisibilityBatchRequestEntry>ofCount(MOST_ENTRIES)
                        .distinctBy(ChangeMessageVisibilityBatchRequestEntry::id),
                entries -> ChangeMessageVisibilityBatchRequest.builder()
                        .queueUrl(queueUrl)
                        .entries(entries)
                        .overrideConfiguration(Answers.ONCE)
                        .build(),
                (answer, entries) -> {
                    Answers.Keyed<ChangeMessageVisibilityBatchResultEntry> told = new Answers.Keyed<>();
                    answer.successful().forEach(entry -> told.add(entry.id(), ItemOutcome.success(entry)));
                    return read(told, answer.failed(), entries, ChangeMessageVisibilityBatchRequestEntry::id);
                });
    }

    static ReceiveMessageRequest once(ReceiveMessageRequest request) {
        return request.toBuilder().overrideConfiguration(Answers.ONCE).build();
    }

    private static <I, T> BatchOutcome<I, T> read(
            Answers.Keyed<T> told, List<BatchResultErrorEntry> failed, List<I> items, Function<I, String> id) {
        for (BatchResultErrorEntry entry : failed) {
            boolean senderFault = Boolean.TRUE.equals(entry.senderFault());
            told.add(entry.id(), Answers.failure("sqs", entry.code(), entry.message(), senderFault));
        }
        return Answers.byKey(told, items, id, null);
    }

    static Set<String> brokenGroups(BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> result) {
        Set<String> broken = Order.brokenGroups(result, sendLimits(), SqsOperations::group);
        broken.remove(NO_GROUP);
        return broken;
    }

    private static BatchLimits<SendMessageBatchRequestEntry> sendLimits() {
        return BatchLimits.of(MOST_ENTRIES, MOST_BYTES, SqsOperations::bytes)
                .distinctBy(SendMessageBatchRequestEntry::id);
    }

    static String group(SendMessageBatchRequestEntry entry) {
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
