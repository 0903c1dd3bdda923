package io.forbear.retry.http;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CallRefusedException;
import io.forbear.retry.FailedResult;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Retry;
import io.forbear.retry.error.Classification;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Retry} as an adapter to an HTTP client uses it: the view whose options fit a request, what a response says
 * of its attempt, which headers an attempt carries, and what the caller is thrown.
 *
 * <pre>{@code
 * Retry view = adapter.view(request.method(), request::header, isRepeatable(request.body()));
 * return view.call(() -> {
 *     Response response = client.send(HttpAdapter.attempt(view) == 1 ? request : withHeaders(request, view));
 *     Classification failure = HttpAdapter.failure(view, response, response.code(), response::header);
 *     if (failure != null) {
 *         throw new FailedResult(response, failure);
 *     }
 *     return response;
 * });
 * }</pre>
 *
 * <p>Headers are functions, as {@link HttpRules} takes them. Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class HttpAdapter {

    /** Many clients take a time-out of zero for none. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Retry retry;
    private final Retry nonIdempotent;
    private final Retry notRepeatable;

    private HttpAdapter(Retry retry) {
        this.retry = retry;
        CallOptions options = retry.options();
        boolean said = options.idempotentOr(true) == options.idempotentOr(false);
        this.nonIdempotent = said ? retry : retry.with(CallOptions.defaults().nonIdempotent());
        this.notRepeatable = retry.with(CallOptions.defaults().notRepeatable());
    }

    /**
     * Returns what an adapter does with a {@code Retry}.
     *
     * @param retry decides on attempts; its view for a client or with options serves as well
     * @return to be kept as long as the {@code Retry}
     */
    public static HttpAdapter of(Retry retry) {
        return new HttpAdapter(Objects.requireNonNull(retry, "retry"));
    }

    /**
     * Returns the {@code Retry} by which calls are made.
     *
     * @return as it was given
     */
    public Retry retry() {
        return retry;
    }

    /**
     * Returns the {@code Retry} whose options fit a request: as it was given; for one that is not {@linkplain
     * HttpRules#isIdempotent idempotent} {@link CallOptions#nonIdempotent()}, unless the options say either; for one
     * that can be sent once {@link CallOptions#notRepeatable()}.
     *
     * @param method the method of the request, in capitals
     * @param headers returns the first value of a header of the request, {@code null} where there is none
     * @param repeatable whether its body can be sent again; {@code true} where it has none
     * @return a view that was made before, so that this makes no object
     */
    public Retry view(String method, Function<String, @Nullable String> headers, boolean repeatable) {
        if (!repeatable) {
            return notRepeatable;
        }
        return HttpRules.isIdempotent(method, headers) ? retry : nonIdempotent;
    }

    /**
     * Returns which attempt a request is to the server: that of the call, or that of the caller upstream, whichever is
     * greater. To be asked inside the attempt.
     *
     * @param view what {@link #view} returned
     * @return from 1; 1 needs no header
     */
    public static int attempt(Retry view) {
        return Math.max(view.currentAttempt(), view.options().upstreamAttempt());
    }

    /**
     * Returns what the header {@value io.forbear.retry.AttemptHeader#NAME} of an attempt says. What the user wrote
     * stays where it says more: the number of an attempt upstream.
     *
     * @param attempt what {@link #attempt} returned
     * @param written what the request has, {@code null} for no such header
     * @return a number in digits
     */
    public static String attemptValue(int attempt, @Nullable String written) {
        return AttemptHeader.value(Math.max(attempt, AttemptHeader.attempt(written)));
    }

    /**
     * Returns the time-out of an attempt: the shorter of what is left of the call and the client's own, at least a
     * millisecond.
     *
     * @param left what {@link Retry#remaining()} says
     * @param own the client's own, {@code null} or zero for none
     * @return above zero
     */
    public static Duration timeout(Duration left, @Nullable Duration own) {
        boolean shorter = own != null && !own.isZero() && own.compareTo(left) < 0;
        Duration least = shorter ? Objects.requireNonNull(own) : left;
        return least.compareTo(SHORTEST) < 0 ? SHORTEST : least;
    }

    /**
     * Returns what kind of failure a response is: by the policy's own {@linkplain
     * io.forbear.retry.RetryPolicy.Builder#classifyResult rule} where it has an answer, else by {@link
     * HttpRules#classify}.
     *
     * @param view what {@link #view} returned
     * @param response what the policy's rule is asked about
     * @param status its status
     * @param headers returns the first value of a header of the response, {@code null} where there is none
     * @return to be thrown as a {@link FailedResult}; {@code null} for a response that is no failure
     */
    public static @Nullable Classification failure(
            Retry view, Object response, int status, Function<String, @Nullable String> headers) {
        Function<@Nullable Object, @Nullable Classification> own = view.policy().resultClassifier();
        Classification found = own == null ? null : answer(own, response);
        found = found == null ? HttpRules.classify(status, headers) : found;
        return found.isSuccess() ? null : found;
    }

    /** A rule that throws is asked again by the engine, which logs it; here it has no answer and no failure. */
    private static @Nullable Classification answer(
            Function<@Nullable Object, @Nullable Classification> rule, Object response) {
        try {
            return rule.apply(response);
        } catch (Throwable broken) { // an error too: it would take the response with it
            return Classification.success();
        }
    }

    /**
     * Returns what the caller of an HTTP client is thrown for what a call failed with: {@link NoResponseException}
     * where no attempt was made, or the last response had been discarded before a wait; an exception of the client's
     * kind where the call or the attempt was timed out; in any other case the failure itself.
     *
     * @param failure what {@link Retry#call} threw, or the future of {@link Retry#callAsync} failed with
     * @param timeout makes the client's own kind of time-out from a message
     * @return the failure, or what stands for it, with what was suppressed in it
     */
    public Throwable failureOfCall(Throwable failure, Function<@Nullable String, ? extends IOException> timeout) {
        boolean discarded =
                failure instanceof FailedResultException && !retry.policy().isFailedResultThrown();
        if (discarded || failure instanceof CallRefusedException) {
            return new NoResponseException(failure);
        }
        if (failure instanceof TimeoutException) {
            IOException own = timeout.apply(failure.getMessage());
            own.initCause(failure);
            for (Throwable suppressed : failure.getSuppressed()) {
                own.addSuppressed(suppressed);
            }
            return own;
        }
        return failure;
    }
}
