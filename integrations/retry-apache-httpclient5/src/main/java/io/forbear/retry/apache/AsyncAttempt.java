package io.forbear.retry.apache;

import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.core5.concurrent.ComplexCancellable;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of an asynchronous call, told by the rest of the chain how it goes. Its future ends with the head of a
 * response that is no failure, with the end of one that is, or with an exception.
 */
final class AsyncAttempt extends CompletableFuture<KeptResponse> implements AsyncExecCallback {
    /*
     * State      passed: the response goes to the caller. over: the attempt has ended without that.
     * Invariant  the connection is given back once: the runtime is that of the whole call, which may have taken the
     * next
     *            one when the client tells of an end for the second time, as it does after an early response.
     */

    private final AsyncCall call;
    private final Retry view;
    private final AsyncExecCallback caller;
    private final AsyncExecRuntime runtime;
    private final ComplexCancellable exchange = new ComplexCancellable();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean passed;
    private volatile @Nullable KeptResponse kept;
    private Classification failure = Classification.success();

    AsyncAttempt(AsyncCall call, Retry view, AsyncExecCallback caller, AsyncExecRuntime runtime) {
        this.call = call;
        this.view = view;
        this.caller = caller;
        this.runtime = runtime;
    }

    /** Returns the scope of this attempt, whose operations are cancelled with it and not with the whole call. */
    AsyncExecChain.Scope scope(AsyncExecChain.Scope whole) {
        return new AsyncExecChain.Scope(
                whole.exchangeId,
                whole.route,
                whole.originalRequest,
                exchange,
                whole.clientContext,
                whole.execRuntime,
                whole.scheduler,
                whole.execCount);
    }

    @Override
    public @Nullable AsyncDataConsumer handleResponse(HttpResponse response, @Nullable EntityDetails details)
            throws HttpException, IOException {
        Classification found =
                HttpAdapter.failure(view, response, response.getCode(), HttpClient5Retry.headers(response));
        if (found != null) {
            BodyKeeper body = details == null ? null : new BodyKeeper();
            failure = found;
            kept = new KeptResponse(response, details, body);
            return body;
        }
        if (!call.tellOnce()) {
            throw new IOException("the call has ended before this response");
        }
        passed = true;
        complete(KeptResponse.PASSED);
        return caller.handleResponse(response, details);
    }

    @Override
    public void handleInformationResponse(HttpResponse response) throws HttpException, IOException {
        caller.handleInformationResponse(response);
    }

    @Override
    public void completed() {
        if (passed) {
            caller.completed();
            return;
        }
        KeptResponse response = kept;
        if (response == null || !response.isWhole() || !over.compareAndSet(false, true)) {
            return;
        }
        runtime.releaseEndpoint();
        completeExceptionally(new FailedResult(response, failure));
    }

    @Override
    public void failed(Exception cause) {
        if (passed) {
            caller.failed(cause);
        } else if (over.compareAndSet(false, true)) {
            runtime.discardEndpoint();
            completeExceptionally(exchange.isCancelled() ? cancelled(cause) : cause);
        }
    }

    private static CancellationException cancelled(Exception cause) {
        CancellationException cancelled = new CancellationException("Request execution cancelled");
        cancelled.initCause(cause);
        return cancelled;
    }

    /** Ends the exchange, whose end is told to this. */
    boolean cancelExchange() {
        return exchange.cancel();
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return !passed && exchange.cancel();
    }
}
