package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.ItemOutcome;
import java.util.Objects;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** The operation of Kinesis on batches: requests and what their answers say. The service answers by position. */
final class KinesisOperations {

    private static final int MOST_RECORDS = 500;
    private static final long MOST_BYTES = 10 << 20;

    private KinesisOperations() {}

    static ServiceOperation<PutRecordsRequestEntry, PutRecordsRequest, PutRecordsResponse, PutRecordsResultEntry> put(
            String stream) {
        Objects.requireNonNull(stream, "stream");
        return new ServiceOperation<>(
                limits(),
                records -> PutRecordsRequest.builder()
                        .streamName(stream)
                        .records(records)
                        .overrideConfiguration(Answers.ONCE)
                        .build(),
                (answer, records) -> Answers.byPosition(
                        answer.records(),
                        told -> told.errorCode() == null
                                ? ItemOutcome.success(told)
                                : Answers.failure("kinesis", told.errorCode(), told.errorMessage())));
    }

    static BatchLimits<PutRecordsRequestEntry> limits() {
        return BatchLimits.of(MOST_RECORDS, MOST_BYTES, KinesisOperations::bytes);
    }

    static String key(PutRecordsRequestEntry record) {
        String key = record.explicitHashKey() == null ? record.partitionKey() : record.explicitHashKey();
        return key == null ? "" : key;
    }

    static long bytes(PutRecordsRequestEntry record) {
        return BatchLimits.size(record.data()) + utf8(record.partitionKey());
    }
}
