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
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The items of a batch: attempts that end differently for each item. Items are judged one by one; whether and when
 * there is a next attempt is decided once for those that are left.
 *
 * <p>Each attempt that leaves items undone is one failed attempt with one classification, the <i>lead</i>. It is chosen
 * in two steps: take the items that got furthest in the order of the decision, for these may go again where any may; of
 * their categories, the most frequent. The gate hears of a throttled item, if there is one, whatever the lead is.
 */
public final class BatchWork<I, T extends @Nullable Object> implements Work {
    /*
     * State      results: by position, null while an item is left. left: the positions of those, ascending.
     *            failures: by position, of the last attempt.
     * Invariant  An item leaves left once, with its result; the next attempt is made with what is left, so that an item
     *            was part of every attempt until it left. When the call has ended, none is left.
     * Writers    The owner of the call: one thread at a time.
     * Stress     BatchStress (retry-jcstress)
     */

    private final List<I> items;
    private final @Nullable ItemResult<I, T>[] results;
    private final @Nullable ItemFailure[] failures;
    private int[] left;
    private List<I> todo;
    private int succeeded;

    /** How many items failed for good through the service, and not through a fault of their own. */
    private int failedThroughService;

    private int freeAttempts;
    private boolean serviceHealthy;

    /** What the last attempt is reported as, where some of its items failed. */
    private ItemFailure lead = ItemFailure.NONE;

    /** What was given up last: of one attempt, the item that had got furthest in the decision. */
    private @Nullable GivenUp lastGivenUp;

    private int lastAttempt;

    /** What the caller is thrown in place of a result: an error, or what is wrong with an outcome. */
    private @Nullable Throwable fault;

    @SuppressWarnings("unchecked")
    private BatchWork(List<I> items) {
        this.items = items;
        this.results = (ItemResult<I, T>[]) new ItemResult<?, ?>[items.size()];
        this.failures = new ItemFailure[items.size()];
        this.left = IntStream.range(0, items.size()).toArray();
        this.todo = items;
    }

    /**
     * Makes the work of a batch that has not begun.
     *
     * @param items at least one; never changed
     */
    public static <I, T extends @Nullable Object> BatchWork<I, T> of(List<I> items) {
        return new BatchWork<>(items);
    }

    /** Makes the call that this is the work of. */
    public CallState call(Plan plan, @Nullable String clientId, CallOptions options) {
        Client client = plan.enabled() ? plan.client(clientId) : null;
        CallState call = BeforeAttempt.newCall(plan, clientId, client, options);
        call.extras().work = this;
        return call;
    }

    /** Returns what the next attempt is to be made with, in order. */
    public List<I> todo() {
        return todo;
    }

    /** Returns how each item ended, once the call has; an item that is left where the engine was broken off failed. */
    public BatchResult<I, T> result(CallState call) {
        List<ItemResult<I, T>> all = new ArrayList<>(results.length);
        for (int position = 0; position < results.length; position++) {
            ItemResult<I, T> known = results[position];
            all.add(known == null ? failed(call, position, failure(position), StopReason.FATAL) : known);
        }
        return BatchResult.of(call.service(), all, call.attempt, call.stopReason());
    }

    // ---- what an attempt brought

    @Override
    public void attemptBegins() {
        serviceHealthy = false;
    }

    /** Takes what the operation said of the items. Returns the lead where some failed. */
    @Override
    public @Nullable Classification judge(CallState call, @Nullable Object outcome) {
        List<? extends ItemOutcome<? extends T>> outcomes;
        boolean free;
        try {
            BatchOutcome<I, T> told = cast(outcome);
            outcomes = told.forItems(todo);
            free = told.isFreeOnProgress();
        } catch (Throwable broken) {
            fault = broken;
            StopReason never = broken instanceof Error ? StopReason.FATAL : StopReason.NOT_RETRYABLE;
            failAll(new ItemFailure(Failures.NEVER, broken, null, never));
            return lead.classification();
        }
        int before = succeeded;
        take(call, outcomes);
        if (free && succeeded > before) {
            freeAttempts++;
        }
        return left.length == 0 ? null : chooseLead(call);
    }

