package io.forbear.retry.core.internal;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;

/**
 * What a retry costs, and how much of a budget calls may take, for a budget of a fixed capacity; all in milli-tokens.
 * The package of budgets makes it from the description of a budget, and the package of clients charges by it.
 * Immutable.
 */
public final class RetryCosts {

    /** One token for each retry; a call may take all. */
    public static final RetryCosts ONE_TOKEN = oneToken();

    private final long[] costMilli;
    private final long reserveMilli;
    private final long perCallMilli;

    /**
     * Keeps the amounts.
     *
     * @param costMilli the cost of a retry by the ordinal of the category of its failure
     * @param reserveMilli what is kept for {@link Criticality#CRITICAL} calls
     * @param perCallMilli the most that one call may take for its second and later retries
     */
    public RetryCosts(long[] costMilli, long reserveMilli, long perCallMilli) {
        this.costMilli = costMilli.clone();
        this.reserveMilli = reserveMilli;
        this.perCallMilli = perCallMilli;
    }

    private static RetryCosts oneToken() {
        long[] costs = new long[ErrorCategory.values().length];
        Arrays.fill(costs, RetryBudget.TOKEN);
        return new RetryCosts(costs, 0, Long.MAX_VALUE);
    }

    /** Returns what a retry after a failure of a category costs. */
    public long cost(ErrorCategory category) {
        return costMilli[category.ordinal()];
    }

    /** Returns what must be left after a withdrawal of a call of this criticality. */
    public long reserve(Criticality criticality) {
        return criticality == Criticality.CRITICAL ? 0 : reserveMilli;
    }

    /** Tells whether a call would take more than its share. Its first retry never does. */
    public boolean exceedsShare(long cost, long alreadyTaken) {
        return exceedsShare(cost, alreadyTaken, perCallMilli);
    }

    /** As {@link #exceedsShare(long, long)}, for a share that is not fixed. */
    public static boolean exceedsShare(long cost, long alreadyTaken, long perCallMilli) {
        return alreadyTaken > 0 && alreadyTaken + cost > perCallMilli;
    }
}
