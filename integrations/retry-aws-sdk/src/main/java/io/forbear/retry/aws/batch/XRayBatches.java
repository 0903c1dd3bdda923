package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.xray.XRayClient;
import software.amazon.awssdk.services.xray.model.PutTraceSegmentsResponse;

/**
 * Sends segments of traces to X-Ray in batches. The service names those that it did not process by their ids. Its model
 * has no limit on a batch; 50 segments and 1 MiB are sent in a request here.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class XRayBatches {

    static final int MOST_SEGMENTS = 50;
    private static final long MOST_BYTES = 1 << 20;

    private final XRayClient client;
    private final Retry retry;

    /**
     * A segment.
     *
     * @param id the id that its document has
     * @param document JSON
     * @since 0.1
     */
    public record Segment(String id, String document) {
        /**
         * Makes a segment.
         *
         * @param id the id that its document has
         * @param document JSON
         */
        public Segment {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(document, "document");
        }
    }

    private XRayBatches(XRayClient client, Retry retry) {
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
    public static XRayBatches of(XRayClient client, Retry retry) {
        return new XRayBatches(client, retry);
    }

    /**
     * Sends segments. Those with the same id go in different requests.
     *
     * @param segments the segments, in order
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its segments
     */
    public BatchResult<Segment, @Nullable Void> put(List<Segment> segments) {
        BatchLimits<Segment> limits = BatchLimits.<Segment>of(
                        MOST_SEGMENTS, MOST_BYTES, segment -> utf8(segment.document()))
                .distinctBy(Segment::id);
        return new Requests<Segment, @Nullable Void>(retry, limits, this::putOnce).send(segments);
    }

    private BatchOutcome<Segment, @Nullable Void> putOnce(List<Segment> segments) {
        PutTraceSegmentsResponse answer = client.putTraceSegments(r -> r.traceSegmentDocuments(
                        segments.stream().map(Segment::document).toList())
                .overrideConfiguration(Answers.ONCE));
        Answers.Keyed<@Nullable Void> told = new Answers.Keyed<>();
        answer.unprocessedTraceSegments()
                .forEach(
                        failed -> told.add(failed.id(), Answers.failure("xray", failed.errorCode(), failed.message())));
        return Answers.byKey(told, segments, Segment::id, ItemOutcome.success(null));
    }
}