    @SuppressWarnings("unchecked")
    private BatchOutcome<I, T> cast(@Nullable Object outcome) {
        if (outcome == null) {
            throw new IllegalStateException(
                    "outcome: null (expected: an outcome of the " + todo.size() + " items of the attempt)");
        }
        return (BatchOutcome<I, T>) outcome;
    }

    private void take(CallState call, List<? extends ItemOutcome<? extends T>> outcomes) {
        int[] failed = new int[left.length];
        int count = 0;
        int throughService = 0;
        for (int i = 0; i < left.length; i++) {
            int position = left[i];
            ItemFailure failure = take(call, position, outcomes.get(i));
            if (failure != null) {
                failures[position] = failure;
                failed[count++] = position;
                throughService += failure.isItemsOwnFault() ? 0 : 1;
            }
        }
        serviceHealthy = left.length - count > throughService;
        succeeded += left.length - count;
        leave(failed, count);
    }

    private @Nullable ItemFailure take(CallState call, int position, ItemOutcome<? extends T> outcome) {
        if (outcome instanceof ItemOutcome.Success<? extends T> success) {
            T value = success.value();
            Classification found = SingleWork.INSTANCE.judge(call, value);
            if (found != null) {
                return new ItemFailure(found, null, value, null);
            }
            results[position] = new ItemResult.Success<>(items.get(position), position, call.attempt, value);
            return null;
        }
        return ItemFailure.of((ItemOutcome.Failure<? extends T>) outcome, call.plan);
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

    @Override
    public void failed(Classification classification, @Nullable Throwable failure, @Nullable StopReason never) {
        failAll(new ItemFailure(classification, failure, null, never));
        if (failure instanceof Error) {
            fault = failure;
        }
    }

    private void failAll(ItemFailure failure) {
        for (int position : left) {
            failures[position] = failure;
        }
        serviceHealthy = false;
        lead = failure;
    }

    private ItemFailure failure(int position) {
        ItemFailure known = failures[position];
        return known == null ? ItemFailure.NONE : known;
    }

    // ---- what is reported and decided

    @Override
    public @Nullable Throwable reportedFailure(@Nullable Throwable failure) {
        return lead.failure();
    }

    /** An outcome holds results of items that are done. */
    @Override
    public @Nullable Object reportedResult(@Nullable Object outcome) {
        return null;
    }

    private Classification chooseLead(CallState call) {
        lead = BatchLead.of(left, this::failure, call);
        return lead.classification();
    }

    /** The lead's refusal is that of the attempt; items that may not go again themselves are given up. */
    @Override
    public @Nullable StopReason refusal(CallState call, Classification classification) {
        StopReason own = lead.refusal(call);
        int[] again = new int[left.length];
        int count = 0;
        for (int position : left) {
            StopReason refusal = failure(position).refusal(call);
            if (refusal == null) {
                again[count++] = position;
            } else {
                giveUp(call, position, refusal);
            }
        }
        leave(again, count);
        return own;
    }

    @Override
    public long delayNanos(CallState call, Classification classification) {
        return BatchLead.longestDelayNanos(left, this::failure, call, call.attempt - freeAttempts);
    }

    @Override
    public long askedNanos(CallState call, Classification classification, long delayNanos) {
        long asked = delayNanos;
        for (int position : left) {
            long pushback = failure(position).classification().pushbackNanos();
            asked = Math.max(asked, call.plan.rules.asked(delayNanos, pushback));
        }
        return asked;
    }

    @Override
    public int freeAttempts() {
        return freeAttempts;
    }

    /** One throttled item is a server that asks for less, whatever the others failed with. */
    @Override
    public ErrorCategory gateCategory(ErrorCategory category) {
        for (int position : left) {
            if (failure(position).classification().category() == ErrorCategory.RATE_LIMIT) {
                return ErrorCategory.RATE_LIMIT;
            }
        }
        return category;
    }

    @Override
    public boolean isServiceHealthy() {
        return serviceHealthy;
    }

    // ---- how items and the batch end

    @Override
    public void end(CallState call, StopReason reason) {
        for (int position : left) {
            giveUp(call, position, reason);
        }
        leave(left, 0);
    }

    private void giveUp(CallState call, int position, StopReason reason) {
        ItemFailure last = failure(position);
        Throwable failure = last.failure();
        if (failure != null && call.plan.enabled() && call.attempt > 0) {
            SingleWork.INSTANCE.note(call, failure, reason);
        }
        results[position] = failed(call, position, last, reason);
        failedThroughService += last.isItemsOwnFault() ? 0 : 1;
        GivenUp known = lastGivenUp;
        if (known == null || lastAttempt < call.attempt || known.reason().ordinal() < reason.ordinal()) {
            lastGivenUp = new GivenUp(reason, last.classification(), last.failure());
            lastAttempt = call.attempt;
        }
    }

    @SuppressWarnings("unchecked")
    private ItemResult<I, T> failed(CallState call, int position, ItemFailure last, StopReason reason) {
        return new ItemResult.Failure<>(
                items.get(position), position, call.attempt, reason, last.classification(), last.failure(), (T)
                        last.value());
    }

    /** A last attempt in which all succeeded is a success only of the batch of which nothing was given up. */
    @Override
    public @Nullable GivenUp givenUp() {
        return lastGivenUp;
    }

    /** Each item that was given up has its note. */
    @Override
    public void note(CallState call, Throwable failure, StopReason reason) {}

    @Override
    public boolean isMostlySucceeded() {
        return succeeded > failedThroughService;
    }

    // ---- what the caller gets

    @Override
    public @Nullable Object resultForCaller(CallState call, @Nullable Object outcome) {
        return result(call);
    }

    @Override
    public @Nullable Throwable failureForCaller(CallState call, @Nullable Throwable failure) {
        return fault == null && (call.attempt == 0 || failure instanceof Error) ? failure : fault;
    }

    /** What failed is in the result. */
    @Override
    public @Nullable Throwable failureForResult(CallState call, @Nullable Object outcome) {
        return null;
    }

    // ---- what is discarded

    /** The results that the policy calls failures, of items that go again. */
    @Override
    public void discardRetried(CallState call) {
        for (int position : left) {
            ItemFailure failed = failure(position);
            Object value = failed.value();
            if (value != null && call.plan.discards(value, call.is(CallState.BLOCKING))) {
                failures[position] = failed.withoutValue();
            }
        }
    }

    /** Results are in an outcome by position: it is told of the items of its own attempt. */
    @Override
    public Discarder discarder(CallState call) {
        List<I> attempted = todo;
        return outcome -> discard(call, outcome, attempted);
    }

    @Override
    public void discard(CallState call, @Nullable Object outcome) {
        discard(call, outcome, todo);
    }

    private void discard(CallState call, @Nullable Object outcome, List<I> attempted) {
        try {
            if (outcome != null) {
                for (ItemOutcome<? extends T> item : cast(outcome).forItems(attempted)) {
                    call.discard(item instanceof ItemOutcome.Success<? extends T> success ? success.value() : null);
                }
            }
        } catch (Throwable broken) {
            return; // it does not fit the items, and no caller is left to be told
        }
    }

    /** The results of the items. */
    @Override
    public void discardHeld(CallState call, @Nullable Object outcome) {
        for (ItemResult<I, T> held : results) {
            if (held instanceof ItemResult.Success<I, T> success) {
                call.discard(success.value());
            } else if (held instanceof ItemResult.Failure<I, T> failure) {
                call.discard(failure.value());
            }
        }
    }
}
