package io.forbear.retry.core.client;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/**
 * What a retry costs a client, and who may take how much of its budget. Immutable.
 *
 * @since 0.1
 */
public final class ClientTerms {

    /** A token for each retry, and no shares. */
    static final ClientTerms USUAL = new ClientTerms(category -> RetryBudget.TOKEN, 0, Long.MAX_VALUE);

    private final long[] costMilli;
    private final long reserveMilli;
    private final long perCallMilli;

    /**
     * Keeps the terms.
     *
     * @param costMilli what a retry after a category costs, in milli-tokens
     * @param reserveMilli milli-tokens that are kept for {@link Criticality#CRITICAL} calls
     * @param perCallMilli the most milli-tokens that one call may take; its first retry is not bound by it
     * @since 0.1
     */
    public ClientTerms(ToLongFunction<ErrorCategory> costMilli, long reserveMilli, long perCallMilli) {
        this.costMilli =
                Arrays.stream(ErrorCategory.values()).mapToLong(costMilli).toArray();
        this.reserveMilli = reserveMilli;
        this.perCallMilli = perCallMilli;
    }

    long cost(ErrorCategory category) {
        return costMilli[category.ordinal()];
    }

    long reserve(Criticality criticality) {
        return criticality == Criticality.CRITICAL ? 0 : reserveMilli;
    }

    boolean refuses(long costMilli, long alreadyTaken) {
        return alreadyTaken > 0 && alreadyTaken + costMilli > perCallMilli;
    }
}
