package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponse;
import software.amazon.awssdk.services.firehose.model.PutRecordBatchResponseEntry;
import software.amazon.awssdk.services.firehose.model.Record;

/**
 * Puts records into a delivery stream of Firehose in batches: 500 records and 4 MiB in a request. The service answers
 * by position. A record that failed inside the service may have been written: the destination may get it twice.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class FirehoseBatches {

    static final int MOST_RECORDS = 500;
    static final long MOST_BYTES = 4 << 20;

    private final FirehoseClient client;
    private final Retry retry;

    private FirehoseBatches(FirehoseClient client, Retry retry) {
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
    public static FirehoseBatches of(FirehoseClient client, Retry retry) {
        return new FirehoseBatches(client, retry);
    }

    /**
     * Puts records.
     *
     * @param deliveryStream the name of the delivery stream
     * @param records the records, in order
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its records
     */
    public BatchResult<Record, PutRecordBatchResponseEntry> put(String deliveryStream, List<Record> records) {
        Objects.requireNonNull(deliveryStream, "deliveryStream");
        BatchLimits<Record> limits =
                BatchLimits.of(MOST_RECORDS, MOST_BYTES, record -> BatchLimits.size(record.data()));
        return new Requests<Record, PutRecordBatchResponseEntry>(retry, limits, left -> {
                    PutRecordBatchResponse answer = client.putRecordBatch(r ->
                            r.deliveryStreamName(deliveryStream).records(left).overrideConfiguration(Answers.ONCE));
                    return Answers.byPosition(
                            answer.requestResponses(),
                            told -> told.errorCode() == null
                                    ? ItemOutcome.success(told)
                                    : Answers.failure("firehose", told.errorCode(), told.errorMessage()));
                })
                .send(records);
    }
}
