package io.forbear.retry.spring.web;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedResult;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.DeadlineHeader;
import io.forbear.retry.http.HttpAdapter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * An interceptor of {@code RestClient} and {@code RestTemplate} that makes their calls by a {@link Retry}.
 *
 * <pre>{@code
 * RestClient orders = RestClient.builder()
 *         .baseUrl("http://orders")
 *         .requestInterceptor(RestClientRetry.of(retry))
 *         .build();
 * }</pre>
 *
 * <p>Interceptors that are registered before it run once for a call, those after it for each attempt: what signs a
 * request or fetches a token stands after it. In Spring 6, whose chain of interceptors can be gone through once, it
 * goes through the rest of the chain by itself, so that an attempt is the same as in Spring 7.
 *
 * <h2>What is a failure, what may be repeated</h2>
 *
 * <ul>
 *   <li>A response whose status is 400 or above, with what its headers ask for ({@code Retry-After} and its
 *       relatives), unless the policy has a {@linkplain io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for
 *       {@code ClientHttpResponse} that has an answer. An exception of the client is judged by the classifier of the
 *       policy. What a converter of messages throws is beyond the call.
 *   <li>A request whose method is idempotent or that has an {@code Idempotency-Key}; any other only if the server
 *       certainly did not carry it out. The word of {@link CallOptions#idempotent()} or {@link
 *       CallOptions#nonIdempotent()} goes before that. A body is bytes, and can be sent again.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, of which {@code RestClient} makes a result or a {@code
 *       RestClientResponseException}. A response that is retried is closed before the wait.
 *   <li>With the exception of the last attempt, as the cause of a {@code ResourceAccessException}; a suppressed {@code
 *       RetryStopped} of that cause says why there was no further attempt.
 *   <li>With a {@link io.forbear.retry.http.NoResponseException} as that cause, where the first attempt was not made,
 *       or the last response had been closed before a wait after which there was no further attempt. An interrupt in a
 *       wait ends the call so; the flag stays set.
 * </ul>
 *
 * <p>From the second attempt on a request carries the number of the attempt ({@code forbear-attempt}), and where the
 * call has a deadline or the policy an attempt timeout, the time that is left ({@code forbear-timeout-ms}). Time-outs
 * are settings of Spring's request factories, and not of a request: an attempt ends by the read time-out there, or
 * where the policy says {@link io.forbear.retry.RetryPolicy.Builder#interruptOnTimeout()} and the client obeys an
 * interrupt, as that of the JDK does.
 *
 * <h2>The client's own repetitions</h2>
 *
 * <p>What the client below repeats is its own, and has to be switched off there: {@code disableAutomaticRetries()} for
 * Apache HttpClient, which Spring Boot takes where it finds it, and which repeats a 429 or 503 of a POST too. The
 * client of the JDK sends a GET twice if the connection closes without an answer, and cannot be told not to.
 *
 * <p>Immutable and thread-safe. It does not own the {@code Retry}.
 *
 * @since 0.1
 */
public final class RestClientRetry implements ClientHttpRequestInterceptor {

    private final Function<? super HttpRequest, ? extends Retry> retries;

    /** The adapter of the last call, which is that of the next one in most applications. */
    private volatile @Nullable HttpAdapter last;

    private RestClientRetry(Function<? super HttpRequest, ? extends Retry> retries) {
        this.retries = retries;
    }

    /**
     * Returns an interceptor for a client whose requests go to one service.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new interceptor
     */
    public static RestClientRetry of(Retry retry) {
        Objects.requireNonNull(retry, "retry");
        return new RestClientRetry(request -> retry);
    }

    /**
     * Returns an interceptor that asks for the {@code Retry} of each call, such as a view with the options of the
     * request that the thread serves:
     *
     * <pre>{@code
     * RestClientRetry.of(request -> retry.with(IncomingCall.current()))
     * }</pre>
     *
     * @param retries returns who decides on the attempts of a request, asked on the thread of the call
     * @return a new interceptor
     */
    public static RestClientRetry of(Function<? super HttpRequest, ? extends Retry> retries) {
        return new RestClientRetry(Objects.requireNonNull(retries, "retries"));
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        ClientHttpRequestExecution chain = RestOfChain.of(execution);
        HttpAdapter adapter = adapter(retries.apply(request));
        HttpHeaders written = request.getHeaders();
        Retry view = adapter.view(request.getMethod().name(), written::getFirst, true);
        AttemptRequest sent = new AttemptRequest(request);
        try {
            return view.<ClientHttpResponse, Exception>call(
                    () -> judged(chain.execute(prepared(sent, view), body), view));
        } catch (Exception thrown) {
            Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw failure instanceof IOException io ? io : new IOException(failure);
        }
    }

    private HttpAdapter adapter(Retry retry) {
        HttpAdapter adapter = last;
        if (adapter == null || adapter.retry() != retry) {
            adapter = HttpAdapter.of(retry);
            last = adapter;
        }
        return adapter;
    }

    /** Returns what an attempt sends: a request of its own, so that none has the headers which another was given. */
    private static HttpRequest prepared(AttemptRequest request, Retry view) {
        AttemptRequest fresh = request.copy();
        HttpHeaders headers = fresh.getHeaders();
        int attempt = HttpAdapter.attempt(view);
        if (attempt > 1) {
            headers.set(AttemptHeader.NAME, HttpAdapter.attemptValue(attempt, headers.getFirst(AttemptHeader.NAME)));
        }
        Duration left = view.remaining().orElse(null);
        if (left != null) {
            headers.set(DeadlineHeader.NAME, DeadlineHeader.value(left));
        }
        return fresh;
    }

    /** Returns the response, or throws it where it is a failure. */
    private static ClientHttpResponse judged(ClientHttpResponse response, Retry view) throws IOException {
        Classification failure;
        try {
            int status = response.getStatusCode().value();
            failure = HttpAdapter.failure(
                    view, response, status, name -> response.getHeaders().getFirst(name));
        } catch (Throwable unreadable) { // nobody else would close it
            response.close();
            throw unreadable;
        }
        if (failure != null) {
            throw new FailedResult(response, failure);
        }
        return response;
    }
}
