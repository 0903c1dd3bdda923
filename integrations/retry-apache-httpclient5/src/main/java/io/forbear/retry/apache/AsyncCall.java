package io.forbear.retry.apache;

import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpAdapter;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.support.BasicRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call: its attempts are what the rest of the chain does with a copy of the request.
 *
 * <p>A response that is no failure goes to the caller as it comes. One that is a failure is kept until its body has
 * come, so that its connection is free before the wait; if no attempt follows, the caller gets it from there.
 */
final class AsyncCall {
    /*
     * State      told: whether the caller has got its response, or its failure.
     * Invariant  the caller is told once: by the attempt whose response goes to it, or by the end of the call.
     * Writers    told: the client's threads and whoever ends the call, by CAS.
     */

    private final HttpAdapter adapter;
    private final Retry view;
    private final HttpRequest request;
    private final @Nullable AsyncEntityProducer body;
    private final AsyncExecChain.Scope scope;
    private final AsyncExecChain chain;
    private final AsyncExecCallback caller;
    private final RequestConfig own;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable AsyncAttempt attempt;

    AsyncCall(
            HttpAdapter adapter,
            Retry view,
            HttpRequest request,
            @Nullable AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback caller) {
        this.adapter = adapter;
        this.view = view;
        this.request = request;
        this.body = body;
        this.scope = scope;
        this.chain = chain;
        this.caller = caller;
        this.own = scope.clientContext.getRequestConfigOrDefault();
    }

    void begin() {
        CompletableFuture<KeptResponse> made = view.callAsync(this::attempt);
        scope.cancellableDependency.setDependency(() -> {
            AsyncAttempt running = attempt;
            if (!made.cancel(true) && running != null) {
                running.cancelExchange(); // its response is on its way to the caller
            }
            return true;
        });
        made.whenComplete(this::ended);
    }

    private CompletionStage<KeptResponse> attempt() {
        AsyncEntityProducer sentBody = body;
        if (attempt != null && sentBody != null) {
            sentBody.releaseResources(); // it is sent from its beginning
        }
        AsyncAttempt begun = new AsyncAttempt(this, view, caller, scope.execRuntime.fork());
        attempt = begun;
        HttpRequest sent = BasicRequestBuilder.copy(request).build();
        Duration left = view.remaining().orElse(null);
        Attempts.writeHeaders(sent, view, left);
        scope.clientContext.setRequestConfig(left == null ? own : Attempts.within(own, left));
        try {
            chain.proceed(sent, body, begun.scope(scope), begun);
        } catch (Exception failure) {
            begun.failed(failure);
        }
        return begun;
    }

    /** Tells whether the caller is to be told now: it is not yet. */
    boolean tellOnce() {
        return told.compareAndSet(false, true);
    }

    private void ended(@Nullable KeptResponse response, @Nullable Throwable thrown) {
        scope.clientContext.setRequestConfig(own);
        if (!tellOnce()) {
            return; // the response has gone to the caller
        }
        if (response != null) {
            response.giveTo(caller);
        } else {
            caller.failed(failure(thrown == null ? new NullPointerException("response") : thrown));
        }
    }

    private Exception failure(Throwable thrown) {
        Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
        if (failure instanceof FailedResultException bad && bad.result() instanceof KeptResponse last) {
            return new FailedResultException(
                    bad.service(), bad.reason(), bad.attempts(), bad.classification(), last.response());
        }
        return failure instanceof Exception exception ? exception : new IllegalStateException(failure);
    }
}
