package io.forbear.retry.okhttp;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Answers a call by a call that retries. It does not make the attempts by {@code chain.proceed}: a call of OkHttp keeps
 * its connection until it has ended, so that one that waits would hold it.
 */
final class RetryInterceptor implements Interceptor {

    /** What OkHttp names a thread of its dispatcher while that makes a call; the address follows. */
    private static final String DISPATCHER = "OkHttp ";

    private final OkHttpRetry calls;

    RetryInterceptor(OkHttpRetry calls) {
        this.calls = calls;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        if (request.header("Sec-WebSocket-Key") != null) {
            return chain.proceed(request);
        }
        RetryingCall retrying = calls.newCall(request, !isEnqueued(chain.call()));
        chain.call().addEventListener(new EventListener() {
            @Override
            public void canceled(Call call) {
                retrying.cancel();
            }
        });
        if (chain.call().isCanceled()) {
            retrying.cancel();
        }
        return retrying.execute();
    }

    private static boolean isEnqueued(Call call) {
        String thread = Thread.currentThread().getName();
        return thread.startsWith(DISPATCHER)
                && thread.equals(DISPATCHER + call.request().url().redact());
    }
}
