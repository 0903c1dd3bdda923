package io.forbear.retry.http;

import io.forbear.retry.Retry;
import java.net.http.HttpResponse;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The future of one attempt. It ends when the exchange does, so that no response is lost to a cancel. */
final class Exchange<T> extends CompletableFuture<HttpResponse<T>> {

    private final CompletableFuture<HttpResponse<T>> exchange;
    private final Retry view;
    private final @Nullable SentOnce once;

    private Exchange(CompletableFuture<HttpResponse<T>> exchange, Retry view, @Nullable SentOnce once) {
        this.exchange = exchange;
        this.view = view;
        this.once = once;
    }

    static <T> Exchange<T> of(CompletableFuture<HttpResponse<T>> exchange, Retry view, @Nullable SentOnce once) {
        Exchange<T> attempt = new Exchange<>(exchange, view, once);
        exchange.whenComplete(attempt::ended);
        return attempt;
    }

    private void ended(@Nullable HttpResponse<T> response, @Nullable Throwable thrown) {
        if (thrown != null) {
            Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
            Throwable failure = cause == null ? thrown : cause;
            completeExceptionally(once == null ? failure : once.failure(failure));
            return;
        }
        try {
            complete(HttpRetry.judged(Objects.requireNonNull(response), view));
        } catch (Throwable failed) {
            completeExceptionally(failed);
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return exchange.cancel(true);
    }
}
