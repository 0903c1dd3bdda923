package io.forbear.retry.core.config;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import org.jspecify.annotations.Nullable;

/**
 * A budget that all processes of a fleet share, as text describes it: {@code retry-budget=fleet}. Only a customizer can
 * make it, for it needs a connection to the store; {@code FleetBudgets} of the module {@code retry-redis} is one.
 * Immutable.
 *
 * @param name the name under which processes share the budget; {@code null} for that of the service
 * @param capacity the most tokens that the store holds; {@code null} for the default of the store
 * @param refillPerSecond tokens that the store regains in a second; {@code null} for the default of the store
 * @param ratio tokens that each successful call earns; {@code null} for the default of the store
 * @param initial tokens at the start; {@code null} for the default of the store
 * @param reserveForCritical the share that only critical calls may draw on; {@code null} for the default of the store
 * @param processes how many processes there are at least; {@code null} for the default of the store
 * @since 0.1
 */
public record FleetSpec(
        @Nullable String name,
        @Nullable Integer capacity,
        @Nullable Double refillPerSecond,
        @Nullable Double ratio,
        @Nullable Integer initial,
        @Nullable Double reserveForCritical,
        @Nullable Integer processes)
        implements RetryBudget.Spec {

    /**
     * Refuses: nothing has taken the description up.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    public RetryBudget create(NanoClock clock) {
        throw new IllegalArgumentException(
                "retry-budget: fleet (expected: a customizer of the registry that makes it, such as FleetBudgets of"
                        + " the module retry-redis)");
    }

    @Override
    public String toString() {
        return "fleet(" + (name == null ? "name of the service" : name) + ")";
    }
}
