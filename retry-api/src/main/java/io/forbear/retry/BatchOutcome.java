package io.forbear.retry;

import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the items of a batch fared in one attempt, in the form in which the service says it:
 *
 * <table>
 * <caption>Which method for which answer</caption>
 * <tr><td>all was done</td><td>{@link #allSucceeded()}</td></tr>
 * <tr><td>"these came back unprocessed"</td><td>{@link #unprocessed(Collection)}</td></tr>
 * <tr><td>found values, and what came back unprocessed</td><td>{@link #results(Map, Collection)}</td></tr>
 * <tr><td>an error for each item that failed</td><td>{@link #failures(Map)}</td></tr>
 * <tr><td>an answer for each item, in order</td><td>{@link #byPosition(List)}</td></tr>
 * <tr><td>anything else, such as answers by id</td><td>{@link #byItem(Function)}</td></tr>
 * </table>
 *
 * <p>Items are compared by {@code equals}. An item that was given twice stands in the batch twice: an unprocessed item
 * stands for one of its equals, the earliest that is left; a key of a map stands for all of them.
 *
 * <p>Immutable, if the collections and the function that it was made of are left alone until the attempt has been
 * judged.
 *
 * @param <I> the items
 * @param <T> what there is for an item that succeeded
 * @since 0.1
 */
public final class BatchOutcome<I, T extends @Nullable Object> {

    /** What is said of unprocessed items: the server had no room for them, and left them alone. */
    private static final Classification UNPROCESSED =
            Classification.of(ErrorCategory.RATE_LIMIT).notExecuted();

    /** Says of the items of an attempt, in order, how each fared. */
    @FunctionalInterface
    private interface Reader<I, T extends @Nullable Object> {
        List<? extends ItemOutcome<? extends T>> read(List<I> items);
    }

    private final Reader<I, T> reader;
    private final boolean freeOnProgress;

    private BatchOutcome(Reader<I, T> reader, boolean freeOnProgress) {
        this.reader = reader;
        this.freeOnProgress = freeOnProgress;
    }

    /**
     * Every item succeeded, and there is nothing to say of them.
     *
     * @return an outcome
     * @param <I> the items
     */
    public static <I> BatchOutcome<I, @Nullable Void> allSucceeded() {
        return unprocessed(List.of());
    }

    /**
     * These items came back unprocessed; the others succeeded. What came back is taken for a {@code RATE_LIMIT} that
     * the server certainly did not carry out, as AWS's {@code UnprocessedItems} are.
     *
     * @param items what is left; each is one of the items of the attempt
     * @return an outcome
     * @param <I> the items
     */
    public static <I> BatchOutcome<I, @Nullable Void> unprocessed(Collection<? extends I> items) {
        return unprocessed(items, UNPROCESSED);
    }

    /**
     * These items came back unprocessed; the others succeeded.
     *
     * @param items what is left; each is one of the items of the attempt
     * @param why what kind of failure that is
     * @return an outcome
     * @param <I> the items
     */
    public static <I> BatchOutcome<I, @Nullable Void> unprocessed(Collection<? extends I> items, Classification why) {
        return results(Map.of(), items, why);
    }

    /**
     * Values were found for some items, others came back unprocessed ({@link #unprocessed(Collection)}). Items that are
     * in neither succeeded with {@code null}: nothing was found.
     *
     * @param found values by item
     * @param unprocessed what is left; each is one of the items of the attempt
     * @return an outcome
     * @param <I> the items
     * @param <T> the type of the values
     */
    public static <I, T> BatchOutcome<I, @Nullable T> results(
            Map<? extends I, ? extends T> found, Collection<? extends I> unprocessed) {
        return results(found, unprocessed, UNPROCESSED);
    }

    /**
     * As {@link #results(Map, Collection)}, with a word on what came back.
     *
     * @param found values by item
     * @param unprocessed what is left; each is one of the items of the attempt
     * @param why what kind of failure that is
     * @return an outcome
     * @param <I> the items
     * @param <T> the type of the values
     */
    public static <I, T> BatchOutcome<I, @Nullable T> results(
            Map<? extends I, ? extends T> found, Collection<? extends I> unprocessed, Classification why) {
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(unprocessed, "unprocessed");
        ItemOutcome<@Nullable T> left = ItemOutcome.failure(why);
        return new BatchOutcome<>(
                items -> {
                    ItemCounts open = new ItemCounts(unprocessed);
                    List<ItemOutcome<@Nullable T>> outcomes = new ArrayList<>(items.size());
                    for (I item : items) {
                        if (open.takeOne(item)) {
                            outcomes.add(left);
                        } else {
                            outcomes.add(new ItemOutcome.Success<@Nullable T>(found.get(item)));
                        }
                    }
                    open.requireNoneLeft("unprocessed", items.size());
                    ItemCounts.requireAllKnown("found", found.keySet(), items);
                    return outcomes;
                },
                false);
    }

    /**
     * These items failed, each with its error; the others succeeded.
     *
     * @param failures errors by item; each key is one of the items of the attempt
     * @return an outcome
     * @param <I> the items
     */
    public static <I> BatchOutcome<I, @Nullable Void> failures(Map<? extends I, ? extends Throwable> failures) {
        Objects.requireNonNull(failures, "failures");
        return new BatchOutcome<>(
                items -> {
                    ItemCounts.requireAllKnown("failures", failures.keySet(), items);
                    List<ItemOutcome<@Nullable Void>> outcomes = new ArrayList<>(items.size());
                    for (I item : items) {
                        Throwable failure = failures.get(item);
                        if (failure == null) {
                            outcomes.add(new ItemOutcome.Success<@Nullable Void>(null));
                        } else {
                            outcomes.add(new ItemOutcome.Failure<@Nullable Void>(null, failure));
                        }
                    }
                    return outcomes;
                },
                false);
    }

    /**
     * The answers, one for each item, in the order of the items.
     *
     * @param outcomes as many as the attempt has items
     * @return an outcome
     * @param <I> the items
     * @param <T> the type of results
     */
    public static <I, T extends @Nullable Object> BatchOutcome<I, T> byPosition(
            List<? extends ItemOutcome<? extends T>> outcomes) {
        Objects.requireNonNull(outcomes, "outcomes");
        return new BatchOutcome<>(items -> outcomes, false);
    }

    /**
     * The answers, as a function of the item; it is asked once for each, in the order of the items.
     *
     * @param outcome says how an item fared
     * @return an outcome
     * @param <I> the items
     * @param <T> the type of results
     */
    public static <I, T extends @Nullable Object> BatchOutcome<I, T> byItem(
            Function<? super I, ? extends ItemOutcome<? extends T>> outcome) {
        Objects.requireNonNull(outcome, "outcome");
        return new BatchOutcome<>(
                items -> {
                    List<ItemOutcome<? extends T>> outcomes = new ArrayList<>(items.size());
                    for (I item : items) {
                        outcomes.add(outcome.apply(item));
                    }
                    return outcomes;
                },
                false);
    }

    /**
     * Says that the attempt does not count toward the most attempts, nor lengthen the backoff, if any of its items
     * succeeded: for a service that works a batch off piece by piece. A batch of n items is then attempted at most
     * {@code n + maxAttempts - 1} times. Deadline, breaker and budgets hold as always.
     *
     * @return a new outcome
     */
    public BatchOutcome<I, T> freeOnProgress() {
        return new BatchOutcome<>(reader, true);
    }

    /**
     * Tells whether the attempt is free if any of its items succeeded.
     *
     * @return {@code true} after {@link #freeOnProgress()}
     */
    public boolean isFreeOnProgress() {
        return freeOnProgress;
    }

    /**
     * Returns how each item of the attempt fared.
     *
     * @param items the items of the attempt
     * @return as many outcomes, in the same order
     * @throws IllegalStateException if this says too much or too little: another number of outcomes, a {@code null}
     *     among them, or a word on items that are not in the attempt
     */
    public List<ItemOutcome<? extends T>> forItems(List<I> items) {
        List<ItemOutcome<? extends T>> outcomes = new ArrayList<>(reader.read(items));
        if (outcomes.size() != items.size()) {
            throw new IllegalStateException("outcomes: " + outcomes.size() + " (expected: " + items.size()
                    + ", one for each item of the attempt)");
        }
        int missing = outcomes.indexOf(null);
        if (missing >= 0) {
            throw new IllegalStateException("outcomes[" + missing + "]: null (expected: an outcome)");
        }
        return Collections.unmodifiableList(outcomes);
    }
}
