package io.forbear.retry.apache;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpAdapter;
import java.util.Objects;
import java.util.function.Function;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.async.H2AsyncClientBuilder;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of an Apache HttpClient 5 by a {@link Retry}.
 *
 * <pre>{@code
 * CloseableHttpClient http = HttpClient5Retry.install(HttpClients.custom(), users).build();
 * CloseableHttpAsyncClient async = HttpClient5Retry.install(HttpAsyncClients.custom(), users).build();
 * }</pre>
 *
 * <p>It takes the place of the client's own retries, which are switched off: those repeat 429 and 503, of a POST too.
 * So it stands inside of redirects, whose requests are calls of their own, and outside of authentication and cookies,
 * which each attempt gets anew.
 *
 * <h2>What is a failure, what may be repeated</h2>
 *
 * <ul>
 *   <li>A response whose status is 400 or above, with what its headers ask for, unless the policy has a {@linkplain
 *       io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for {@code HttpResponse} that has an answer. An
 *       exception is judged by the classifier of the policy. A body that breaks off while the caller reads it is beyond
 *       the call, and not retried.
 *   <li>A request whose method is idempotent or that has an {@code Idempotency-Key}; any other only if the server
 *       certainly did not carry it out. The word of {@link CallOptions#idempotent()} or {@link
 *       CallOptions#nonIdempotent()} goes before that.
 *   <li>A request whose entity is not repeatable is sent once, and the call ends with {@link
 *       io.forbear.retry.StopReason#NOT_REPEATABLE}.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, also if its status is a failure. If the policy says that it is thrown,
 *       its connection is gone, and its body with it. The body of a response that is retried is read before the wait,
 *       for a tenth of a second at most, so that its connection serves others meanwhile.
 *   <li>With the exception of the last attempt; a suppressed {@code RetryStopped} says why there was no further one.
 *   <li>With a {@link io.forbear.retry.http.NoResponseException}, an {@code IOException}, where the first attempt was
 *       not made, or the last response had been discarded before a wait after which there was no further attempt.
 *   <li>{@code cancel} or {@code abort} of the request ends the attempt or the wait at once, with a {@code
 *       RequestFailedException}. An interrupt in a wait ends the call with the last exception, or a {@code
 *       NoResponseException}; the flag stays set.
 * </ul>
 *
 * <h2>The asynchronous client</h2>
 *
 * <p>A response that is no failure goes to the caller as it comes. The body of one that is a failure, a mebibyte at
 * most, is kept until the call has ended, so that its connection is free before the wait and the caller gets the last
 * one whole. Cancelling the future ends the attempt or the wait at once.
 *
 * <h2>Time</h2>
 *
 * <p>Where the call has a deadline or the policy an attempt timeout, what is left of it bounds the wait for a
 * connection and the attempt, up to the headers of its response. From the second attempt on a request carries the
 * number of the attempt, and where its time is bounded the time that is left: {@code forbear-attempt}, {@code
 * forbear-timeout-ms}.
 *
 * <p>All methods are thread-safe where their builder is. The client does not own the {@code Retry}.
 *
 * @since 0.1
 */
public final class HttpClient5Retry {

    /** The name of the element in the exec chain, and of the attribute of a context. */
    private static final String NAME = "io.forbear.retry";

    private HttpClient5Retry() {}

    /**
     * Makes the calls of a client retry, and switches its own retries off.
     *
     * @param builder of the client
     * @param retry decides on attempts
     * @return the builder
     */
    public static HttpClientBuilder install(HttpClientBuilder builder, Retry retry) {
        ClassicRetryExec exec = new ClassicRetryExec(HttpAdapter.of(retry));
        return builder.disableAutomaticRetries().addExecInterceptorBefore(ChainElement.PROTOCOL.name(), NAME, exec);
    }

    /**
     * Makes the calls of an asynchronous client retry, and switches its own retries off. No thread waits between
     * attempts.
     *
     * @param builder of the client
     * @param retry decides on attempts
     * @return the builder
     */
    public static HttpAsyncClientBuilder install(HttpAsyncClientBuilder builder, Retry retry) {
        AsyncRetryExec exec = new AsyncRetryExec(HttpAdapter.of(retry));
        return builder.disableAutomaticRetries().addExecInterceptorBefore(ChainElement.PROTOCOL.name(), NAME, exec);
    }

    /**
     * Makes the calls of an asynchronous client that speaks HTTP/2 alone retry, and switches its own retries off.
     *
     * @param builder of the client
     * @param retry decides on attempts
     * @return the builder
     */
    public static H2AsyncClientBuilder install(H2AsyncClientBuilder builder, Retry retry) {
        AsyncRetryExec exec = new AsyncRetryExec(HttpAdapter.of(retry));
        return builder.disableAutomaticRetries().addExecInterceptorBefore(ChainElement.PROTOCOL.name(), NAME, exec);
    }

    /**
     * Says that the calls with a context are made by another {@code Retry} than that of the client, such as its view
     * for a tenant or with the options of {@code IncomingCall.current()}.
     *
     * <pre>{@code
     * http.execute(request, HttpClient5Retry.by(users.forClient(tenant), HttpClientContext.create()), handler);
     * }</pre>
     *
     * @param retry decides on attempts
     * @param context the context of the call
     * @return the context
     * @param <C> its type
     */
    public static <C extends HttpContext> C by(Retry retry, C context) {
        context.setAttribute(NAME, Objects.requireNonNull(retry, "retry"));
        return context;
    }

    /** Returns the adapter of one call. */
    static HttpAdapter of(HttpAdapter adapter, HttpContext context) {
        return context.getAttribute(NAME) instanceof Retry own ? HttpAdapter.of(own) : adapter;
    }

    /** Returns the headers of a message as rules read them. */
    static Function<String, @Nullable String> headers(MessageHeaders message) {
        return name -> {
            Header header = message.getFirstHeader(name);
            return header == null ? null : header.getValue();
        };
    }
}
