package io.forbear.retry.aws.consumer;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers a batch of SQS in a function of Lambda, so that only messages that failed come again. The event source
 * mapping must have {@code ReportBatchItemFailures}; without it Lambda deletes the whole batch.
 *
 * <pre>{@code
 * public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
 *     return SqsEvents.handle(event, message -> store(message.getBody()));
 * }
 * }</pre>
 *
 * <p>A message that comes again is hidden for the time-out of the queue first. An {@link Error} of a handler ends the
 * function, and the whole batch comes again.
 *
 * @since 0.1
 */
public final class SqsEvents {

    private SqsEvents() {}

    /**
     * Handles the messages of an event in order: all of them for a standard queue, up to the first failure for a FIFO
     * queue.
     *
     * @param event the event
     * @param handler handles a message
     * @return the messages that come again
     */
    public static SQSBatchResponse handle(SQSEvent event, RecordHandler<? super SQSMessage> handler) {
        boolean fifo = messages(event).stream().anyMatch(SqsEvents::isOfFifoQueue);
        return handle(event, handler, fifo ? AfterFailure.STOP : AfterFailure.GO_ON);
    }

    /**
     * Handles the messages of an event in order.
     *
     * @param event the event
     * @param handler handles a message
     * @param afterFailure what becomes of the rest after one has failed
     * @return the messages that come again
     */
    public static SQSBatchResponse handle(
            SQSEvent event, RecordHandler<? super SQSMessage> handler, AfterFailure afterFailure) {
        return response(PartialBatch.handle(
                messages(event), handler, afterFailure, SQSMessage::getMessageId, SqsEvents::group));
    }

    /**
     * Returns the answer for a batch that was handled otherwise.
     *
     * @param done what comes again
     * @return an answer that names each of these messages
     * @throws IllegalStateException if one of them has no id: Lambda is to see the whole batch as failed
     */
    public static SQSBatchResponse response(PartialBatch<SQSMessage> done) {
        return new SQSBatchResponse(done.identifiers(SQSMessage::getMessageId).stream()
                .map(BatchItemFailure::new)
                .toList());
    }

    private static List<SQSMessage> messages(SQSEvent event) {
        return event.getRecords() == null ? List.of() : event.getRecords();
    }

    private static boolean isOfFifoQueue(SQSMessage message) {
        String source = message.getEventSourceArn();
        return source != null && source.endsWith(".fifo") || group(message) != null;
    }

    private static @Nullable String group(SQSMessage message) {
        Map<String, String> attributes = message.getAttributes();
        return attributes == null ? null : attributes.get("MessageGroupId");
    }
}
