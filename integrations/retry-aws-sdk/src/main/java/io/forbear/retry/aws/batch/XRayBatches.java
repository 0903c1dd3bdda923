package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.xray.XRayClient;
import software.amazon.awssdk.services.xray.model.BatchGetTracesResponse;
import software.amazon.awssdk.services.xray.model.PutTraceSegmentsResponse;
import software.amazon.awssdk.services.xray.model.Trace;
import software.amazon.awssdk.services.xray.model.UnprocessedTraceSegment;

/**
 * Sends segments of traces to X-Ray in batches, and reads traces, five in a request. The service names segments and
 * traces that it did not process by their ids. Its model has no limit on a batch of segments; 50 segments and 1 MiB are
 * sent in a request here.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class XRayBatches {

    static final int MOST_SEGMENTS = 50;
    private static final long MOST_BYTES = 1 << 20;
    private static final int MOST_TRACES = 5;

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
        for (UnprocessedTraceSegment failed : answer.unprocessedTraceSegments()) {
            told.add(idOf(failed, segments), Answers.failure("xray", failed.errorCode(), failed.message()));
        }
        return Answers.byKey(told, segments, Segment::id, ItemOutcome.success(null));
    }

    /** A document that cannot be read has no id that the service could name. */
    private static String idOf(UnprocessedTraceSegment failed, List<Segment> segments) {
        if (failed.id() != null) {
            return failed.id();
        }
        if (segments.size() > 1) {
            throw new UnfitAnswerException(
                    failed.errorCode() + " without an id: " + failed.message(),
                    "the id of each segment that was not processed");
        }
        return segments.get(0).id();
    }

    /**
     * Reads traces.
     *
     * @param traceIds their ids
     * @return the trace of each id, {@code null} where there is none
     * @throws io.forbear.retry.CallRefusedException as {@link #put} throws it
     * @throws IllegalStateException as {@link #put} throws it
     */
    public BatchResult<String, @Nullable Trace> getTraces(List<String> traceIds) {
        BatchLimits<String> limits = BatchLimits.<String>ofCount(MOST_TRACES).distinctBy(Function.identity());
        return new Requests<String, @Nullable Trace>(retry, limits, this::getOnce).send(traceIds);
    }

    private BatchOutcome<String, @Nullable Trace> getOnce(List<String> traceIds) {
        Map<String, Trace> found = new HashMap<>();
        Set<String> unprocessed = new HashSet<>();
        String page = null;
        do {
            BatchGetTracesResponse answer = ask(traceIds, page);
            answer.traces().forEach(trace -> found.put(trace.id(), trace));
            unprocessed.addAll(answer.unprocessedTraceIds());
            page = answer.nextToken();
        } while (page != null);
        return BatchOutcome.results(found, unprocessed);
    }

    private BatchGetTracesResponse ask(List<String> traceIds, @Nullable String page) {
        return client.batchGetTraces(r -> r.traceIds(traceIds).nextToken(page).overrideConfiguration(Answers.ONCE));
    }
}
