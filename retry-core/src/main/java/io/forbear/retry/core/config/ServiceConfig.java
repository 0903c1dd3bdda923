package io.forbear.retry.core.config;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.TokenBucketSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The settings of one service. Immutable. */
public final class ServiceConfig {

    private final RetryPolicy policy;
    private final RetryBudget.@Nullable Spec budget;
    private final CircuitBreaker.@Nullable Spec circuitBreaker;
    private final boolean clientBudget;
    private final @Nullable TokenBucketSpec ownClientBudget;
    private final Gate gate;

    ServiceConfig(
            RetryPolicy policy,
            RetryBudget.@Nullable Spec budget,
            CircuitBreaker.@Nullable Spec circuitBreaker,
            boolean clientBudget,
            @Nullable TokenBucketSpec ownClientBudget,
            Gate gate) {
        this.policy = policy;
        this.budget = budget;
        this.circuitBreaker = circuitBreaker;
        this.clientBudget = clientBudget;
        this.ownClientBudget = ownClientBudget;
        this.gate = gate;
    }

    /**
     * What is said of a gate.
     *
     * @param isSaid whether anything is
     * @param spec its description, {@code null} for none
     */
    record Gate(boolean isSaid, AttemptGate.@Nullable Spec spec) {}

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
     * Returns the gate of the service.
     *
     * @param otherwise the gate that holds where the settings say nothing of one; {@code null} for none
     * @return {@code null} if it has none
     */
    public AttemptGate.@Nullable Spec gate(AttemptGate.@Nullable Spec otherwise) {
        return gate.isSaid ? gate.spec : otherwise;
    }

    /**
     * Returns the budget that each client has for this service alone.
     *
     * @return {@code null} if no {@code client-budget} is set
     */
    public @Nullable TokenBucketSpec ownClientBudget() {
        return ownClientBudget;
    }

    /**
     * Returns whether each client of the service has part in a budget of {@link RetryConfig#maxBudget()} tokens, which
     * it has for all such services together.
     *
     * @return {@code true} if {@code max-budget} is set, or the service has the preset of the specification, and no
     *     {@code client-budget} says otherwise
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
