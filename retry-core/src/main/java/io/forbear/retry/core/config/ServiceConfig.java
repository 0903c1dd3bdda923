package io.forbear.retry.core.config;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of one service. Immutable. */
public final class ServiceConfig {

    private final RetryPolicy policy;
    private final RetryBudget.@Nullable Spec budget;
    private final CircuitBreaker.@Nullable Spec circuitBreaker;
    private final boolean clientBudget;

    ServiceConfig(
            RetryPolicy policy,
            RetryBudget.@Nullable Spec budget,
            CircuitBreaker.@Nullable Spec circuitBreaker,
            boolean clientBudget) {
        this.policy = policy;
        this.budget = budget;
        this.circuitBreaker = circuitBreaker;
        this.clientBudget = clientBudget;
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
     * @return {@code null} if it has none
     */
    public RetryBudget.@Nullable Spec budget() {
        return budget;
    }

    /**
     * Returns the circuit breaker of the service.
     *
     * @return {@code null} if it has none
     */
    public CircuitBreaker.@Nullable Spec circuitBreaker() {
        return circuitBreaker;
    }

    /**
     * Returns whether each client of the service has a budget of its own, of {@link RetryConfig#maxBudget()} tokens.
     *
     * @return {@code true} if {@code max-budget} is set, or the service has the preset of the specification
     */
    public boolean hasClientBudget() {
        return clientBudget;
    }

    /**
     * Returns whether another configuration describes the same budget, which then keeps its balance through a reload.
     *
     * @param other the configuration that comes after this
     * @return {@code true} if both describe the same
     */
    public boolean hasBudgetOf(ServiceConfig other) {
        return Objects.equals(budget, other.budget);
    }

    /**
     * Returns whether another configuration describes the same circuit breaker, which then keeps its state through a
     * reload.
     *
     * @param other the configuration that comes after this
     * @return {@code true} if both describe the same
     */
    public boolean hasBreakerOf(ServiceConfig other) {
        return Objects.equals(circuitBreaker, other.circuitBreaker);
    }
}
