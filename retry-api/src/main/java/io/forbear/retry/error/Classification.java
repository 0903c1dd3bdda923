package io.forbear.retry.error;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier found out about one failed attempt: its category, whether it may be retried at all, whether the
 * server may have carried it out, and what the server asked for.
 *
 * <p>Immutable. Instances without a pushback are shared, so that classifying allocates nothing where the server asked
 * for nothing. Written as a chain: {@code Classification.of(NETWORK_ERROR).notExecuted()}.
 *
 * @since 0.1
 */
public final class Classification {

    /** Every classification without a pushback: by category, override, whether it was executed and where it arose. */
    private static final Classification[] SHARED = new Classification[ErrorCategory.values().length * 12];

    private static final Classification SUCCESS =
            new Classification(ErrorCategory.CLIENT_ERROR, Boolean.FALSE, false, false, -1, false, 0);

    static {
        for (ErrorCategory category : ErrorCategory.values()) {
            for (int bits = 0; bits < 12; bits++) {
                Boolean retryable = bits / 4 == 0 ? null : Boolean.valueOf(bits / 4 == 1);
                SHARED[category.ordinal() * 12 + bits] =
                        new Classification(category, retryable, bits % 2 == 1, bits / 2 % 2 == 1, -1, false, 0);
            }
        }
    }

    private final ErrorCategory category;
    private final @Nullable Boolean retryable;
    private final boolean notExecuted;
    private final boolean local;
    private final long pushbackNanos;
    private final boolean pushedBack;
    private final int httpStatus;

    private Classification(
            ErrorCategory category,
            @Nullable Boolean retryable,
            boolean notExecuted,
            boolean local,
            long pushbackNanos,
            boolean pushedBack,
            int httpStatus) {
        this.category = category;
        this.retryable = retryable;
        this.notExecuted = notExecuted;
        this.local = local;
        this.pushbackNanos = pushbackNanos;
        this.pushedBack = pushedBack;
        this.httpStatus = httpStatus;
    }

    /**
     * Returns a classification that says the category and nothing else: the policy decides whether it is retried, and
     * the attempt may have been carried out.
     *
     * @param category the category
     * @return a shared instance
     */
    public static Classification of(ErrorCategory category) {
        return SHARED[Objects.requireNonNull(category, "category").ordinal() * 12];
    }

    /**
     * Returns the classification of a result that is no failure. {@link #isSuccess()} tells it from all others, and
     * every method that returns a changed classification returns this one unchanged, so that a rule for results can be
     * written as one expression.
     *
     * @return a shared instance
     */
    public static Classification success() {
        return SUCCESS;
    }

    /**
     * Returns what an HTTP status says of the attempt that it answers; {@link #success()} for one below 400, so that
     * the method serves {@link io.forbear.retry.RetryPolicy.Builder#classifyResult} as it is.
     *
     * <ul>
     *   <li>408: {@code TIMEOUT}
     *   <li>421, 425: {@code TRANSIENT}, retryable and certainly not executed
     *   <li>429, 509, 529: {@code RATE_LIMIT}
     *   <li>other 4xx: {@code CLIENT_ERROR}
     *   <li>501, 505, 506, 508, 510, 511: {@code SERVER_ERROR}, not retryable, since the same request gets the same
     *       answer
     *   <li>other 5xx, 504 among them, and numbers that are no status: {@code SERVER_ERROR}
     * </ul>
     *
     * @param status the status code
     * @return the classification, {@link #success()} for a status from 100 to 399
     */
    public static Classification ofHttpStatus(int status) {
        return Statuses.http(status);
    }

    /**
     * As {@link #ofHttpStatus(int)}, for a response whose server also said when to come back, such as by {@code
     * Retry-After}. A 403 and a 413 that name a delay are {@code RATE_LIMIT}: the server refuses for now.
     *
     * <pre>{@code
     * .classifyResult(HttpResponse.class, r -> Classification.ofHttpStatus(
     *         r.statusCode(), Pushback.retryAfter(r.headers().firstValue("Retry-After").orElse(null))))
     * }</pre>
     *
     * @param status the status code
     * @param pushback what the server asked for; {@link Pushback#none()} for nothing
     * @return the classification with the pushback, {@link #success()} for a status from 100 to 399
     */
    public static Classification ofHttpStatus(int status, Pushback pushback) {
        return Statuses.http(status, Objects.requireNonNull(pushback, "pushback"));
    }

