package io.forbear.retry.apache;

import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpAdapter;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecChain;
import org.apache.hc.client5.http.async.AsyncExecChainHandler;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.jspecify.annotations.Nullable;

/** The element of the exec chain that makes the attempts of an asynchronous call. */
final class AsyncRetryExec implements AsyncExecChainHandler {

    private final HttpAdapter adapter;

    AsyncRetryExec(HttpAdapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public void execute(
            HttpRequest request,
            @Nullable AsyncEntityProducer body,
            AsyncExecChain.Scope scope,
            AsyncExecChain chain,
            AsyncExecCallback caller) {
        HttpAdapter calls = HttpClient5Retry.of(adapter, scope.clientContext);
        boolean repeatable = body == null || body.isRepeatable();
        Retry view = calls.view(request.getMethod(), HttpClient5Retry.headers(request), repeatable);
        new AsyncCall(calls, view, request, body, scope, chain, caller).begin();
    }
}
