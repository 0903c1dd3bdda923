package io.forbear.retry.core.execution;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import io.forbear.retry.CallOptions;
import io.forbear.retry.ItemResult;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.BatchWork;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.service.Service;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A batch of two items, whose first attempt ends and whose timers run when a test says so; there is no end to the second. */
final class BatchWorld {
    final Timers timers = new Timers();
    final CompletableFuture<BatchOutcome<String, @Nullable Void>> first = new CompletableFuture<>();
    final CompletableFuture<BatchOutcome<String, @Nullable Void>> second = new CompletableFuture<>();
    final RetryBudget budget = World.budget();
    final Service service = World.service(budget);
    final BatchWork<String, @Nullable Void> batch = BatchWork.of(List.of("a", "b"));
    final CallState state = batch.call(service.plan(), null, CallOptions.defaults());
    final CompletableFuture<BatchResult<String, @Nullable Void>> call =
            BatchCall.start(batch, state, left -> first.isDone() ? second : first, timers.asMeans());

    /** Returns how each item ended: S for a success, C for one that was cancelled, X for any other end. */
    String ends() {
        StringBuilder ends = new StringBuilder();
        for (ItemResult<String, @Nullable Void> item : batch.result(state).items()) {
            ends.append(
                    item instanceof ItemResult.Success
                            ? 'S'
                            : ((ItemResult.Failure<?, ?>) item).reason() == StopReason.CANCELLED ? 'C' : 'X');
        }
        return ends.toString();
    }

    /** Returns the one end that was counted, as the call's stop reason says it; more of them, or another, is wrong. */
    String counted() {
        long cancelled = service.snapshot().stopped(StopReason.CANCELLED);
        long calls = service.snapshot().calls();
        boolean told = state.stopReason() != null;
        return calls == 1 && cancelled == (told ? 1 : 0) ? told ? "cancelled" : "succeeded" : "calls " + calls;
    }

    /** Returns the tokens spent and the timers left, in one figure. */
    long left() {
        return budget.capacity() - budget.balance() + (timers.isAnyLeft() ? 1 : 0);
    }
}
