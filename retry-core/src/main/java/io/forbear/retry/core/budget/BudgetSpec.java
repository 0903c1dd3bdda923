package io.forbear.retry.core.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A description of a budget that is drawn on in tokens: what its kinds have in common.
 *
 * <p>Immutable: each method returns a new instance, so that one description may serve many services. Ranges are checked
 * where a value enters; whether the settings fit together, by {@link RetryBudget.Spec#create}.
 *
 * @param <S> the kind itself
 * @since 0.1
 */
public abstract class BudgetSpec<S extends BudgetSpec<S>> implements RetryBudget.Spec {

    final Terms terms;

    BudgetSpec(Terms terms) {
        this.terms = terms;
    }

    abstract S with(Terms changed);

    /** Every setting of the kind, the terms included: what makes two descriptions equal. */
    abstract List<Object> settings();

    /**
     * Sets what a retry after a failure of one category costs.
     *
     * @param category the kind of failure
     * @param tokens zero or more, in thousandths at the finest
     * @return a new instance
     * @throws IllegalArgumentException if the cost is negative or not a number
     */
    public S cost(ErrorCategory category, double tokens) {
        return with(terms.cost(Objects.requireNonNull(category, "category"), tokens));
    }

    /**
     * Keeps a share of the budget for calls of {@link Criticality#CRITICAL}: others are refused when they would have to draw
     * on it. Nothing is kept by default.
     *
     * @param share of the capacity, of a ratio budget's window; from 0 to less than 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public S reserveForCritical(double share) {
        return with(terms.reserveForCritical(share));
    }

    /**
     * Bounds what one call may take for all of its retries; its first retry is refused only where the budget is short. All of
     * it by default.
     *
     * @param share of the capacity, of a ratio budget's window; more than 0, at most 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public S maxSharePerCall(double share) {
        return with(terms.maxSharePerCall(share));
    }

    /**
     * Returns what a retry after a failure of a category costs.
     *
     * @param category the kind of failure
     * @return milli-tokens, zero or more
     */
    public long costMilli(ErrorCategory category) {
        return terms.cost(category);
    }

    /**
     * Returns what is left to calls of {@link Criticality#CRITICAL} out of a given amount.
     *
     * @param allowanceMilli the capacity, or what a window allows, in milli-tokens
     * @return milli-tokens
     */
    public long reserveMilli(long allowanceMilli) {
        return terms.kept(allowanceMilli, Criticality.NORMAL);
    }

    /**
     * Returns the most that one call may take out of a given amount.
     *
     * @param allowanceMilli the capacity, or what a window allows, in milli-tokens
     * @return milli-tokens
     */
    public long perCallMilli(long allowanceMilli) {
        return terms.perCall(allowanceMilli);
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof BudgetSpec<?> that
                && getClass().isInstance(that) // kinds are final
                && settings().equals(that.settings());
    }

    @Override
    public final int hashCode() {
        return settings().hashCode();
    }
}
