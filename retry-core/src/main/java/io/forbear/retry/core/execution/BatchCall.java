package io.forbear.retry.core.execution;

import io.forbear.retry.BatchOperation;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.core.call.BatchState;
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

/** A batch, carried out by the loops of all calls: what is special about it is in its {@link BatchState}. */
final class BatchCall {

    private BatchCall() {}

    /** Copies the items, so that nobody changes them meanwhile. */
    static <I> List<I> checked(List<? extends I> items) {
        List<I> copy = new ArrayList<>(Objects.requireNonNull(items, "items"));
        int missing = copy.indexOf(null);
        if (missing >= 0) {
            throw new NullPointerException("items[" + missing + "]: null (expected: an item)");
        }
        return Collections.unmodifiableList(copy);
    }

    static <I, T extends @Nullable Object> BatchResult<I, T> empty(Service service) {
        return BatchResult.of(service.name(), List.of(), 0, null);
    }

    static <I, T extends @Nullable Object> BatchResult<I, T> make(
            BatchState<I, T> batch, BatchOperation<I, T> operation, Means means) {
        Object end = BlockingCall.begin(batch, () -> operation.attempt(batch.todo()), means);
        Throwable thrown = batch.thrown(end == BlockingCall.FAILED ? batch.failure() : null);
        if (thrown != null) {
            batch.discardHeld(null);
            batch.outcome(thrown);
            return BlockingCall.<BatchResult<I, T>, RuntimeException>handOver(BlockingCall.FAILED, batch);
        }
        return batch.result();
    }

    /** The stages bring outcomes, out of which the batch makes the answer: the two types meet in it alone. */
    @SuppressWarnings("unchecked")
    static <I, T extends @Nullable Object> CompletableFuture<BatchResult<I, T>> start(
            BatchState<I, T> batch,
            Function<? super List<I>, ? extends CompletionStage<BatchOutcome<I, T>>> operation,
            Means means) {
        Supplier<CompletionStage<?>> attempt = () -> operation.apply(batch.todo());
        return AsyncCall.begin(batch, (Supplier<CompletionStage<BatchResult<I, T>>>) (Supplier<?>) attempt, means);
    }
}