    /**
     * Returns what a gRPC status says of the attempt that it ends; {@link #success()} for 0, {@code OK}.
     *
     * <ul>
     *   <li>14 {@code UNAVAILABLE}: {@code SERVER_ERROR}; the only one that is retried without a pushback
     *   <li>8 {@code RESOURCE_EXHAUSTED}: {@code RATE_LIMIT}, not retryable, since a quota can take hours; a server
     *       that names a delay ({@link #ofGrpcStatus(int, Pushback)}) makes it retryable
     *   <li>4 {@code DEADLINE_EXCEEDED}: {@code TIMEOUT}, not retryable, since the deadline is that of the whole call
     *   <li>10 {@code ABORTED}: {@code TRANSIENT}, not retryable at this level but as a whole transaction
     *   <li>2 {@code UNKNOWN}, 13 {@code INTERNAL}, 15 {@code DATA_LOSS} and numbers that are no status: {@code
     *       SERVER_ERROR}, not retryable
     *   <li>all others: {@code CLIENT_ERROR}
     * </ul>
     *
     * @param status the number of the status
     * @return the classification, {@link #success()} for 0
     */
    public static Classification ofGrpcStatus(int status) {
        return Statuses.grpc(status);
    }

    /**
     * As {@link #ofGrpcStatus(int)}, for a failure whose server also said when to come back.
     *
     * @param status the number of the status
     * @param pushback what the server asked for
     * @return the classification with the pushback, {@link #success()} for 0
     */
    public static Classification ofGrpcStatus(int status, Pushback pushback) {
        return Statuses.grpc(status, Objects.requireNonNull(pushback, "pushback"));
    }

    /** Returns this with other flags: a shared instance where nothing else is said. */
    private Classification with(@Nullable Boolean retryable, boolean notExecuted, boolean local) {
        if (isSuccess()) {
            return this;
        }
        if (pushbackNanos >= 0 || pushedBack || httpStatus != 0) {
            return new Classification(category, retryable, notExecuted, local, pushbackNanos, pushedBack, httpStatus);
        }
        int override = retryable == null ? 0 : retryable ? 1 : 2;
        return SHARED[category.ordinal() * 12 + override * 4 + (local ? 2 : 0) + (notExecuted ? 1 : 0)];
    }

    /**
     * Returns this with the category's rule overruled: never retried.
     *
     * @return a classification that is not retryable whatever the policy says of its category
     */
    public Classification notRetryable() {
        return with(Boolean.FALSE, notExecuted, local);
    }

    /**
     * Returns this with the category's rule overruled: may be retried.
     *
     * @return a classification that is retryable whatever the policy says of its category
     */
    public Classification retryable() {
        return with(Boolean.TRUE, notExecuted, local);
    }

    /**
     * Returns this with the certainty that the server did not carry the attempt out, so that even an operation which is
     * not idempotent may be sent again: the connection was refused, the request was rejected unread.
     *
     * @return a classification of an attempt that had no effect
     */
    public Classification notExecuted() {
        return with(retryable, true, local);
    }

    /**
     * Returns this with the word that the failure arose in this process and says nothing about the service: a pool
     * without room, a client that is closed, a call that was cancelled. The circuit breaker does not hear of it.
     *
     * @return a classification of an attempt that does not count for or against the service
     */
    public Classification local() {
        return with(retryable, notExecuted, true);
    }

    /**
     * Returns this with a delay that the server asked for.
     *
     * @param delay the least delay before the next attempt; zero or more
     * @return a classification with the pushback
     * @throws IllegalArgumentException if the delay is negative
     */
    public Classification pushback(Duration delay) {
        long nanos = Checks.nanos(delay, "delay");
        return isSuccess() ? this : pushedBackBy(nanos, false);
    }

    /**
     * Returns this with what the server asked for.
     *
     * @param value a delay, no further attempt, or nothing
     * @return a classification with the pushback; this where the server asked for nothing
     */
    public Classification pushback(Pushback value) {
        Objects.requireNonNull(value, "pushback");
        if (value.isDoNotRetry()) {
            return doNotRetry();
        }
        return value.isDelay() && !isSuccess() ? pushedBackBy(value.delayNanos(), false) : this;
    }

