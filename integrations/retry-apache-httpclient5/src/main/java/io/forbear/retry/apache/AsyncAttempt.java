package io.forbear.retry.apache;

import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
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
     * State      OPEN -> PASSED: the response goes to the caller, or to no one where the call has ended, -> OVER.
     *            OPEN -> OVER: the attempt has ended otherwise.
     * Invariant  the caller hears of an exchange that has PASSED, and of no other. The runtime is of this attempt
     * alone:
     *            what ends it late does not end the next.
     * Writers    the client's threads and whoever cancels, by CAS.
     */

    private enum State {
        OPEN,
        PASSED,
        OVER
    }

    private final AsyncCall call;
    private final Retry view;
    private final AsyncExecCallback caller;
    private final AsyncExecRuntime runtime;
    private final ComplexCancellable exchange = new ComplexCancellable();
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
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
                runtime,
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
        if (!state.compareAndSet(State.OPEN, State.PASSED)) {
            throw new IOException("the attempt has ended before this response");
        }
        if (!call.tellOnce()) {
            state.set(State.OVER);
            throw new IOException("the call has ended before this response");
        }
        complete(KeptResponse.PASSED);
        return caller.handleResponse(response, details);
    }

    @Override
    public void handleInformationResponse(HttpResponse response) throws HttpException, IOException {
        caller.handleInformationResponse(response);
    }

    /** The client tells this for a second time after a response that came before the end of the request. */
    @Override
    public void completed() {
        if (state.get() == State.PASSED) {
            runtime.releaseEndpoint();
            caller.completed();
            return;
        }
        KeptResponse response = kept;
        if (response != null && response.isWhole() && state.compareAndSet(State.OPEN, State.OVER)) {
            runtime.releaseEndpoint();
            completeExceptionally(new FailedResult(response, failure));
        }
    }

    @Override
    public void failed(Exception cause) {
        runtime.discardEndpoint();
        if (state.compareAndSet(State.OPEN, State.OVER)) {
            completeExceptionally(cause);
        } else if (state.get() == State.PASSED) {
            caller.failed(cause);
        }
    }

    /**
     * Ends the exchange. The connection is closed too, for the client loses sight of some operations that are to be
     * cancelled: that of an exchange whose connection was leased on another thread.
     */
    void cancelExchange() {
        exchange.cancel();
        runtime.discardEndpoint();
    }

    /** No one waits for this attempt any more: its time is over, or the call was cancelled. */
    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean ended = state.compareAndSet(State.OPEN, State.OVER);
        if (ended) {
            cancelExchange();
            super.cancel(mayInterrupt);
        }
        return ended;
    }
}
