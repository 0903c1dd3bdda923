package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.Criticality;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a retry costs, and who may take how much: the terms on which a budget is drawn on. Immutable. */
final class Terms {

    static final Terms USUAL = new Terms(usualCosts(), 0, 0, Amounts.WHOLE);

    private final long[] costs;
    /** One bit for each category whose cost the user set. */
    private final int chosen;

    private final int reserveShare;
    private final int callShare;

    private Terms(long[] costs, int chosen, int reserveShare, int callShare) {
        this.costs = costs;
        this.chosen = chosen;
        this.reserveShare = reserveShare;
        this.callShare = callShare;
    }

    private static long[] usualCosts() {
        long[] costs = new long[ErrorCategory.values().length];
        Arrays.fill(costs, TOKEN);
        return costs;
    }

    /** Sets the costs of a published scheme, which need not fit a small capacity. */
    static Terms preset(int usual, int timeout, int rateLimit) {
        long[] costs = new long[ErrorCategory.values().length];
        Arrays.fill(costs, usual * TOKEN);
        costs[ErrorCategory.TIMEOUT.ordinal()] = timeout * TOKEN;
        costs[ErrorCategory.RATE_LIMIT.ordinal()] = rateLimit * TOKEN;
        return new Terms(costs, 0, 0, Amounts.WHOLE);
    }

    Terms cost(ErrorCategory category, double tokens) {
        Checks.between(0, Amounts.MOST_TOKENS, tokens, "cost(" + category + ")");
        long[] changed = costs.clone();
        changed[category.ordinal()] = Amounts.milli(tokens);
        return new Terms(changed, chosen | 1 << category.ordinal(), reserveShare, callShare);
    }

    Terms reserveForCritical(double share) {
        Checks.check(share >= 0 && share < 1, "reserveForCritical", share, "from 0.0 to less than 1.0");
        return new Terms(costs, chosen, Math.min(Amounts.millionths(share), Amounts.WHOLE - 1), callShare);
    }

    Terms maxSharePerCall(double share) {
        Checks.check(share > 0 && share <= 1, "maxSharePerCall", share, "more than 0.0, at most 1.0");
        return new Terms(costs, chosen, reserveShare, Math.max(1, Amounts.millionths(share)));
    }

    long cost(ErrorCategory category) {
        return costs[category.ordinal()];
    }

    /** Returns what must stay when a call of this criticality has drawn on the budget. */
    long kept(long allowance, Criticality criticality) {
        return reserveShare == 0 || criticality == Criticality.CRITICAL ? 0 : Amounts.share(allowance, reserveShare);
    }

    /** Tells whether anything depends on who asks. */
    boolean haveShares() {
        return reserveShare > 0 || callShare < Amounts.WHOLE;
    }

    long perCall(long allowance) {
        return Amounts.share(allowance, callShare);
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
                usual <= capacity - Amounts.share(capacity, reserveShare),
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
        return other instanceof Terms that
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
