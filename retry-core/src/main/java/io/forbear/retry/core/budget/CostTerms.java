package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.internal.RetryCosts;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a retry costs, and which share of a budget calls may take. The descriptions of budgets that have such terms hold
 * one of these each. Immutable.
 */
final class CostTerms {

    /** One token for each retry, and no shares. */
    static final CostTerms DEFAULT = new CostTerms(costs(1), 0, 0, Amounts.WHOLE);

    private final long[] costs;
    /** One bit for each category whose cost the user set. */
    private final int chosen;

    private final int reserveShare;
    private final int callShare;

    private CostTerms(long[] costs, int chosen, int reserveShare, int callShare) {
        this.costs = costs;
        this.chosen = chosen;
        this.reserveShare = reserveShare;
        this.callShare = callShare;
    }

    private static long[] costs(int tokens) {
        long[] costs = new long[ErrorCategory.values().length];
        Arrays.fill(costs, tokens * TOKEN);
        return costs;
    }

    /** Returns the costs of a published scheme. The capacity may be too small for some of them. */
    static CostTerms preset(int usual, int timeout, int rateLimit) {
        long[] costs = costs(usual);
        costs[ErrorCategory.TIMEOUT.ordinal()] = timeout * TOKEN;
        costs[ErrorCategory.RATE_LIMIT.ordinal()] = rateLimit * TOKEN;
        return new CostTerms(costs, 0, 0, Amounts.WHOLE);
    }

    CostTerms cost(ErrorCategory category, double tokens) {
        Objects.requireNonNull(category, "category");
        Checks.between(0, Amounts.MOST_TOKENS, tokens, "cost(" + category + ")");
        long[] changed = costs.clone();
        changed[category.ordinal()] = Amounts.milli(tokens);
        return new CostTerms(changed, chosen | 1 << category.ordinal(), reserveShare, callShare);
    }

    CostTerms reserveForCritical(double share) {
        Checks.check(share >= 0 && share < 1, "reserveForCritical", share, "from 0.0 to less than 1.0");
        return new CostTerms(costs, chosen, Math.min(Amounts.millionths(share), Amounts.WHOLE - 1), callShare);
    }

    CostTerms maxSharePerCall(double share) {
        Checks.check(share > 0 && share <= 1, "maxSharePerCall", share, "more than 0.0, at most 1.0");
        return new CostTerms(costs, chosen, reserveShare, Math.max(1, Amounts.millionths(share)));
    }

    long cost(ErrorCategory category) {
        return costs[category.ordinal()];
    }

    /** Tells whether the answer to a withdrawal depends on the criticality or on what the call has taken before. */
    boolean haveShares() {
        return reserveShare > 0 || callShare < Amounts.WHOLE;
    }

    /**
     * Returns what must be left after a withdrawal of a call of this criticality.
     *
     * @param allowance the capacity, or what a window allows now
     */
    long reserve(long allowance, Criticality criticality) {
        return criticality == Criticality.CRITICAL ? 0 : reserve(allowance);
    }

    private long reserve(long allowance) {
        return Amounts.share(allowance, reserveShare);
    }

    /** Tells whether a call would take more than its share of the allowance. Its first retry never does. */
    boolean exceedsShare(long cost, long alreadyTaken, long allowance) {
        return RetryCosts.exceedsShare(cost, alreadyTaken, perCall(allowance));
    }

    /** Returns the most that one call may take out of an allowance. */
    long perCall(long allowance) {
        return Amounts.share(allowance, callShare);
    }

    /** Returns these terms for a budget whose allowance is always its capacity. */
    RetryCosts at(long capacity) {
        return new RetryCosts(costs, reserve(capacity), perCall(capacity));
    }

    /** Refuses terms under which a budget of this capacity could never pay for a retry. */
    void checkAgainst(long capacity) {
        long usual = cost(ErrorCategory.TRANSIENT);
        for (ErrorCategory category : ErrorCategory.values()) {
            if ((chosen & 1 << category.ordinal()) != 0) {
                Checks.check(
                        cost(category) <= capacity,
                        "cost(" + category + ")",
                        Amounts.tokens(cost(category)),
                        "at most the capacity, " + Amounts.tokens(capacity));
            }
        }
        String fits = "enough for a retry, " + Amounts.tokens(usual);
        Checks.check(usual <= capacity, "capacity", Amounts.tokens(capacity), fits);
        Checks.check(
                usual <= capacity - reserve(capacity),
                "reserveForCritical",
                (double) reserveShare / Amounts.WHOLE,
                "leaves " + fits);
        Checks.check(
                usual <= perCall(capacity),
                "maxSharePerCall",
                (double) callShare / Amounts.WHOLE,
                fits + " of " + Amounts.tokens(capacity));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CostTerms that
                && Arrays.equals(costs, that.costs)
                && chosen == that.chosen
                && reserveShare == that.reserveShare
                && callShare == that.callShare;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(costs), chosen, reserveShare, callShare);
    }
}
