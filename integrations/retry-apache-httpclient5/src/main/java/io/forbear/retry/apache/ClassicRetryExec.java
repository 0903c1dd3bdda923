package io.forbear.retry.apache;

import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;

/** The element of the exec chain that makes the attempts of a blocking call. */
final class ClassicRetryExec implements ExecChainHandler {

    private final HttpAdapter adapter;

    ClassicRetryExec(HttpAdapter adapter) {
        this.adapter = adapter;
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        HttpAdapter calls = HttpClient5Retry.of(adapter, scope.clientContext);
        HttpEntity entity = request.getEntity();
        boolean repeatable = entity == null || entity.isRepeatable();
        Retry view = calls.view(request.getMethod(), HttpClient5Retry.headers(request), repeatable);
        return new ClassicCall(calls, view, request, scope, chain).make();
    }
}
