package io.forbear.retry.okhttp;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.http.HttpAdapter;
import java.util.Objects;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Call.Factory} that makes each call by a {@link Retry}, over an {@link OkHttpClient} that sends the requests.
 *
 * <pre>{@code
 * Call.Factory http = OkHttpRetry.over(client, users);
 * try (Response response = http.newCall(request).execute()) { ... }
 *
 * new Retrofit.Builder().callFactory(http)     // Retrofit
 * }</pre>
 *
 * <p>Each attempt is a call of the client, with the client's own interceptors. {@link Call#execute} waits on the thread
 * that calls it; after {@link Call#enqueue} no thread waits, neither one of the dispatcher nor another.
 *
 * <h2>What is a failure, what may be repeated</h2>
 *
 * <ul>
 *   <li>A response whose status is 400 or above, with what its headers ask for, unless the policy has a {@linkplain
 *       io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for {@code okhttp3.Response} that has an answer. An
 *       exception is judged by the classifier of the policy. A body that breaks off while the caller reads it is
 *       beyond the call, and not retried.
 *   <li>A request whose method is idempotent or that has an {@code Idempotency-Key}; any other only if the server
 *       certainly did not carry it out. The word of {@link CallOptions#idempotent()} or {@link
 *       CallOptions#nonIdempotent()} goes before that.
 *   <li>A request whose body is {@linkplain RequestBody#isOneShot one-shot} or duplex is sent once, and the call ends
 *       with {@link io.forbear.retry.StopReason#NOT_REPEATABLE}.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, also if its status is a failure. It is thrown as a {@link
 *       io.forbear.retry.FailedResultException} only if the policy says so; a {@code Callback} gets that as the cause
 *       of an {@code IOException}. A response that is retried is closed before the wait.
 *   <li>With the exception of the last attempt; a suppressed {@code RetryStopped} says why there was no further one.
 *   <li>With a {@link io.forbear.retry.http.NoResponseException}, an {@code IOException}, where the first attempt was
 *       not made, or the last response had been closed before a wait after which there was no further attempt.
 *   <li>{@link Call#cancel} ends the attempt or the wait at once, with {@code IOException: Canceled}. An interrupt in a
 *       wait ends {@code execute} with the last exception, or a {@code NoResponseException}; the flag stays set.
 * </ul>
 *
 * <h2>Time</h2>
 *
 * <p>The client's call time-out, and that of {@link Call#timeout}, hold for each attempt; the deadline of the policy
 * holds for all of them and for the waits. From the second attempt on a request carries the number of the attempt, and
 * where the call has a deadline the time that is left: {@code forbear-attempt}, {@code forbear-timeout-ms}.
 *
 * <h2>The client's own repetitions</h2>
 *
 * <p>OkHttp sends a request again, a POST too, if its connection breaks, after a 408, and after a 503 with {@code
 * Retry-After: 0}. The client that this makes does not: {@code retryOnConnectionFailure} is off, and {@code
 * Retry-After} is out of its sight. Redirects, authenticators, and the way of a 421 to another connection stay.
 *
 * <p>Thread-safe. It owns neither the client nor the {@code Retry}; dispatcher, pool and cache are those of the client.
 *
 * @since 0.1
 */
public final class OkHttpRetry implements Call.Factory {

    private final OkHttpClient client;
    private final HttpAdapter adapter;

    private OkHttpRetry(OkHttpClient client, HttpAdapter adapter) {
        this.client = client;
        this.adapter = adapter;
    }

    /**
     * Returns a factory of calls that are made by a {@code Retry}.
     *
     * @param client sends the requests; it is not changed
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new factory
     */
    public static OkHttpRetry over(OkHttpClient client, Retry retry) {
        Objects.requireNonNull(client, "client");
        HttpAdapter adapter = HttpAdapter.of(retry);
        return new OkHttpRetry(withoutOwnRetries(client), adapter);
    }

    /**
     * Returns a client whose blocking calls retry, for code that needs an {@link OkHttpClient} and not a {@link
     * Call.Factory}: its first interceptor answers each call by one of {@link #over}.
     *
     * <pre>{@code
     * OkHttpClient http = OkHttpRetry.client(client, users);
     * }</pre>
     *
     * <ul>
     *   <li>An enqueued call is made once, for its wait would hold a thread of the dispatcher; {@link #over} retries
     *       it. The request of a web socket passes by, and is not counted.
     *   <li>The client's call time-out holds for each attempt, and for all of them and the waits too.
     *   <li>The client's interceptors and event listeners see each attempt as a call.
     * </ul>
     *
     * @param client sends the requests; it is not changed
     * @param retry decides on attempts
     * @return a new client, with the dispatcher, the pool and the cache of the other
     */
    public static OkHttpClient client(OkHttpClient client, Retry retry) {
        OkHttpClient.Builder outer = client.newBuilder().eventListener(EventListener.NONE);
        outer.interceptors().add(0, new RetryInterceptor(over(client, retry)));
        return outer.build();
    }

    /**
     * Returns a client that sends each request once, for a layer above it that retries, such as Feign: without the
     * repetitions that this class names above. Redirects and authenticators stay.
     *
     * @param client is not changed
     * @return a new client, with the dispatcher, the pool and the cache of the other
     */
    public static OkHttpClient withoutOwnRetries(OkHttpClient client) {
        return client.newBuilder()
                .retryOnConnectionFailure(false)
                .addInterceptor(HiddenRetryAfter.RESTORES)
                .addNetworkInterceptor(HiddenRetryAfter.HIDES)
                .build();
    }

    /**
     * Returns a view whose calls have options, such as those of {@code IncomingCall.current()}.
     *
     * @param options the options that are added to those of the {@code Retry}
     * @return a view of this; cheap, made for one call or kept
     */
    public OkHttpRetry with(CallOptions options) {
        return new OkHttpRetry(client, HttpAdapter.of(retry().with(options)));
    }

    /**
     * Returns a view for the calls of one client of this application, such as a tenant: see {@link Retry#forClient}.
     *
     * @param name the key of the client
     * @return a view of this; cheap, made for one call or kept
     */
    public OkHttpRetry forClient(String name) {
        return new OkHttpRetry(client, HttpAdapter.of(retry().forClient(name)));
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
     * Returns a call that is not begun yet. A {@link CallOptions} that is a tag of the request is added to the options
     * of the {@code Retry}.
     */
    @Override
    public Call newCall(Request request) {
        return newCall(request, true);
    }

    /** As above; a call that may not wait is made once. */
    RetryingCall newCall(Request request, boolean mayWait) {
        @Nullable CallOptions options = request.tag(CallOptions.class);
        HttpAdapter own = options == null ? adapter : HttpAdapter.of(retry().with(options));
        return new RetryingCall(client, own, request, mayWait);
    }

    @Override
    public String toString() {
        return "OkHttpRetry(" + retry().name() + ", " + client + ")";
    }
}
