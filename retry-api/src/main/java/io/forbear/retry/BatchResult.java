package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a batch ended: each item's result or last failure, in the order of the items given.
 *
 * <p>Immutable, as far as the items and results are.
 *
 * @param <I> the items
 * @param <T> what there is for an item that succeeded
 * @since 0.1
 */
public final class BatchResult<I, T extends @Nullable Object> {

    private final String service;
    private final List<ItemResult<I, T>> items;
    private final int attempts;
    private final @Nullable StopReason stopReason;

    private BatchResult(String service, List<ItemResult<I, T>> items, int attempts, @Nullable StopReason stopReason) {
        this.service = service;
        this.items = items;
        this.attempts = attempts;
        this.stopReason = stopReason;
    }

    /**
     * Makes a result, for an implementation of {@link Retry} and for tests of code that reads results.
     *
     * @param service the name of the service
     * @param items the results, in the order of the items
     * @param attempts how many attempts were made
     * @param stopReason why no further one was made, {@code null} where all items succeeded
     * @return a result
     * @param <I> the items
     * @param <T> the type of results
     */
    public static <I, T extends @Nullable Object> BatchResult<I, T> of(
            String service, List<ItemResult<I, T>> items, int attempts, @Nullable StopReason stopReason) {
        Checks.atLeast(0, attempts, "attempts");
        return new BatchResult<>(Objects.requireNonNull(service, "service"), List.copyOf(items), attempts, stopReason);
    }

    /**
     * Returns how each item ended.
     *
     * @return one for each item that was given, in that order; unmodifiable
     */
    public List<ItemResult<I, T>> items() {
        return items;
    }

    /**
     * Returns the items that succeeded.
     *
     * @return in the order in which they were given; unmodifiable
     */
    public List<ItemResult.Success<I, T>> succeeded() {
        List<ItemResult.Success<I, T>> found = new ArrayList<>();
        for (ItemResult<I, T> item : items) {
            if (item instanceof ItemResult.Success<I, T> success) {
                found.add(success);
            }
        }
        return Collections.unmodifiableList(found);
    }

    /**
     * Returns the items that never succeeded.
     *
     * @return in the order in which they were given; unmodifiable
     */
    public List<ItemResult.Failure<I, T>> failed() {
        List<ItemResult.Failure<I, T>> found = new ArrayList<>();
        for (ItemResult<I, T> item : items) {
            if (item instanceof ItemResult.Failure<I, T> failure) {
                found.add(failure);
            }
        }
        return Collections.unmodifiableList(found);
    }

    /**
     * Returns the items themselves that never succeeded, as for a queue of what is to be done later.
     *
     * @return in the order in which they were given; unmodifiable
     */
    public List<I> failedItems() {
        List<I> found = new ArrayList<>();
        for (ItemResult<I, T> item : items) {
            if (!item.isSuccess()) {
                found.add(item.item());
            }
        }
        return Collections.unmodifiableList(found);
    }

    /**
     * Tells whether every item succeeded.
     *
     * @return {@code true} for an empty batch too
     */
    public boolean isComplete() {
        for (ItemResult<I, T> item : items) {
            if (!item.isSuccess()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns how many attempts were made; an item may have been part of fewer.
     *
     * @return 1 or more, 0 for an empty batch
     */
    public int attempts() {
        return attempts;
    }

    /**
     * Returns why the batch is incomplete: the reason that listeners, counters and spans report. Items may have been
     * given up for reasons of their own before.
     *
     * @return empty where every item succeeded
     */
    public Optional<StopReason> stopReason() {
        return Optional.ofNullable(stopReason);
    }

    /**
     * Returns the results of a batch that is complete.
     *
     * @return one for each item that was given, in that order; unmodifiable, and may contain {@code null} where results
     *     may
     * @throws IncompleteBatchException if an item did not succeed; it has this as its result
     */
    public List<T> orElseThrow() {
        List<T> values = new ArrayList<>(items.size());
        for (ItemResult<I, T> item : items) {
            if (!(item instanceof ItemResult.Success<I, T> success)) {
                throw new IncompleteBatchException(this);
            }
            values.add(success.value());
        }
        return Collections.unmodifiableList(values);
    }

    /** Says in one line how many items failed, and why. */
    String summary() {
        int[] counts = new int[StopReason.values().length];
        int failed = 0;
        for (ItemResult<I, T> item : items) {
            if (item instanceof ItemResult.Failure<I, T> failure) {
                counts[failure.reason().ordinal()]++;
                failed++;
            }
        }
        StringBuilder text = new StringBuilder(service)
                .append(": ")
                .append(failed)
                .append(" of ")
                .append(items.size())
                .append(items.size() == 1 ? " item failed after " : " items failed after ")
                .append(attempts)
                .append(attempts == 1 ? " attempt" : " attempts");
        String separator = ": ";
        for (StopReason reason : StopReason.values()) {
            int count = counts[reason.ordinal()];
            if (count > 0) {
                text.append(separator).append(count).append(' ').append(reason);
                separator = ", ";
            }
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return "BatchResult(" + summary() + ")";
    }
}
