package io.forbear.retry.core.call;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.ItemOutcome;
import io.forbear.retry.ItemResult;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One batch: a call whose attempts end differently for each item. Items are judged one by one; whether and when there is a next
 * attempt is decided once for those that are left.
 *
 * <p>Each attempt that leaves items undone is one failed attempt with one classification, the <i>lead</i>: what most of those
 * items failed with that got furthest in the decision, and so may go again where any may. A gate alone hears of more: of a
 * throttled item, if there is one.
 */
public final class BatchState<I, T extends @Nullable Object> extends CallState {
    /*
     * State      results: by position, null while an item is left. left: the positions of those, ascending.
     *            failures: by position, of the last attempt.
     * Invariant  an item leaves left once, with its result; what is left is what the next attempt is made with, so that an item
     *            was part of every attempt until it left. When the call has ended, none is left.
     * Writers    the owner of the call: one thread at a time.
     * Stress     BatchStress (retry-jcstress)
     */

    private static final ErrorCategory[] CATEGORIES = ErrorCategory.values();

    private final List<I> items;
    private final @Nullable ItemResult<I, T>[] results;
    private final @Nullable ItemFailure[] failures;
    private int[] left;
    private List<I> todo;
    private int succeeded;
    private int ill;
    private int freeAttempts;
    private boolean serviceWell;

    /** What the last attempt is reported as, where some of its items failed. */
    private ItemFailure lead = ItemFailure.NONE;

    /** What was given up last: of one attempt, the item that had got furthest in the decision. */
    private ItemFailure lastGivenUp = ItemFailure.NONE;

    private @Nullable StopReason lastReason;
    private int lastAttempt;

    /** What the caller is thrown in place of a result: an error, or what is wrong with an outcome. */
    private @Nullable Throwable fault;

    @SuppressWarnings("unchecked")
    private BatchState(
            Plan plan, @Nullable String clientId, @Nullable Client client, CallOptions options, List<I> items) {
        super(plan, clientId, client, options);
        this.items = items;
        this.results = (ItemResult<I, T>[]) new ItemResult<?, ?>[items.size()];
        this.failures = new ItemFailure[items.size()];
        this.left = IntStream.range(0, items.size()).toArray();
        this.todo = items;
    }

    /**
     * Makes a batch that has not begun.
     *
     * @param items at least one; never changed
     */
    public static <I, T extends @Nullable Object> BatchState<I, T> of(
            Plan plan, @Nullable String clientId, CallOptions options, List<I> items) {
        Client client = plan.enabled() ? plan.client(clientId) : null;
        return new BatchState<>(plan, clientId, client, options, items);
    }

    /** Returns what the next attempt is to be made with, in order. */
    public List<I> todo() {
        return todo;
    }

    // ---- what an attempt brought

    /** Takes what the operation said of the items. Returns the lead where some failed. */
    @Override
    public @Nullable Classification classifyResult(@Nullable Object outcome) {
        List<? extends ItemOutcome<? extends T>> outcomes;
        boolean free;
        try {
            BatchOutcome<I, T> told = cast(outcome);
            outcomes = told.forItems(todo);
            free = told.isFreeOnProgress();
        } catch (Throwable broken) {
            fault = broken;
            failAll(new ItemFailure(
                    Failures.NEVER,
                    broken,
                    null,
                    broken instanceof Error ? StopReason.FATAL : StopReason.NOT_RETRYABLE));
            return lead.classification();
        }
        int before = succeeded;
        take(outcomes);
        if (free && succeeded > before) {
            freeAttempts++;
        }
        return left.length == 0 ? null : leads();
    }

    @SuppressWarnings("unchecked")
    private BatchOutcome<I, T> cast(@Nullable Object outcome) {
        if (outcome == null) {
            throw new IllegalStateException(
                    "outcome: null (expected: an outcome of the " + todo.size() + " items of the attempt)");
        }
        return (BatchOutcome<I, T>) outcome;
    }

    private void take(List<? extends ItemOutcome<? extends T>> outcomes) {
        int[] failed = new int[left.length];
        int count = 0;
        int stillIll = 0;
        for (int i = 0; i < left.length; i++) {
            int position = left[i];
            ItemFailure failure = take(position, outcomes.get(i));
            if (failure != null) {
                failures[position] = failure;
                failed[count++] = position;
                stillIll += failure.isItemsOwnFault() ? 0 : 1;
            }
        }
        serviceWell = left.length - count > stillIll;
        succeeded += left.length - count;
        leave(failed, count);
    }

