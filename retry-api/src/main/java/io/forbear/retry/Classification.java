package io.forbear.retry;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a classifier found out about one failed attempt: its category, whether it may be retried at all, whether the
 * server may have carried it out, and what the server asked for.
 *
 * <p>Immutable. {@link #of(ErrorCategory)} returns shared instances, so that classifying allocates nothing where there
 * is no pushback.
 *
 * @since 0.1
 */
public final class Classification {

    private static final Classification[] PLAIN = new Classification[ErrorCategory.values().length];

    static {
        for (ErrorCategory category : ErrorCategory.values()) {
            PLAIN[category.ordinal()] = new Classification(category, null, false, -1, false);
        }
    }

    private final ErrorCategory category;
    private final @Nullable Boolean retryable;
    private final boolean notExecuted;
    private final long pushbackNanos;
    private final boolean pushedBack;

    private Classification(
            ErrorCategory category,
            @Nullable Boolean retryable,
            boolean notExecuted,
            long pushbackNanos,
            boolean pushedBack) {
        this.category = category;
        this.retryable = retryable;
        this.notExecuted = notExecuted;
        this.pushbackNanos = pushbackNanos;
        this.pushedBack = pushedBack;
    }

    /**
     * Returns a classification that says the category and nothing else: the policy decides whether it is retried, and
     * the attempt may have been carried out.
     *
     * @param category the category
     * @return a shared instance
     */
    public static Classification of(ErrorCategory category) {
        return PLAIN[Objects.requireNonNull(category, "category").ordinal()];
    }

    /**
     * Returns this with the category's rule overruled: never retried.
     *
     * @return a classification that is not retryable whatever the policy says of its category
     */
    public Classification notRetryable() {
        return new Classification(category, Boolean.FALSE, notExecuted, pushbackNanos, pushedBack);
    }

    /**
     * Returns this with the category's rule overruled: may be retried.
     *
     * @return a classification that is retryable whatever the policy says of its category
     */
    public Classification retryable() {
        return new Classification(category, Boolean.TRUE, notExecuted, pushbackNanos, pushedBack);
    }

    /**
     * Returns this with the certainty that the server did not carry the attempt out, so that even an operation which is
     * not idempotent may be sent again: the connection was refused, the request was rejected unread.
     *
     * @return a classification of an attempt that had no effect
     */
    public Classification notExecuted() {
        return new Classification(category, retryable, true, pushbackNanos, pushedBack);
    }

    /**
     * Returns this with a delay that the server asked for.
     *
     * @param delay the least delay before the next attempt; zero or more
     * @return a classification with the pushback
     * @throws IllegalArgumentException if the delay is negative
     */
    public Classification pushback(Duration delay) {
        return new Classification(category, retryable, notExecuted, Checks.nanos(delay, "delay"), false);
    }

    /**
     * Returns this with the server's word that it does not want another attempt.
     *
     * @return a classification that ends the call with {@link StopReason#PUSHED_BACK}
     */
    public Classification doNotRetry() {
        return new Classification(category, retryable, notExecuted, -1, true);
    }

    /**
     * Returns the category.
     *
     * @return the category
     */
    public ErrorCategory category() {
        return category;
    }

    /**
     * Returns what this classification itself says of retrying, which overrules the policy's rule for the category.
     *
     * @return empty where the policy decides
     */
    public Optional<Boolean> retryableOverride() {
        return Optional.ofNullable(retryable);
    }

    /**
     * Tells whether the failure may be retried, given what the policy says of the category.
     *
     * @param policyAllows whether the policy retries the category
     * @return the override where there is one, else {@code policyAllows}
     */
    public boolean isRetryable(boolean policyAllows) {
        Boolean override = retryable;
        return override == null ? policyAllows : override;
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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Classification that
                && category == that.category
                && Objects.equals(retryable, that.retryable)
                && notExecuted == that.notExecuted
                && pushbackNanos == that.pushbackNanos
                && pushedBack == that.pushedBack;
    }

    @Override
    public int hashCode() {
        return Objects.hash(category, retryable, notExecuted, pushbackNanos, pushedBack);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(category.name());
        if (retryable != null) {
            text.append(retryable ? ", retryable" : ", not retryable");
        }
        if (notExecuted) {
            text.append(", not executed");
        }
        if (pushbackNanos >= 0) {
            text.append(", pushback ").append(Duration.ofNanos(pushbackNanos));
        }
        return text.append(pushedBack ? ", do not retry" : "").toString();
    }
}
