package io.forbear.retry.core.client;

import io.forbear.retry.internal.Checks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The size and the refill of the token bucket of each client, in milli-tokens. A bucket starts full.
 *
 * @param capacityMilli the most that the bucket holds, at least 1
 * @param refillMilli what flows back in one period, evenly; 0 for a bucket that is never refilled
 * @param refillPeriodNanos the length of a period, at least 1
 */
public record ClientBudget(long capacityMilli, long refillMilli, long refillPeriodNanos) {

    /**
     * Checks the amounts.
     *
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public ClientBudget {
        Checks.atLeast(1, capacityMilli, "capacityMilli");
        Checks.atLeast(0, refillMilli, "refillMilli");
        Checks.atLeast(1, refillPeriodNanos, "refillPeriodNanos");
    }

    /** Written by hand: the method that the JDK generates for a record keeps its class loader reachable for good. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientBudget that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(capacityMilli, refillMilli, refillPeriodNanos);
    }
}
