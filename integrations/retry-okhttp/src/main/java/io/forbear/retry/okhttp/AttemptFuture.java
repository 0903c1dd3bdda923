package io.forbear.retry.okhttp;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** The future of one attempt. It ends when the attempt's call does, so that no response is lost to a cancel. */
final class AttemptFuture extends CompletableFuture<Response> implements Callback {

    private final RetryingCall whole;
    private final Call attempt;

    private AttemptFuture(RetryingCall whole, Call attempt) {
        this.whole = whole;
        this.attempt = attempt;
    }

    static AttemptFuture begin(RetryingCall whole, Call attempt) {
        AttemptFuture future = new AttemptFuture(whole, attempt);
        attempt.enqueue(future);
        return future;
    }

    @Override
    public void onResponse(Call call, Response response) {
        whole.tell(() -> {
            try {
                complete(whole.judged(response));
            } catch (Throwable failed) {
                completeExceptionally(failed);
            }
        });
    }

    @Override
    public void onFailure(Call call, IOException failure) {
        whole.tell(() -> completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        attempt.cancel();
        return false;
    }
}
