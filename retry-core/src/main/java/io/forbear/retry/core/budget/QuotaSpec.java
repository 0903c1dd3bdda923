package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.util.List;

/**
 * The retry quota of the AWS SDKs: retries take from it by the kind of failure, a success after a retry gives back what its last
 * retry took, and a success at the first attempt gives a fixed credit. Time gives nothing.
 *
 * <p>Made by {@link RetryBudgets#awsQuota} and {@link RetryBudgets#awsQuotaClassic}; {@link #cost} changes the sizes.
 *
 * @since 0.1
 */
public final class QuotaSpec extends BudgetSpec<QuotaSpec> {

    /** Tokens of the quota where nothing is said: {@value}. */
    public static final int DEFAULT_CAPACITY = 500;

    private final long capacityMilli;
    private final long initialMilli;
    private final long successCreditMilli;

    QuotaSpec(Terms terms) {
        this(terms, DEFAULT_CAPACITY * TOKEN, DEFAULT_CAPACITY * TOKEN, TOKEN);
    }

    private QuotaSpec(Terms terms, long capacityMilli, long initialMilli, long successCreditMilli) {
        super(terms);
        this.capacityMilli = capacityMilli;
        this.initialMilli = initialMilli;
        this.successCreditMilli = successCreditMilli;
    }

    /**
     * Sets the size of the quota, which is also what it starts with.
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
     * @param tokens from zero to the capacity, which is set before
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public QuotaSpec initial(double tokens) {
        Checks.between(0, (double) capacityMilli / TOKEN, tokens, "initial");
        return new QuotaSpec(terms, capacityMilli, Amounts.milli(tokens), successCreditMilli);
    }

    /**
     * Sets what a success at the first attempt gives; 1 by default.
     *
     * @param tokens from 0 to 1000
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public QuotaSpec successCredit(double tokens) {
        Checks.between(0, 1000, tokens, "successCredit");
        return new QuotaSpec(terms, capacityMilli, initialMilli, Amounts.milli(tokens));
    }

    @Override
    QuotaSpec with(Terms changed) {
        return new QuotaSpec(changed, capacityMilli, initialMilli, successCreditMilli);
    }

    /**
     * Returns the size of the quota.
     *
     * @return milli-tokens
     */
    public long capacityMilli() {
        return capacityMilli;
    }

    /**
     * Returns what a new quota holds.
     *
     * @return milli-tokens
     */
    public long initialMilli() {
        return initialMilli;
    }

    /**
     * Returns what a success at the first attempt gives.
     *
     * @return milli-tokens
     */
    public long successCreditMilli() {
        return successCreditMilli;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        terms.checkAgainst(capacityMilli);
        return new QuotaBudget(this, clock);
    }

    @Override
    List<Object> settings() {
        return List.of(terms, capacityMilli, initialMilli, successCreditMilli);
    }
}
