package io.forbear.retry.http;

import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Operation;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that makes each call by a {@link Retry}, over another one that sends the requests.
 *
 * <pre>{@code
 * HttpClient http = HttpRetry.over(HttpClient.newHttpClient(), users);
 * HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
 * }</pre>
 *
 * <h2>What is a failure</h2>
 *
 * <p>A response whose status is 400 or above, as {@link HttpRules#classify} says, with what its headers ask for; unless
 * the policy has a {@linkplain io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for responses that has an
 * answer. An exception is judged by the {@linkplain io.forbear.retry.RetryPolicy.Builder#classifier classifier} of the
 * policy.
 *
 * <h2>What may be repeated</h2>
 *
 * <ul>
 *   <li>A request whose method is idempotent, or that has an {@code Idempotency-Key} ({@link HttpRules#isIdempotent}).
 *       Any other is repeated only if the server certainly did not carry it out. The word of {@link
 *       CallOptions#idempotent()} or {@link CallOptions#nonIdempotent()} on the {@code Retry} goes before that.
 *   <li>A request whose body can be read once is sent once, and the call ends with {@link
 *       io.forbear.retry.StopReason#NOT_REPEATABLE}; {@link RepeatableBody} says which bodies those are.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, also if its status is a failure, as without this class. It is thrown as
 *       a {@link FailedResultException} only if the policy says {@link
 *       io.forbear.retry.RetryPolicy.Builder#throwFailedResults()}. A response that is retried is discarded before the
 *       wait: its body is read and closed, so that its connection serves others meanwhile.
 *   <li>With the exception of the last attempt, the same that the client threw; a suppressed {@code RetryStopped} says
 *       why there was no further attempt. An attempt that this class or the policy has timed out throws {@link
 *       HttpTimeoutException}.
 *   <li>With a {@link NoResponseException}, where the first attempt was not made, or the last response was a stream
 *       that had been discarded before a wait after which no further attempt was made.
 *   <li>An interrupt in an attempt throws {@link InterruptedException}; one in a wait ends the call with its last
 *       response or exception. Both leave the interrupt flag set. Cancelling the future of {@code sendAsync} ends the
 *       wait, or the exchange.
 * </ul>
 *
 * <h2>What an attempt sends</h2>
 *
 * <p>The request as it is; from the second attempt on with its number in the header {@value
 * io.forbear.retry.AttemptHeader#NAME}; where the call has a deadline or the policy an attempt timeout, with the time
 * that is left in the header {@value DeadlineHeader#NAME}, and with that as its time-out, unless its own is shorter.
 * The JDK's time-out ends with the headers of the response, before Java 26.
 *
 * <h2>The client's own repetitions</h2>
 *
 * <p>The client of the JDK sends a GET or HEAD a second time if the connection closes without an answer, and any
 * request if {@code jdk.httpclient.enableAllMethodRetry} is set. This class refuses it that and lets the policy decide,
 * unless the client follows redirects or authenticates, which cannot be told from a repetition; {@link
 * #repetitionsRefused()} counts. A request without body then has {@code Content-Length: 0}. What remains, of every
 * client: a connection that is refused is tried twice, unless {@code jdk.httpclient.disableRetryConnect} is set, and
 * a newer client (that of Java 25, not of 17) sends a stream again, once, that the server has refused unread; the
 * server has done nothing in either case.
 *
 * <p>Thread-safe. It owns neither the client nor the {@code Retry}: {@code close} and {@code shutdown} of Java 21 go to
 * the client.
 *
 * @since 0.1
 */
public final class HttpRetry extends HttpClient {

    private final HttpClient client;
    private final HttpAdapter adapter;
    private final boolean sendsOnce;
    private final LongAdder refusals;

    private HttpRetry(HttpClient client, Retry retry, LongAdder refusals) {
        this.client = client;
        this.adapter = HttpAdapter.of(retry);
        this.sendsOnce = SentOnce.fits(client);
        this.refusals = refusals;
    }

    /**
     * Returns a client that makes each call by a {@code Retry}.
     *
     * @param client sends the requests; one whose own retries are on multiplies with these
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new client
     */
    public static HttpRetry over(HttpClient client, Retry retry) {
        Objects.requireNonNull(client, "client");
        return new HttpRetry(client, retry, new LongAdder());
    }

    /**
     * Returns a view whose calls have options, such as those of {@link IncomingCall#current()}.
     *
     * @param options the options that are added to those of the {@code Retry}
     * @return a view of this; cheap, made for one call or kept
     */
    public HttpRetry with(CallOptions options) {
        return new HttpRetry(client, retry().with(options), refusals);
    }

    /**
     * Returns a view for the calls of one client of this application, such as a tenant: see {@link Retry#forClient}.
     *
     * @param name the key of the client
     * @return a view of this; cheap, made for one call or kept
     */
    public HttpRetry forClient(String name) {
        return new HttpRetry(client, retry().forClient(name), refusals);
    }

    /**
     * Returns the {@code Retry} by which calls are made.
     *
     * @return as it was given
     */
    public Retry retry() {
        return adapter.retry();
    }

    /**
     * Returns how often the client was kept from sending a request a second time by itself.
     *
     * @return a count since this and the views of it were made
     */
    public long repetitionsRefused() {
        return refusals.sum();
    }

    /**
     * Makes a call on this thread, and waits on this thread between attempts.
     *
     * @throws NoResponseException where the first attempt was not made, or the last response had been discarded
     * @throws FailedResultException if the policy says so of a call that ends with a failed response
     */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Objects.requireNonNull(request, "request");
        Retry view = view(request);
        try {
            return view.<HttpResponse<T>, Exception>call(new Blocking<>(this, view, request, handler));
        } catch (IOException | InterruptedException failure) {
            throw failure;
        } catch (Exception failure) {
            throw asIo(failure);
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    /**
     * Makes an asynchronous call; see {@link Retry#callAsync} for the threads. Each attempt hands its pushes to the
     * handler.
     */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
        Objects.requireNonNull(request, "request");
        Retry view = view(request);
        return CallFuture.of(
                view.callAsync(new Asynchronous<>(this, view, request, handler, pushes)), this::failureOfCall);
    }

    // ---- one call

    /** Returns the {@code Retry} whose options fit the request. */
    private Retry view(HttpRequest request) {
        Optional<BodyPublisher> body = request.bodyPublisher();
        boolean repeatable = body.isEmpty() || RepeatableBody.isRepeatable(body.get());
        return adapter.view(
                request.method(), name -> request.headers().firstValue(name).orElse(null), repeatable);
    }

    /** What the caller is thrown; an error of the policy's own kinds is one of input and output to HTTP users. */
    private IOException asIo(Exception failure) {
        Throwable expected = failureOfCall(failure);
        if (expected instanceof IOException io) {
            return io;
        }
        if (expected instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return new IOException(expected);
    }

    private Throwable failureOfCall(Throwable failure) {
        return adapter.failureOfCall(failure, HttpTimeoutException::new);
    }

    // ---- one attempt

    private @Nullable SentOnce once(HttpRequest request) {
        return sendsOnce && SentOnce.isNeeded(request)
                ? new SentOnce(request.bodyPublisher().orElse(null), refusals)
                : null;
    }

    private static HttpRequest prepared(HttpRequest request, Retry view, @Nullable SentOnce once) {
        return AttemptRequest.of(
                request, HttpAdapter.attempt(view), view.remaining().orElse(null), once);
    }

    /** Returns the response, or throws it where it is a failure. */
    static <T> HttpResponse<T> judged(HttpResponse<T> response, Retry view) {
        Classification failure = HttpAdapter.failure(view, response, response.statusCode(), name -> response.headers()
                .firstValue(name)
                .orElse(null));
        if (failure == null) {
            return response;
        }
        throw new FailedResult(response, failure);
    }

    private record Blocking<T>(HttpRetry http, Retry view, HttpRequest request, BodyHandler<T> handler)
            implements Operation<HttpResponse<T>, Exception> {
        @Override
        public HttpResponse<T> call() throws Exception {
            SentOnce once = http.once(request);
            HttpRequest sent = prepared(request, view, once);
            HttpResponse<T> response;
            try {
                response = http.client.send(sent, handler);
            } catch (IOException failure) {
                throw once == null ? failure : (IOException) once.failure(failure);
            }
            return judged(response, view);
        }
    }

    private record Asynchronous<T>(
            HttpRetry http,
            Retry view,
            HttpRequest request,
            BodyHandler<T> handler,
            @Nullable PushPromiseHandler<T> pushes)
            implements Supplier<CompletionStage<HttpResponse<T>>> {
        @Override
        public CompletionStage<HttpResponse<T>> get() {
            SentOnce once = http.once(request);
            HttpRequest sent = prepared(request, view, once);
            CompletableFuture<HttpResponse<T>> exchange = pushes == null
                    ? http.client.sendAsync(sent, handler)
                    : http.client.sendAsync(sent, handler, pushes);
            if (exchange.isDone() && !exchange.isCompletedExceptionally()) {
                judged(exchange.join(), view);
                return exchange;
            }
            return Exchange.of(exchange, view, once);
        }
    }

    // ---- as the client

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    /** Returns the client's own builder: a web socket is not retried. */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return client.newWebSocketBuilder();
    }

    // ---- as the client, from Java 21 on

    /**
     * Shuts the client down, as its method of the same name does. A call that waits between attempts then fails with
     * its next attempt.
     *
     * @throws UnsupportedOperationException before Java 21
     */
    public void shutdown() {
        NewerMethods.shutdown(client);
    }

    /**
     * Shuts the client down at once, as its method of the same name does.
     *
     * @throws UnsupportedOperationException before Java 21
     */
    public void shutdownNow() {
        NewerMethods.shutdownNow(client);
    }

    /**
     * Tells whether the client has terminated, as its method of the same name does.
     *
     * @return {@code true} if it has
     * @throws UnsupportedOperationException before Java 21
     */
    public boolean isTerminated() {
        return NewerMethods.isTerminated(client);
    }

    /**
     * Waits until the client has terminated, as its method of the same name does.
     *
     * @param most how long to wait at most
     * @return whether it has
     * @throws InterruptedException if the thread is interrupted
     * @throws UnsupportedOperationException before Java 21
     */
    public boolean awaitTermination(Duration most) throws InterruptedException {
        return NewerMethods.awaitTermination(client, most);
    }

    /**
     * Closes the client, as its method of the same name does.
     *
     * @throws UnsupportedOperationException before Java 21
     */
    public void close() {
        NewerMethods.close(client);
    }

    @Override
    public String toString() {
        return "HttpRetry(" + retry().name() + ", " + client + ")";
    }
}
