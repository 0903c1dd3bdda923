package io.forbear.retry.spring.web;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import io.forbear.retry.http.DeadlineHeader;
import io.forbear.retry.http.HttpAdapter;
import io.forbear.retry.reactor.ForbearOperator;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/**
 * A filter of {@code WebClient} that makes its calls by a {@link Retry}, without a thread that waits. It needs {@code
 * retry-reactor}.
 *
 * <pre>{@code
 * WebClient orders = WebClient.builder()
 *         .baseUrl("http://orders")
 *         .filter(WebClientRetry.of(retry))
 *         .build();
 * }</pre>
 *
 * <p>Each subscription to an exchange is a call. Filters that are registered before it run once for a call, those after
 * it for each attempt.
 *
 * <h2>What is a failure, what may be repeated</h2>
 *
 * <ul>
 *   <li>A response whose status is 400 or above, with what its headers ask for ({@code Retry-After} and its
 *       relatives), unless the policy has a {@linkplain io.forbear.retry.RetryPolicy.Builder#classifyResult rule} for
 *       {@code ClientResponse} that has an answer. An error of the exchange is judged by the classifier of the policy.
 *       A body that breaks off, and what a decoder throws, is beyond the call.
 *   <li>A request whose method is idempotent or that has an {@code Idempotency-Key}; any other only if the server
 *       certainly did not carry it out. The word of {@link CallOptions#idempotent()} or {@link
 *       CallOptions#nonIdempotent()} goes before that.
 *   <li>A body from a publisher is subscribed to again by each attempt. Of one that allows a single subscriber say
 *       {@link CallOptions#notRepeatable()}.
 * </ul>
 *
 * <h2>How a call ends</h2>
 *
 * <ul>
 *   <li>With the response of the last attempt, of which {@code WebClient} makes a result or a {@code
 *       WebClientResponseException}. The body of a response that is retried is released before the wait; one that does
 *       not end within a second costs its connection.
 *   <li>With the error of the last attempt, a {@link WebClientRequestException} in most cases; a suppressed {@code
 *       RetryStopped} says why there was no further attempt.
 *   <li>With a {@link WebClientRequestException} whose cause is a {@link io.forbear.retry.http.NoResponseException},
 *       where the first attempt was not made, or the last response had been released before a wait after which there
 *       was no further attempt; whose cause is a {@link SocketTimeoutException}, where the deadline of the call or the
 *       policy's attempt timeout has ended it.
 *   <li>A cancel cancels the exchange, or ends the wait.
 * </ul>
 *
 * <p>From the second attempt on a request carries the number of the attempt ({@code forbear-attempt}), and where the
 * call has a deadline or the policy an attempt timeout, the time that is left ({@code forbear-timeout-ms}).
 *
 * <p>Immutable and thread-safe. It does not own the {@code Retry}.
 *
 * @since 0.1
 */
public final class WebClientRetry implements ExchangeFilterFunction {

    private final Function<? super ClientRequest, ? extends Retry> retries;

    /** The adapter of the last call, which is that of the next one in most applications. */
    private volatile @Nullable HttpAdapter last;

    private WebClientRetry(Function<? super ClientRequest, ? extends Retry> retries) {
        this.retries = retries;
    }

    /**
     * Returns a filter for a client whose requests go to one service.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return a new filter
     */
    public static WebClientRetry of(Retry retry) {
        Objects.requireNonNull(retry, "retry");
        return new WebClientRetry(request -> retry);
    }

    /**
     * Returns a filter that asks for the {@code Retry} of each call, such as by an attribute of the request.
     *
     * @param retries returns who decides on the attempts of a request, asked at each subscription
     * @return a new filter
     */
    public static WebClientRetry of(Function<? super ClientRequest, ? extends Retry> retries) {
        return new WebClientRetry(Objects.requireNonNull(retries, "retries"));
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.defer(() -> {
            HttpAdapter adapter = adapter(retries.apply(request));
            Retry view = adapter.view(request.method().name(), request.headers()::getFirst, true);
            Mono<HeldResponse> attempt = Mono.defer(() -> next.exchange(prepared(request, view)))
                    .flatMap(response -> judged(response, view));
            return attempt.transform(ForbearOperator.of(view))
                    .map(HeldResponse::response)
                    .onErrorMap(thrown -> failure(adapter, thrown, request));
        });
    }

    private HttpAdapter adapter(Retry retry) {
        HttpAdapter adapter = last;
        if (adapter == null || adapter.retry() != retry) {
            adapter = HttpAdapter.of(retry);
            last = adapter;
        }
        return adapter;
    }

    /** Returns what an attempt sends. It is asked on the thread that begins the attempt, which knows its number. */
    private static ClientRequest prepared(ClientRequest request, Retry view) {
        int attempt = HttpAdapter.attempt(view);
        Duration left = view.remaining().orElse(null);
        if (attempt == 1 && left == null) {
            return request;
        }
        return ClientRequest.from(request)
                .headers(headers -> {
                    if (attempt > 1) {
                        headers.set(
                                AttemptHeader.NAME,
                                HttpAdapter.attemptValue(attempt, headers.getFirst(AttemptHeader.NAME)));
                    }
                    if (left != null) {
                        headers.set(DeadlineHeader.NAME, DeadlineHeader.value(left));
                    }
                })
                .build();
    }

    /**
     * Returns the response, or fails with it where it is a failure. Nothing is thrown, which would cancel the exchange
     * and with it the body: the caller may get this response yet. {@code hide} keeps Reactor from seeing that the inner
     * publisher is an error, which it would throw.
     */
    private static Mono<HeldResponse> judged(ClientResponse response, Retry view) {
        Classification failure =
                HttpAdapter.failure(view, response, response.statusCode().value(), name -> response.headers()
                        .asHttpHeaders()
                        .getFirst(name));
        HeldResponse held = new HeldResponse(response);
        return failure == null
                ? Mono.just(held)
                : Mono.<HeldResponse>error(new FailedResult(held, failure)).hide();
    }

    /** What is not of the client is wrapped as what its users handle. */
    private static Throwable failure(HttpAdapter adapter, Throwable thrown, ClientRequest request) {
        if (thrown instanceof FailedResultException failed && failed.result() instanceof HeldResponse held) {
            return new FailedResultException(
                    failed.service(), failed.reason(), failed.attempts(), failed.classification(), held.response());
        }
        Throwable failure = adapter.failureOfCall(thrown, SocketTimeoutException::new);
        return failure == thrown
                ? thrown
                : new WebClientRequestException(failure, request.method(), request.url(), request.headers());
    }

    /**
     * A response that can be discarded.
     *
     * @param response of whose body nothing has been read
     */
    private record HeldResponse(ClientResponse response) implements AutoCloseable {

        /** How long the rest of a body may take, after which the connection is closed. */
        private static final Duration LONGEST = Duration.ofSeconds(1);

        @Override
        public void close() {
            response.releaseBody().timeout(LONGEST).onErrorComplete().subscribe();
        }
    }
}
