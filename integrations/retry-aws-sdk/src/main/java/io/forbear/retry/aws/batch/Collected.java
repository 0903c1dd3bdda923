package io.forbear.retry.aws.batch;

import io.forbear.retry.BatchResult;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.ItemResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The results of several requests, put together as one result in the order of the entries. */
final class Collected<I, T extends @Nullable Object> {

    private static final Classification NOT_SENT =
            Classification.of(ErrorCategory.TRANSIENT).notExecuted();

    /** What an answer that does not fit its request is: nobody knows what was done. */
    static final Classification UNKNOWN =
            Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable();

    private final String service;
    private final List<I> items;
    private final @Nullable ItemResult<I, T>[] results;
    private boolean empty = true;
    private int attempts;
    private @Nullable StopReason stopReason;

    @SuppressWarnings("unchecked")
    Collected(String service, List<? extends I> items) {
        this.service = service;
        this.items = Collections.unmodifiableList(new ArrayList<>(items));
        for (I item : this.items) {
            Objects.requireNonNull(item, "items");
        }
        this.results = (ItemResult<I, T>[]) new ItemResult<?, ?>[this.items.size()];
    }

    List<I> items() {
        return items;
    }

    boolean isEmpty() {
        return empty;
    }

    ItemResult<I, T> at(int position) {
        return Objects.requireNonNull(results[position], "result");
    }

    /** Takes the result of a request whose entries stand at these positions. */
    void add(int[] positions, BatchResult<I, T> part) {
        empty = false;
        attempts = Math.max(attempts, part.attempts());
        stopReason = part.stopReason().orElse(stopReason);
        for (int i = 0; i < positions.length; i++) {
            results[positions[i]] = moved(part.items().get(i), positions[i]);
        }
    }

    private ItemResult<I, T> moved(ItemResult<I, T> end, int position) {
        if (end instanceof ItemResult.Success<I, T> success) {
            return new ItemResult.Success<>(success.item(), position, success.attempts(), success.value());
        }
        ItemResult.Failure<I, T> failure = (ItemResult.Failure<I, T>) end;
        return new ItemResult.Failure<>(
                failure.item(),
                position,
                failure.attempts(),
                failure.reason(),
                failure.classification(),
                failure.failure(),
                failure.value());
    }

    /** A request that was refused, or whose answer did not fit it, after others had been sent. */
    void failed(int[] positions, RuntimeException thrown) {
        boolean refused = thrown instanceof CallRefusedException;
        StopReason reason = refused ? ((CallRefusedException) thrown).reason() : StopReason.NOT_RETRYABLE;
        for (int position : positions) {
            fail(position, refused ? 0 : 1, reason, refused ? NOT_SENT : UNKNOWN, thrown);
        }
    }

    /** An entry that was not sent, since one of its group that stood before it has failed. */
    void notSent(int position, ItemResult.Failure<I, T> before) {
        fail(position, 0, before.reason(), before.classification(), before.failure());
    }

    @SuppressWarnings("NullAway") // no value: T may be null, which the type of a failure's value cannot say
    private void fail(int position, int made, StopReason reason, Classification found, @Nullable Throwable failure) {
        stopReason = reason;
        results[position] = new ItemResult.Failure<>(items.get(position), position, made, reason, found, failure, null);
    }

    BatchResult<I, T> result() {
        List<ItemResult<I, T>> all = new ArrayList<>(results.length);
        for (ItemResult<I, T> end : results) {
            all.add(Objects.requireNonNull(end, "result"));
        }
        return BatchResult.of(service, all, attempts, stopReason);
    }
}
