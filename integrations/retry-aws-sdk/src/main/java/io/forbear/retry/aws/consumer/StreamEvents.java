package io.forbear.retry.aws.consumer;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import java.util.List;

/**
 * Answers a batch of a stream, of Kinesis or of DynamoDB, in a function of Lambda: records are handled in order up to
 * the first that fails, whose sequence number is the checkpoint. It and all after it come again. The event source
 * mapping must have {@code ReportBatchItemFailures}; how often they come again, and what becomes of a record that never
 * succeeds, is said there too.
 *
 * <pre>{@code
 * public StreamsEventResponse handleRequest(KinesisEvent event, Context context) {
 *     return StreamEvents.handle(event, record -> store(record.getKinesis().getData()));
 * }
 * }</pre>
 *
 * @since 0.1
 */
public final class StreamEvents {

    private StreamEvents() {}

    /**
     * Handles the records of an event of Kinesis.
     *
     * @param event the event
     * @param handler handles a record
     * @return the sequence number of the first record that failed, or nothing
     */
    public static StreamsEventResponse handle(KinesisEvent event, RecordHandler<? super KinesisEventRecord> handler) {
        List<KinesisEventRecord> records = event.getRecords() == null ? List.of() : event.getRecords();
        return ofKinesis(PartialBatch.handle(records, handler, AfterFailure.STOP, StreamEvents::number, record -> ""));
    }

    /**
     * Handles the records of an event of a stream of DynamoDB.
     *
     * @param event the event
     * @param handler handles a record
     * @return the sequence number of the first record that failed, or nothing
     */
    public static StreamsEventResponse handle(
            DynamodbEvent event, RecordHandler<? super DynamodbStreamRecord> handler) {
        List<DynamodbStreamRecord> records = event.getRecords() == null ? List.of() : event.getRecords();
        return ofDynamoDb(PartialBatch.handle(records, handler, AfterFailure.STOP, StreamEvents::number, record -> ""));
    }

    /**
     * Returns the answer for a batch of Kinesis that was handled otherwise, such as by {@link PartialBatch#bisect}.
     *
     * @param done what comes again
     * @return an answer that names the first of these records, which is enough
     * @throws IllegalStateException if it has no sequence number: Lambda is to see the whole batch as failed
     */
    public static StreamsEventResponse ofKinesis(PartialBatch<KinesisEventRecord> done) {
        return response(done.identifiers(StreamEvents::number));
    }

    /**
     * Returns the answer for a batch of a stream of DynamoDB that was handled otherwise.
     *
     * @param done what comes again
     * @return an answer that names the first of these records, which is enough
     * @throws IllegalStateException if it has no sequence number: Lambda is to see the whole batch as failed
     */
    public static StreamsEventResponse ofDynamoDb(PartialBatch<DynamodbStreamRecord> done) {
        return response(done.identifiers(StreamEvents::number));
    }

    private static StreamsEventResponse response(List<String> identifiers) {
        return new StreamsEventResponse(
                identifiers.stream().limit(1).map(BatchItemFailure::new).toList());
    }

    private static String number(KinesisEventRecord record) {
        return record.getKinesis().getSequenceNumber();
    }

    private static String number(DynamodbStreamRecord record) {
        return record.getDynamodb().getSequenceNumber();
    }
}
