package io.forbear.retry.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A future that tells of another: its failures are those that users of an HTTP client expect, and whoever ends it ends
 * the other.
 */
final class CallFuture<T> extends CompletableFuture<T> implements BiConsumer<@Nullable T, @Nullable Throwable> {

    private final CompletableFuture<T> other;
    private final UnaryOperator<Throwable> failures;

    private CallFuture(CompletableFuture<T> other, UnaryOperator<Throwable> failures) {
        this.other = other;
        this.failures = failures;
    }

    static <T> CallFuture<T> of(CompletableFuture<T> other, UnaryOperator<Throwable> failures) {
        CallFuture<T> future = new CallFuture<>(other, failures);
        other.whenComplete(future);
        return future;
    }

    @Override
    @SuppressWarnings("NullAway") // one of both is there
    public void accept(@Nullable T value, @Nullable Throwable thrown) {
        if (thrown == null) {
            super.complete(value);
        } else {
            boolean wrapped = thrown instanceof CompletionException && thrown.getCause() != null;
            super.completeExceptionally(failures.apply(wrapped ? thrown.getCause() : thrown));
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(mayInterrupt);
        other.cancel(mayInterrupt);
        return cancelled;
    }

    /** Futures that are derived from that of the JDK's client end its exchange when they are cancelled; so do these. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Derived<>(this);
    }

    private static final class Derived<U> extends CompletableFuture<U> {

        private final CompletableFuture<?> call;

        private Derived(CompletableFuture<?> call) {
            this.call = call;
        }

        @Override
        public <V> CompletableFuture<V> newIncompleteFuture() {
            return new Derived<>(call);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (mayInterrupt && cancelled) {
                call.cancel(true);
            }
            return cancelled;
        }
    }

    /** Completed by its user, such as by {@code completeOnTimeout}: no one waits for the other any more. */
    @Override
    public boolean complete(T value) {
        boolean done = super.complete(value);
        other.cancel(true);
        return done;
    }

    /** As {@link #complete}; {@code orTimeout} comes here. */
    @Override
    public boolean completeExceptionally(Throwable thrown) {
        boolean done = super.completeExceptionally(thrown);
        other.cancel(true);
        return done;
    }
}
