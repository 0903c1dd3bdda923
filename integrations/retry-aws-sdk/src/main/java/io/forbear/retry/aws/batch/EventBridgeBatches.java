package io.forbear.retry.aws.batch;

import static io.forbear.retry.aws.batch.BatchLimits.utf8;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.Retry;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;
import software.amazon.awssdk.services.eventbridge.model.PutTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.RemoveTargetsResponse;
import software.amazon.awssdk.services.eventbridge.model.Target;

/**
 * Puts events on a bus of EventBridge in batches, 10 events and less than 256 KiB in a request, and targets of a rule,
 * 100 in a request. The service answers events by position and targets by id. A throttle and a failure inside the
 * service go again; of targets, a modification at the same time too.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class EventBridgeBatches {

    static final int MOST_EVENTS = 10;
    static final long MOST_BYTES = (256 << 10) - 1; // a request has less than 256 KiB
    private static final int BYTES_OF_TIME = 14;
    private static final int MOST_TARGETS = 100;
    private static final String SERVICE = "eventbridge";

    private final EventBridgeClient client;
    private final Retry retry;

    private EventBridgeBatches(EventBridgeClient client, Retry retry) {
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
    public static EventBridgeBatches of(EventBridgeClient client, Retry retry) {
        return new EventBridgeBatches(client, retry);
    }

    /**
     * Puts events.
     *
     * @param events the events, in order
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException if the first request was refused: nothing was sent
     * @throws IllegalStateException if the answer to the first request does not fit it; that of a later one is the
     *     failure of its entries
     */
    public BatchResult<PutEventsRequestEntry, PutEventsResultEntry> putEvents(List<PutEventsRequestEntry> events) {
        BatchLimits<PutEventsRequestEntry> limits = BatchLimits.of(MOST_EVENTS, MOST_BYTES, EventBridgeBatches::bytes);
        return new Requests<PutEventsRequestEntry, PutEventsResultEntry>(retry, limits, left -> {
                    PutEventsResponse answer =
                            client.putEvents(r -> r.entries(left).overrideConfiguration(Answers.ONCE));
                    return Answers.byPosition(
                            answer.entries(),
                            told -> told.errorCode() == null
                                    ? ItemOutcome.success(told)
                                    : Answers.failure(SERVICE, told.errorCode(), told.errorMessage()));
                })
                .send(events);
    }

    /**
     * Adds targets to a rule.
     *
     * @param eventBus the name of the bus, {@code null} for the default one
     * @param rule the name of the rule
     * @param targets the targets
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #putEvents} throws it
     * @throws IllegalStateException as {@link #putEvents} throws it
     */
    public BatchResult<Target, @Nullable Void> putTargets(
            @Nullable String eventBus, String rule, List<Target> targets) {
        Objects.requireNonNull(rule, "rule");
        return targets(Target::id, left -> {
                    PutTargetsResponse answer = client.putTargets(r ->
                            r.eventBusName(eventBus).rule(rule).targets(left).overrideConfiguration(Answers.ONCE));
                    Answers.Keyed<@Nullable Void> told = new Answers.Keyed<>();
                    answer.failedEntries()
                            .forEach(failed -> told.add(
                                    failed.targetId(),
                                    Answers.failure(SERVICE, failed.errorCode(), failed.errorMessage())));
                    return told;
                })
                .send(targets);
    }

    /**
     * Removes targets from a rule.
     *
     * @param eventBus the name of the bus, {@code null} for the default one
     * @param rule the name of the rule
     * @param ids the ids of the targets
     * @return how each ended
     * @throws io.forbear.retry.CallRefusedException as {@link #putEvents} throws it
     * @throws IllegalStateException as {@link #putEvents} throws it
     */
    public BatchResult<String, @Nullable Void> removeTargets(@Nullable String eventBus, String rule, List<String> ids) {
        Objects.requireNonNull(rule, "rule");
        return targets(Function.<String>identity(), left -> {
                    RemoveTargetsResponse answer = client.removeTargets(
                            r -> r.eventBusName(eventBus).rule(rule).ids(left).overrideConfiguration(Answers.ONCE));
                    Answers.Keyed<@Nullable Void> told = new Answers.Keyed<>();
                    answer.failedEntries()
                            .forEach(failed -> told.add(
                                    failed.targetId(),
                                    Answers.failure(SERVICE, failed.errorCode(), failed.errorMessage())));
                    return told;
                })
                .send(ids);
    }

    private <I> Requests<I, @Nullable Void> targets(
            Function<I, String> id, Function<List<I>, Answers.Keyed<@Nullable Void>> request) {
        BatchLimits<I> limits = BatchLimits.<I>ofCount(MOST_TARGETS).distinctBy(id);
        return new Requests<I, @Nullable Void>(retry, limits, new OfTargets<>(id, request)::once);
    }

    /** A request whose answer names the targets that failed. */
    private record OfTargets<I>(Function<I, String> id, Function<List<I>, Answers.Keyed<@Nullable Void>> request) {

        BatchOutcome<I, @Nullable Void> once(List<I> left) {
            return Answers.byKey(request.apply(left), left, id, ItemOutcome.success(null));
        }
    }

    /** Detail, source, detail type and resources count, and 14 bytes for a time. */
    static long bytes(PutEventsRequestEntry event) {
        long size = event.time() == null ? 0 : BYTES_OF_TIME;
        size += utf8(event.source()) + utf8(event.detailType()) + utf8(event.detail());
        for (String resource : event.resources()) {
            size += utf8(resource);
        }
        return size;
    }
}