    private @Nullable ItemFailure take(int position, ItemOutcome<? extends T> outcome) {
        if (outcome instanceof ItemOutcome.Success<? extends T> success) {
            T value = success.value();
            Classification found = super.classifyResult(value);
            if (found != null) {
                return new ItemFailure(found, null, value, null);
            }
            results[position] = new ItemResult.Success<>(items.get(position), position, attempt, value);
            return null;
        }
        return ItemFailure.of((ItemOutcome.Failure<? extends T>) outcome, plan);
    }

    private void leave(int[] positions, int count) {
        if (count == left.length) {
            return;
        }
        left = Arrays.copyOf(positions, count);
        List<I> next = new ArrayList<>(count);
        for (int position : left) {
            next.add(items.get(position));
        }
        todo = Collections.unmodifiableList(next);
    }

    private void failAll(ItemFailure failure) {
        for (int position : left) {
            failures[position] = failure;
        }
        serviceWell = false;
        lead = failure;
    }

    private ItemFailure failure(int position) {
        ItemFailure known = failures[position];
        return known == null ? ItemFailure.NONE : known;
    }

    // ---- what is reported and decided

    @Override
    public long afterFailure(Throwable thrown, boolean ownThread) {
        Throwable failure = Failures.unwrap(thrown);
        StopReason never = Failures.never(failure);
        failAll(new ItemFailure(Failures.NEVER, failure, null, never == null ? StopReason.INTERRUPTED : never));
        if (failure instanceof Error) {
            fault = failure;
        }
        return super.afterFailure(
                thrown, ownThread); // classifies it, unless it is an error, or the thread was interrupted
    }

    @Override
    public long afterFailure(Classification classification, @Nullable Throwable failure, @Nullable Object outcome) {
        if (failure != null) {
            failAll(new ItemFailure(classification, failure, null, null));
        }
        return super.afterFailure(
                classification, lead.failure(), null); // an outcome holds results of items that are done
    }

    @Override
    public void deadlinePassed(Throwable failure) {
        failAll(new ItemFailure(Classification.of(ErrorCategory.TIMEOUT), failure, null, null));
        super.deadlinePassed(failure);
    }

    /** The results that the policy calls failures, of items that go again. */
    @Override
    void discardRetried() {
        for (int position : left) {
            ItemFailure failed = failure(position);
            Object value = failed.value();
            if (value != null && plan.discards(value, is(BLOCKING))) {
                failures[position] = failed.withoutValue();
            }
        }
    }

    /** Results are in an outcome by position: it is told of the items of its own attempt. */
    @Override
    public Discarder discarder() {
        List<I> attempted = todo;
        return outcome -> discard(outcome, attempted);
    }

    @Override
    public void discard(@Nullable Object outcome) {
        discard(outcome, todo);
    }

    private void discard(@Nullable Object outcome, List<I> attempted) {
        try {
            if (outcome != null) {
                cast(outcome).forItems(attempted).forEach(this::discardItem);
            }
        } catch (Throwable broken) {
            return; // it does not fit the items, and nobody is left to be told
        }
    }

    private void discardItem(ItemOutcome<? extends T> outcome) {
        super.discard(outcome instanceof ItemOutcome.Success<? extends T> success ? success.value() : null);
    }

    /** The results of the items. */
    @Override
    public void discardHeld(@Nullable Object outcome) {
        for (ItemResult<I, T> held : results) {
            if (held instanceof ItemResult.Success<I, T> success) {
                super.discard(success.value());
            } else if (held instanceof ItemResult.Failure<I, T> failure) {
                super.discard(failure.value());
            }
        }
    }

    /** Finds the lead among the items that failed. */
    private Classification leads() {
        int furthest = -1;
        int[] counts = new int[CATEGORIES.length];
        ItemFailure[] first = new ItemFailure[CATEGORIES.length];
        for (int position : left) {
            ItemFailure failure = failure(position);
            int reach = reach(plan.enabled() ? failure.refusal(this) : StopReason.DISABLED);
            if (reach > furthest) {
                furthest = reach;
                Arrays.fill(counts, 0);
            }
            int category = failure.classification().category().ordinal();
            if (reach == furthest && counts[category]++ == 0) {
                first[category] = failure;
            }
        }
        int most = 0;
        for (int i = 1; i < counts.length; i++) {
            most = counts[i] > counts[most] ? i : most;
        }
        lead = Objects.requireNonNull(first[most]);
        return lead.classification();
    }

    private static int reach(@Nullable StopReason refusal) {
        return refusal == null ? Integer.MAX_VALUE : refusal.ordinal();
    }

    @Override
    long decide(Classification classification, long nowNanos) {
        StopReason own = lead.refusal(this);
        giveUpRefused();
        return own == null ? admitted(classification.category(), nowNanos) : Decision.stop(own);
    }

