package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A share of the calls in flight that may be retrying at a time, and a minimum, as the retry budget of Envoy.
 *
 * <p>Every call must be reported to such a budget: each call writes a shared counter when it starts and when it ends.
 * Choose another kind if the cost of a successful call matters. Made by {@link RetryBudgets#concurrencyShare}.
 * Immutable.
 *
 * @since 0.1
 */
public final class ConcurrencyShareSpec implements RetryBudget.Spec {

    private final int shareMillionths;
    private final int minimum;

    ConcurrencyShareSpec(double share, int minimum) {
        this.shareMillionths = Amounts.millionths(Checks.between(0, 1, share, "share"));
        this.minimum = Checks.between(0, Amounts.MOST_TOKENS, minimum, "minimum");
    }

    int shareMillionths() {
        return shareMillionths;
    }

    /**
     * Returns the share of the calls in flight that may be retrying.
     *
     * @return from 0 to 1
     */
    public double share() {
        return shareMillionths / 1e6;
    }

    /**
     * Returns how many calls may always be retrying.
     *
     * @return zero or more
     */
    public int minimum() {
        return minimum;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        return new ConcurrencyShareBudget(this);
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(shareMillionths, minimum);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConcurrencyShareSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "share of concurrent calls(" + shareMillionths / 1e6 + ", at least " + minimum + ")";
    }
}
