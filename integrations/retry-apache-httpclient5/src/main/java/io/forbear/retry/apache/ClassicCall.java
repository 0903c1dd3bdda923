package io.forbear.retry.apache;

import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.CancellableWait;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.RequestFailedException;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One blocking call: its attempts are what the rest of the chain does with a copy of the request. Each has a runtime of
 * its own, so that what ends one attempt late does not end the next.
 */
final class ClassicCall {

    /** How long the body of a response that is retried is read, so that its connection can be used again. */
    private static final Duration LONGEST_DISCARD = Duration.ofMillis(100);

    /** How much of it is read; a longer one costs its connection. */
    private static final int MOST_BYTES = 1 << 20;

    private final HttpAdapter adapter;
    private final Retry view;
    private final ClassicHttpRequest request;
    private final ExecChain.Scope scope;
    private final ExecChain chain;
    private final CancellableWait wait = new CancellableWait();
    private final @Nullable CancellableDependency user;

    ClassicCall(HttpAdapter adapter, Retry view, ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) {
        this.adapter = adapter;
        this.view = view;
        this.request = request;
        this.scope = scope;
        this.chain = chain;
        this.user = scope.originalRequest instanceof CancellableDependency dependency ? dependency : null;
    }

    ClassicHttpResponse make() throws IOException, HttpException {
        RequestConfig own = scope.clientContext.getRequestConfigOrDefault();
        Answer answer = null;
        Exception thrown = null;
        boolean cancelled;
        try {
            letCancelEndTheWait();
            answer = view.<Answer, Exception>call(() -> attempt(own));
        } catch (Exception failure) {
            thrown = failure;
        } finally {
            cancelled = wait.callEnded();
            scope.clientContext.setRequestConfig(own);
        }
        if (cancelled || scope.execRuntime.isExecutionAborted()) {
            if (answer != null) {
                answer.runtime.discardEndpoint();
            }
            throw aborted(thrown);
        }
        if (answer == null) {
            throw failure(thrown == null ? new NullPointerException("response") : thrown);
        }
        return answer.response;
    }

    private static RequestFailedException aborted(@Nullable Throwable cause) {
        return new RequestFailedException("Request aborted", cause);
    }

    /** In an attempt the client sets what a cancel ends. */
    private void letCancelEndTheWait() {
        if (user != null) {
            user.setDependency(() -> {
                wait.cancel();
                return true;
            });
        }
    }

    private IOException failure(Exception thrown) throws HttpException {
        Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
        if (failure instanceof FailedResultException bad && bad.result() instanceof Answer last) {
            FailedResultException own = new FailedResultException(
                    bad.service(), bad.reason(), bad.attempts(), bad.classification(), last.response);
            own.setStackTrace(bad.getStackTrace());
            throw own;
        }
        if (failure instanceof HttpException protocol) {
            throw protocol;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return failure instanceof IOException io ? io : new IOException(failure);
    }

    private Answer attempt(RequestConfig own) throws IOException, HttpException {
        if (!wait.attemptStarted()) {
            throw aborted(null);
        }
        ExecRuntime runtime = scope.execRuntime.fork(user);
        ExecChain.Scope part =
                new ExecChain.Scope(scope.exchangeId, scope.route, scope.originalRequest, runtime, scope.clientContext);
        try {
            ClassicHttpRequest sent = ClassicRequestBuilder.copy(request).build();
            Duration left = view.remaining().orElse(null);
            Attempts.writeHeaders(sent, view, left);
            ClassicHttpResponse response = left == null ? chain.proceed(sent, part) : within(left, sent, part, own);
            return judged(new Answer(response, runtime));
        } catch (FailedResult failed) {
            waits();
            throw failed;
        } catch (Throwable failure) {
            runtime.discardEndpoint(); // a connection that was not made is leased nevertheless
            waits();
            throw failure;
        }
    }

    private void waits() {
        wait.attemptFailed();
        letCancelEndTheWait();
    }

    private ClassicHttpResponse within(Duration left, ClassicHttpRequest sent, ExecChain.Scope part, RequestConfig own)
            throws IOException, HttpException {
        scope.clientContext.setRequestConfig(Attempts.within(own, left));
        Guard guard = Guard.after(HttpAdapter.timeout(left, null), part.execRuntime::discardEndpoint);
        try {
            ClassicHttpResponse response = chain.proceed(sent, part);
            if (guard.stop()) {
                throw new SocketTimeoutException("attempt: no response in " + left);
            }
            return response;
        } catch (IOException failure) {
            if (!guard.stop() || failure instanceof SocketTimeoutException) {
                throw failure;
            }
            SocketTimeoutException timeout = new SocketTimeoutException("attempt: no response in " + left);
            timeout.addSuppressed(failure);
            throw timeout;
        } finally {
            guard.stop();
        }
    }

    /** Returns the response, or throws it where it is a failure. */
    private Answer judged(Answer answer) {
        ClassicHttpResponse response = answer.response;
        Classification failure =
                HttpAdapter.failure(view, response, response.getCode(), HttpClient5Retry.headers(response));
        if (failure != null) {
            throw new FailedResult(answer, failure);
        }
        return answer;
    }

    /** A response, and what holds its connection. To close it is to give that back. */
    private record Answer(ClassicHttpResponse response, ExecRuntime runtime) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            HttpEntity entity = response.getEntity();
            if (entity == null || entity.getContentLength() > MOST_BYTES) {
                response.close();
                runtime.discardEndpoint();
                return;
            }
            Guard guard = Guard.after(LONGEST_DISCARD, runtime::discardEndpoint);
            try (InputStream content = entity.getContent()) {
                boolean whole = content == null || content.readNBytes(MOST_BYTES).length < MOST_BYTES;
                if (!whole) {
                    runtime.discardEndpoint();
                }
            } catch (IOException broken) {
                runtime.discardEndpoint();
            } finally {
                guard.stop();
            }
        }
    }
}
