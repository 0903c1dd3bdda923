package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The retry quota of the AWS SDKs. A retry takes tokens by the category of the failure. A success after a retry gives
 * back what the last retry of that call took. A success at the first attempt gives a fixed credit. Time gives nothing.
 *
 * <p>Made by {@link RetryBudgets#awsQuota} and {@link RetryBudgets#awsQuotaClassic}; {@link #cost} changes the amounts.
 * Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class QuotaSpec implements RetryBudget.Spec {

    /** Tokens of the quota by default: {@value}. */
    public static final int DEFAULT_CAPACITY = 500;

    final CostTerms terms;
    private final long capacityMilli;
    private final long initialMilli;
    private final long successCreditMilli;

    QuotaSpec(CostTerms terms) {
        this(terms, DEFAULT_CAPACITY * TOKEN, DEFAULT_CAPACITY * TOKEN, TOKEN);
    }

    private QuotaSpec(CostTerms terms, long capacityMilli, long initialMilli, long successCreditMilli) {
        this.terms = terms;
        this.capacityMilli = capacityMilli;
        this.initialMilli = initialMilli;
        this.successCreditMilli = successCreditMilli;
    }

    /**
     * Sets the size of the quota, which is also what a new quota holds.
     *
     * @param tokens at least what a retry costs; {@value #DEFAULT_CAPACITY} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public QuotaSpec capacity(int tokens) {
        long milli = Checks.between(1, Amounts.MOST_TOKENS, tokens, "capacity") * TOKEN;
        return new QuotaSpec(terms, milli, milli, successCreditMilli);
    }

    /**
     * Sets what a new quota holds; its capacity by default.
     *
     * @param tokens from zero to the capacity, which has to be set before
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public QuotaSpec initial(double tokens) {
        Checks.between(0, (double) capacityMilli / TOKEN, tokens, "initial");
        return new QuotaSpec(terms, capacityMilli, Amounts.milli(tokens), successCreditMilli);
    }

    /**
     * Sets the credit for a success at the first attempt; 1 by default.
     *
     * @param tokens from 0 to 1000
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public QuotaSpec successCredit(double tokens) {
        Checks.between(0, 1000, tokens, "successCredit");
        return new QuotaSpec(terms, capacityMilli, initialMilli, Amounts.milli(tokens));
    }

    /**
     * Sets what a retry after a failure of one category costs.
     *
     * @param category the category of the failure
     * @param tokens zero or more, in thousandths at the finest
     * @return a new instance
     * @throws IllegalArgumentException if the cost is negative or not a number
     */
    public QuotaSpec cost(ErrorCategory category, double tokens) {
        return with(terms.cost(category, tokens));
    }

    /**
     * Reserves a share of the budget for calls of {@link Criticality#CRITICAL}: other calls are refused before they
     * would draw on it. Nothing is reserved by default.
     *
     * @param share of the capacity; from 0 to less than 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public QuotaSpec reserveForCritical(double share) {
        return with(terms.reserveForCritical(share));
    }

    /**
     * Bounds what one call may take for all of its retries; its first retry is not bound by it. There is no bound by
     * default.
     *
     * @param share of the capacity; more than 0, at most 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public QuotaSpec maxSharePerCall(double share) {
        return with(terms.maxSharePerCall(share));
    }

    private QuotaSpec with(CostTerms changed) {
        return new QuotaSpec(changed, capacityMilli, initialMilli, successCreditMilli);
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        terms.checkAgainst(capacityMilli);
        return new QuotaBudget(this, clock);
    }

    long capacityMilli() {
        return capacityMilli;
    }

    long initialMilli() {
        return initialMilli;
    }

    long successCreditMilli() {
        return successCreditMilli;
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(terms, capacityMilli, initialMilli, successCreditMilli);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QuotaSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "quota(" + Amounts.tokens(capacityMilli) + ", " + Amounts.tokens(successCreditMilli) + " a success)";
    }
}
