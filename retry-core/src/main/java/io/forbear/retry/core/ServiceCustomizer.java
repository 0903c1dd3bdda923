package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.config.ServiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings and parts that code adds to the text of one service of a {@link RetryRegistry}: classifiers and result
 * rules, listeners, a budget, a breaker or a gate that no text can describe.
 *
 * <p>It starts from the text, so that the code decides last. Given to the functions of {@link
 * RetryRegistry.Builder#customize}, and of use only while such a function runs. Not thread-safe.
 *
 * @since 0.1
 */
public final class ServiceCustomizer {

    private final String name;
    private final RetryPolicy.Builder policy;
    private final List<RetryListener> listeners = new ArrayList<>();
    private RetryBudget.@Nullable Spec budget;
    private CircuitBreaker.@Nullable Spec circuitBreaker;
    private @Nullable TokenBucketSpec clientBudget;
    private AttemptGate.@Nullable Spec gate;

    ServiceCustomizer(String name, ServiceConfig text, AttemptGate.@Nullable Spec gate) {
        this.name = name;
        this.policy = text.policy().toBuilder();
        this.budget = text.budget();
        this.circuitBreaker = text.circuitBreaker();
        this.clientBudget = text.ownClientBudget();
        this.gate = gate;
    }

    /**
     * Returns the name of the service.
     *
     * @return the name that the registry was asked for
     */
    public String name() {
        return name;
    }

    /**
     * Changes the policy.
     *
     * @param change given a builder that holds the settings of the text
     * @return this
     */
    public ServiceCustomizer policy(Consumer<? super RetryPolicy.Builder> change) {
        change.accept(policy);
        return this;
    }

    /**
     * Adds a listener for this service, after those of the registry. Listeners are those of the time when the service
     * is made: a reload changes none of them.
     *
     * @param value the listener
     * @return this
     */
    public ServiceCustomizer listener(RetryListener value) {
        listeners.add(Objects.requireNonNull(value, "listener"));
        return this;
    }

    /**
     * Returns the budget of the service, as text and earlier customizers describe it.
     *
     * @return empty where there is none
     */
    public Optional<RetryBudget.Spec> budget() {
        return Optional.ofNullable(budget);
    }

    /**
     * Replaces the budget of the service.
     *
     * @param value the description that the budget is made from
     * @return this
     */
    public ServiceCustomizer budget(RetryBudget.Spec value) {
        this.budget = Objects.requireNonNull(value, "budget");
        return this;
    }

    /**
     * Takes the budget of the service away.
     *
     * @return this
     */
    public ServiceCustomizer withoutBudget() {
        this.budget = null;
        return this;
    }

    /**
     * Gives each client of this service a budget that it shares with no other service, in place of the one that {@code
     * max-budget} describes. Calls without a client share one more.
     *
     * @param value the description of a client's budget, which starts full
     * @return this
     */
    public ServiceCustomizer clientBudget(TokenBucketSpec value) {
        this.clientBudget = Objects.requireNonNull(value, "clientBudget");
        return this;
    }

    /**
     * Replaces the circuit breaker.
     *
     * @param value the description that the breaker is made from
     * @return this
     */
    public ServiceCustomizer circuitBreaker(CircuitBreaker.Spec value) {
        this.circuitBreaker = Objects.requireNonNull(value, "circuitBreaker");
        return this;
    }

    /**
     * Takes the circuit breaker away.
     *
     * @return this
     */
    public ServiceCustomizer withoutCircuitBreaker() {
        this.circuitBreaker = null;
        return this;
    }

    /**
     * Replaces the gate of the registry for this service. The gate is that of the time when the service is made: a
     * reload does not change it.
     *
     * @param value the description that the gate is made from
     * @return this
     */
    public ServiceCustomizer gate(AttemptGate.Spec value) {
        this.gate = Objects.requireNonNull(value, "gate");
        return this;
    }

    RetryPolicy builtPolicy() {
        return policy.build();
    }

    List<RetryListener> listeners() {
        return listeners;
    }

    RetryBudget.@Nullable Spec budgetSpec() {
        return budget;
    }

    CircuitBreaker.@Nullable Spec circuitBreaker() {
        return circuitBreaker;
    }

    @Nullable
    TokenBucketSpec clientBudget() {
        return clientBudget;
    }

    AttemptGate.@Nullable Spec gate() {
        return gate;
    }
}