    private Classification pushedBackBy(long nanos, boolean doNotRetry) {
        return new Classification(category, retryable, notExecuted, local, nanos, doNotRetry, httpStatus);
    }

    /**
     * Returns this with the server's word that it does not want another attempt.
     *
     * @return a classification that ends the call with {@link io.forbear.retry.StopReason#PUSHED_BACK}, unless a reason
     *     before that one does
     */
    public Classification doNotRetry() {
        return isSuccess() ? this : pushedBackBy(-1, true);
    }

    /**
     * Returns this with the HTTP status of the response that the failure came with, by which a policy may {@linkplain
     * io.forbear.retry.RetryPolicy.Builder#retryOnStatus retry} it or {@linkplain
     * io.forbear.retry.RetryPolicy.Builder#neverOnStatus not}. {@link #ofHttpStatus(int)} says it already.
     *
     * @param status from 400 to 599
     * @return a classification with the status; this where the number is no status of a failure
     */
    public Classification httpStatus(int status) {
        boolean same = isSuccess() || status == httpStatus || !isFailure(status);
        return same
                ? this
                : new Classification(category, retryable, notExecuted, local, pushbackNanos, pushedBack, status);
    }

    /** Tells whether a number is the status of a response that is a failure. */
    static boolean isFailure(int status) {
        return status >= 400 && status <= 599;
    }

    /**
     * Tells whether this is {@link #success()}.
     *
     * @return {@code false} for a failure
     */
    @SuppressWarnings("ReferenceEquality") // there is one
    public boolean isSuccess() {
        return this == SUCCESS;
    }

    /**
     * Tells whether the failure arose in this process, and says nothing about the service.
     *
     * @return {@code true} after {@link #local()}
     */
    public boolean isLocal() {
        return local;
    }

    /**
     * Returns the category.
     *
     * @return the category; without meaning for {@link #success()}
     */
    public ErrorCategory category() {
        return category;
    }

    /**
     * Returns whether the failure may be retried: what this classification itself says, else what the policy says of
     * the category.
     *
     * @param byPolicy whether the policy retries the category
     * @return as {@link #retryable()} and {@link #notRetryable()} say, else {@code byPolicy}
     */
    public boolean isRetryable(boolean byPolicy) {
        Boolean override = retryable;
        return override == null ? byPolicy : override;
    }

    /**
     * Tells whether the server certainly did not carry the attempt out.
     *
     * @return {@code false} where it is unknown
     */
    public boolean isNotExecuted() {
        return notExecuted;
    }

    /**
     * Tells whether the server asked not to be called again.
     *
     * @return {@code true} after {@link #doNotRetry()}
     */
    public boolean isDoNotRetry() {
        return pushedBack;
    }

    /**
     * Returns the delay that the server asked for.
     *
     * @return nanoseconds, negative where it asked for none
     */
    public long pushbackNanos() {
        return pushbackNanos;
    }

    /**
     * Returns the HTTP status of the response that the failure came with.
     *
     * @return from 400 to 599; 0 where none is known
     */
    public int httpStatus() {
        return httpStatus;
    }

    /** Compares what is said of the failure. The HTTP status, which says where that comes from, is not compared. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Classification that
                && isSuccess() == that.isSuccess()
                && local == that.local
                && category == that.category
                && Objects.equals(retryable, that.retryable)
                && notExecuted == that.notExecuted
                && pushbackNanos == that.pushbackNanos
                && pushedBack == that.pushedBack;
    }

    @Override
    public int hashCode() {
        return Objects.hash(category, retryable, notExecuted, local, pushbackNanos, pushedBack);
    }

    @Override
    public String toString() {
        if (isSuccess()) {
            return "success";
        }
        StringBuilder text = new StringBuilder(category.name());
        if (retryable != null) {
            text.append(retryable ? ", retryable" : ", not retryable");
        }
        if (notExecuted) {
            text.append(", not executed");
        }
        if (local) {
            text.append(", local");
        }
        if (pushbackNanos >= 0) {
            text.append(", pushback ").append(Duration.ofNanos(pushbackNanos));
        }
        return text.append(pushedBack ? ", do not retry" : "").toString();
    }
}
