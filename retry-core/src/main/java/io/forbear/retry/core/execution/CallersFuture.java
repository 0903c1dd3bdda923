package io.forbear.retry.core.execution;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future that its caller may end too, in each of the ways that {@link CompletableFuture} has: by a cancel, a value or
 * a failure of the caller's own, a time-out. Whatever the way, the work behind it is told, and goes no further.
 *
 * <p>Two parties may complete it, the work and the caller, and they may do so at once. Subclasses decide who was first,
 * in {@link #endForCaller}; the loser changes nothing. The work itself completes it by {@link #bring} and {@link #fail}
 * alone, which ask nobody.
 */
abstract class CallersFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    /** Ends the work in the caller's name. Returns whether it was not over yet. */
    abstract boolean endForCaller(boolean mayInterrupt);

    /** Completes the future with what the work brought. */
    final void bring(T value) {
        super.complete(value);
    }

    /** Completes the future with what the work failed with. */
    final void fail(Throwable failure) {
        super.completeExceptionally(failure);
    }

    @Override
    public final boolean cancel(boolean mayInterruptIfRunning) {
        return endForCaller(mayInterruptIfRunning) ? super.cancel(mayInterruptIfRunning) : isCancelled();
    }

    @Override
    public final boolean complete(T value) {
        return endForCaller(true) && super.complete(value);
    }

    @Override
    public final boolean completeExceptionally(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        return endForCaller(true) && super.completeExceptionally(failure);
    }

    /** The inherited one completes the future past {@link #complete}. */
    @Override
    public final CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        Objects.requireNonNull(supplier, "supplier");
        Objects.requireNonNull(executor, "executor").execute(() -> {
            if (isDone()) {
                return;
            }
            T value;
            try {
                value = supplier.get();
            } catch (Throwable failure) {
                completeExceptionally(failure);
                return;
            }
            complete(value);
        });
        return this;
    }

    @Override
    public final void obtrudeValue(T value) {
        endForCaller(true);
        super.obtrudeValue(value);
    }

    @Override
    public final void obtrudeException(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        endForCaller(true);
        super.obtrudeException(failure);
    }
}
