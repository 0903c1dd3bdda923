package io.forbear.retry.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A future that tells of another: its failures are those that users of an HTTP client expect, and whoever ends it ends
 * the other.
 *
 * <p>The other may end at the same time, with a response that holds a connection: the user's end counts only where the
 * other is stopped by it, and so has no response for anyone.
 */
final class CallFuture<T> extends CompletableFuture<T> implements BiConsumer<@Nullable T, @Nullable Throwable> {

    private final CompletableFuture<T> other;
    private final UnaryOperator<Throwable> failures;

    /** The user ends this: that the other fails by it is not told. */
    private volatile boolean left;

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
        } else if (!left) {
            boolean wrapped = thrown instanceof CompletionException && thrown.getCause() != null;
            super.completeExceptionally(failures.apply(wrapped ? thrown.getCause() : thrown));
        }
    }

    /** Stops the other. Returns false where it has ended by itself: this ends as it did. */
    private boolean stops(boolean mayInterrupt) {
        left = true;
        boolean stopped = other.cancel(mayInterrupt);
        if (!stopped) {
            left = false;
            other.whenComplete(this); // it was not heard if it failed at the same time
        }
        return stopped;
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return stops(mayInterrupt) ? super.cancel(mayInterrupt) : isCancelled();
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
        return stops(true) && super.complete(value);
    }

    /** As {@link #complete}; {@code orTimeout} comes here. */
    @Override
    public boolean completeExceptionally(Throwable thrown) {
        return stops(true) && super.completeExceptionally(thrown);
    }
}
