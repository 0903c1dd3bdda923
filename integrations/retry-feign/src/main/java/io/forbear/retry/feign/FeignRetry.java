package io.forbear.retry.feign;

import feign.Capability;
import feign.Client;
import feign.Request;
import feign.Retryer;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import java.util.Objects;
import java.util.function.Function;

/**
 * A {@link Capability} of Feign that makes the calls of an interface by a {@link Retry}.
 *
 * <pre>{@code
 * Orders orders = Feign.builder()
 *         .addCapability(FeignRetry.of(retry))
 *         .target(Orders.class, "http://orders");
 * }</pre>
 *
 * <p>It stands between Feign and its {@link Client}: interceptors and encoders run once for a call, decoders and the
 * {@code ErrorDecoder} see the last response. Feign's own {@code Retryer} is replaced by {@link Retryer#NEVER_RETRY},
 * which {@code Feign.builder()} does not have by itself. What the client below repeats is its own, and has to be
 * switched off there: see {@code OkHttpRetry.withoutOwnRetries} for OkHttp, {@code disableAutomaticRetries} for Apache.
 * Feign's default client, over {@code HttpURLConnection}, cannot be kept from sending a request without a body again,
 * once, if its connection breaks; a POST, PUT or PATCH without a body gets an empty one, which is sent once.
 *
 * <h2>What is a failure, what may be repeated</h2>
 *
 * <ul>
 *   <li>A response whose status is 400 or above, with what its headers ask for, unless the policy has a {@linkplain
 *       io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for {@code feign.Response} that has an answer. An
 *       exception of the client is judged by the classifier of the policy. What a decoder throws, and a body that
 *       breaks off, is beyond the call, and not retried.
 *   <li>A request whose method is idempotent or that has an {@code Idempotency-Key}; any other only if the server
 *       certainly did not carry it out. The word of {@link CallOptions#idempotent()} or {@link
 *       CallOptions#nonIdempotent()} goes before that. A body is bytes, and can be sent again.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, from which Feign makes a result or a {@code FeignException}. A response
 *       that is retried is closed before the wait.
 *   <li>With the exception of the last attempt, as the cause of Feign's {@code RetryableException}; a suppressed {@code
 *       RetryStopped} of that cause says why there was no further attempt.
 *   <li>With a {@link io.forbear.retry.http.NoResponseException} as that cause, where the first attempt was not made,
 *       or the last response had been closed before a wait after which there was no further attempt. An interrupt in a
 *       wait ends the call so; the flag stays set.
 * </ul>
 *
 * <p>From the second attempt on a request carries the number of the attempt, and where the call has a deadline or the
 * policy an attempt timeout, the time that is left, which bounds the connect and read time-outs too: {@code
 * forbear-attempt}, {@code forbear-timeout-ms}. An asynchronous Feign is not retried.
 *
 * <p>Immutable and thread-safe. It does not own the {@code Retry}.
 *
 * @since 0.1
 */
public final class FeignRetry implements Capability {

    private final Function<Request, Retry> retries;

    private FeignRetry(Function<Request, Retry> retries) {
        this.retries = retries;
    }

    /**
     * Returns a capability for an interface whose calls go to one service.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new capability
     */
    public static FeignRetry of(Retry retry) {
        Objects.requireNonNull(retry, "retry");
        return new FeignRetry(request -> retry);
    }

    /**
     * Returns a capability that asks for the {@code Retry} of each call, such as a view with the options of the request
     * that the thread serves:
     *
     * <pre>{@code
     * FeignRetry.of(request -> retry.with(IncomingCall.current()))
     * }</pre>
     *
     * @param retries returns who decides on the attempts of a request, asked on the thread of the call
     * @return a new capability
     */
    public static FeignRetry of(Function<Request, Retry> retries) {
        return new FeignRetry(Objects.requireNonNull(retries, "retries"));
    }

    /** Returns a client that makes each call by the {@code Retry}. */
    @Override
    public Client enrich(Client client) {
        return new RetryingClient(Objects.requireNonNull(client, "client"), retries);
    }

    /** Returns {@link Retryer#NEVER_RETRY}: the policy has decided when a call comes back to Feign. */
    @Override
    public Retryer enrich(Retryer retryer) {
        return Retryer.NEVER_RETRY;
    }
}
