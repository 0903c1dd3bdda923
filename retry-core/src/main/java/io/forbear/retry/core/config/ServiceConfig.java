package io.forbear.retry.core.config;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the settings say of one service. Immutable. */
public final class ServiceConfig {

    private final RetryPolicy policy;
    private final RetryBudget.@Nullable Spec budget;
    private final CircuitBreaker.@Nullable Spec circuitBreaker;
    private final Map<String, String> budgetSettings;
    private final Map<String, String> breakerSettings;

    ServiceConfig(
            RetryPolicy policy,
            RetryBudget.@Nullable Spec budget,
            CircuitBreaker.@Nullable Spec circuitBreaker,
            Map<String, String> budgetSettings,
            Map<String, String> breakerSettings) {
        this.policy = policy;
        this.budget = budget;
        this.circuitBreaker = circuitBreaker;
        this.budgetSettings = Map.copyOf(budgetSettings);
        this.breakerSettings = Map.copyOf(breakerSettings);
    }

    /**
     * Returns the policy.
     *
     * @return the policy of the service
     */
    public RetryPolicy policy() {
        return policy;
    }

    /**
     * Returns the budget of the service.
     *
     * @return {@code null} where only its clients have budgets
     */
    public RetryBudget.@Nullable Spec budget() {
        return budget;
    }

    /**
     * Returns the circuit breaker of the service.
     *
     * @return {@code null} where it has none
     */
    public CircuitBreaker.@Nullable Spec circuitBreaker() {
        return circuitBreaker;
    }

    /**
     * Tells whether another configuration describes the same budget, which then keeps its balance through a reload.
     *
     * @param other the configuration that comes after this
     * @return {@code true} if nothing was changed that a budget is made from
     */
    public boolean hasBudgetOf(ServiceConfig other) {
        return budgetSettings.equals(other.budgetSettings);
    }

    /**
     * Tells whether another configuration describes the same circuit breaker, which then keeps its state through a reload.
     *
     * @param other the configuration that comes after this
     * @return {@code true} if nothing was changed that a breaker is made from
     */
    public boolean hasBreakerOf(ServiceConfig other) {
        return breakerSettings.equals(other.breakerSettings);
    }
}
