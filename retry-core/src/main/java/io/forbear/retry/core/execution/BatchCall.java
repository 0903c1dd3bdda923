package io.forbear.retry.core.execution;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.core.call.BatchWork;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Handover;
import io.forbear.retry.core.service.Service;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A batch, carried out by the loops of all calls: {@link BatchWork} is what it does otherwise.
 *
 * <p>A batch is one call to budget, breaker and counters: an attempt sends every item that is left, and a retry costs
 * as much as that of a single operation. The items are copied when the call begins; the order in which they were given
 * is the order in which each attempt gets them, and that of the result.
 */
final class BatchCall {

    private BatchCall() {}

    /** Copies the items, so that no change reaches the call. */
    static <I> List<I> checked(List<? extends I> items) {
        List<I> copy = new ArrayList<>(Objects.requireNonNull(items, "items"));
        int missing = copy.indexOf(null);
        if (missing >= 0) {
            throw new NullPointerException("items[" + missing + "]: null (expected: an item)");
        }
        return Collections.unmodifiableList(copy);
    }

    /** A batch of no items is complete without an attempt, and is counted nowhere. */
    static <I, T extends @Nullable Object> BatchResult<I, T> empty(Service service) {
        return BatchResult.of(service.name(), List.of(), 0, null);
    }

    /**
     * Makes the attempts on this thread. Failures are in the result; an error, and a refusal of the batch, are thrown.
     */
    static <I, T extends @Nullable Object> BatchResult<I, T> make(
            BatchWork<I, T> batch, CallState call, BatchOperation<I, T> operation, Means means) {
        Object end = BlockingCall.begin(call, () -> operation.attempt(batch.todo()), means);
        Throwable thrown = Handover.failure(call, end == BlockingCall.FAILED ? call.failure() : null);
        if (thrown != null) {
            Handover.discardHeld(call, null);
            call.setLastOutcome(thrown);
            return BlockingCall.<BatchResult<I, T>, RuntimeException>handOver(BlockingCall.FAILED, call);
        }
        return batch.result(call);
    }

    /** The stages bring outcomes, out of which the batch makes the answer: the two types meet in it alone. */
    @SuppressWarnings("unchecked")
    static <I, T extends @Nullable Object> CompletableFuture<BatchResult<I, T>> start(
            BatchWork<I, T> batch,
            CallState call,
            Function<? super List<I>, ? extends CompletionStage<BatchOutcome<I, T>>> operation,
            Means means) {
        // each attempt asks for what is left by then
        Supplier<CompletionStage<?>> attempt = () -> operation.apply(batch.todo());
        return AsyncCall.begin(call, (Supplier<CompletionStage<BatchResult<I, T>>>) (Supplier<?>) attempt, means);
    }
}
