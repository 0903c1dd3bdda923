package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How failures of one category are retried, where that differs from the rest of the policy.
 *
 * <p>Immutable: each method returns a new instance. Written as the second argument of {@link RetryPolicy.Builder#on}.
 *
 * @since 0.1
 */
public final class CategoryPolicy {

    static final CategoryPolicy UNCHANGED = new CategoryPolicy(null, null, null);

    final @Nullable Boolean retryable;
    final @Nullable Integer maxAttempts;
    final @Nullable Backoff backoff;

    private CategoryPolicy(@Nullable Boolean retryable, @Nullable Integer maxAttempts, @Nullable Backoff backoff) {
        this.retryable = retryable;
        this.maxAttempts = maxAttempts;
        this.backoff = backoff;
    }

    /**
     * Sets whether failures of this category are retried.
     *
     * @param value {@code true} to retry them
     * @return a new instance
     */
    public CategoryPolicy retryable(boolean value) {
        return new CategoryPolicy(value, maxAttempts, backoff);
    }

    /**
     * Sets the most attempts of a call whose last failure is of this category. It cuts the policy's number and never
     * raises it.
     *
     * @param value total attempts, the first included; at least 1
     * @return a new instance
     * @throws IllegalArgumentException if the value is below 1
     */
    public CategoryPolicy maxAttempts(int value) {
        return new CategoryPolicy(retryable, Checks.atLeast(1, value, "maxAttempts"), backoff);
    }

    /**
     * Sets the backoff after failures of this category.
     *
     * @param value the backoff
     * @return a new instance
     */
    public CategoryPolicy backoff(Backoff value) {
        return new CategoryPolicy(retryable, maxAttempts, Objects.requireNonNull(value, "backoff"));
    }
}