    private long admitted(ErrorCategory category, long nowNanos) {
        long delay = longestDelay();
        long asked = delay;
        for (int position : left) {
            asked = Math.max(
                    asked,
                    plan.rules.asked(delay, failure(position).classification().pushbackNanos()));
        }
        return Decision.admit(this, category, delay, asked, nowNanos);
    }

    private void giveUpRefused() {
        int[] again = new int[left.length];
        int count = 0;
        for (int position : left) {
            StopReason refusal = failure(position).refusal(this);
            if (refusal == null) {
                again[count++] = position;
            } else {
                giveUp(position, refusal);
            }
        }
        leave(again, count);
    }

    /** One draw for each kind of failure, not for each item: the longest of many draws would be no jitter any more. */
    private long longestDelay() {
        long[] pushback = new long[CATEGORIES.length];
        boolean[] present = new boolean[CATEGORIES.length];
        for (int position : left) {
            Classification found = failure(position).classification();
            int category = found.category().ordinal();
            present[category] = true;
            pushback[category] = Math.max(pushback[category], found.pushbackNanos());
        }
        long longest = 0;
        for (ErrorCategory category : CATEGORIES) {
            if (present[category.ordinal()]) {
                longest = Math.max(longest, Decision.delay(this, category, pushback[category.ordinal()]));
            }
        }
        return longest;
    }

    @Override
    int countedAttempts() {
        return attempt - freeAttempts;
    }

    /** One throttled item is a server that asks for less, whatever the others failed with. */
    @Override
    ErrorCategory toldToGate(ErrorCategory category) {
        for (int position : left) {
            if (failure(position).classification().category() == ErrorCategory.RATE_LIMIT) {
                return ErrorCategory.RATE_LIMIT;
            }
        }
        return category;
    }

    @Override
    boolean isServiceWell() {
        return serviceWell;
    }

    @Override
    public long proceed(boolean waited, @Nullable Throwable lastFailure) {
        serviceWell = false;
        return super.proceed(waited, lead.failure());
    }

    // ---- how items and the batch end

    private void giveUp(int position, StopReason reason) {
        ItemFailure last = failure(position);
        Throwable failure = last.failure();
        if (failure != null && plan.enabled() && attempt > 0) {
            super.note(failure, reason);
        }
        results[position] = failed(position, last, reason);
        ill += last.isItemsOwnFault() ? 0 : 1;
        StopReason known = lastReason;
        if (known == null || lastAttempt < attempt || known.ordinal() < reason.ordinal()) {
            lastGivenUp = last;
            lastReason = reason;
            lastAttempt = attempt;
        }
    }

    @SuppressWarnings("unchecked")
    private ItemResult<I, T> failed(int position, ItemFailure last, StopReason reason) {
        return new ItemResult.Failure<>(
                items.get(position), position, attempt, reason, last.classification(), last.failure(), (T)
                        last.value());
    }

    /** A last attempt in which all succeeded is a success only of the batch of which nothing was given up. */
    @Override
    public void succeeded() {
        StopReason reason = lastReason;
        if (reason == null) {
            super.succeeded();
        } else {
            endsIncomplete(reason, lastGivenUp.classification(), lastGivenUp.failure());
        }
    }

    @Override
    public void stop(StopReason reason, @Nullable Throwable failure) {
        super.stop(reason, failure == null && reason != StopReason.CANCELLED ? lead.failure() : failure);
    }

    @Override
    void ending(StopReason reason) {
        for (int position : left) {
            giveUp(position, reason);
        }
        leave(left, 0);
    }

    /** Each item that was given up has its note. */
    @Override
    void note(Throwable failure, StopReason reason) {}

    @Override
    boolean isMostlyDone() {
        return succeeded > ill;
    }

    @Override
    public @Nullable Throwable thrown(@Nullable Throwable failure) {
        return fault == null && (attempt == 0 || failure instanceof Error) ? failure : fault;
    }

    @Override
    public @Nullable Object answer(@Nullable Object outcome) {
        return result();
    }

    /** What failed is in the result. */
    @Override
    public @Nullable Throwable thrownForResult(@Nullable Object outcome) {
        return null;
    }

    /** Returns how each item ended, once the call has. */
    public BatchResult<I, T> result() {
        return BatchResult.of(plan.service.name(), allResults(), attempt, stopReason());
    }

    private List<ItemResult<I, T>> allResults() {
        List<ItemResult<I, T>> all = new ArrayList<>(results.length);
        for (ItemResult<I, T> result : results) {
            all.add(Objects.requireNonNull(result, "result"));
        }
        return all;
    }
}
