package io.forbear.retry.core;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.service.GuardedParts;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the plan of one service of a registry is made from, and what it was made of, so that a reload can tell what was
 * changed.
 *
 * @param policy the rules
 * @param budget the budget and its description
 * @param breaker the circuit breaker and its description
 * @param clients the state of the clients
 * @param clientBudgets where the budgets of the clients are kept
 */
record ServiceParts(
        RetryPolicy policy,
        Part<RetryBudget> budget,
        Part<CircuitBreaker> breaker,
        ClientTable clients,
        Clients clientBudgets) {

    /**
     * A part with state.
     *
     * @param spec what it was made from, {@code null} for none
     * @param made as it was made
     * @param guarded the same, or what keeps it from throwing
     */
    record Part<P>(
            @Nullable Object spec,
            @Nullable P made,
            @Nullable P guarded) {

        /**
         * Makes the part of a description, or keeps the one there is: where the description is equal, and where it
         * gives the same object.
         */
        static <P, S> Part<P> of(
                @Nullable S spec,
                Function<? super S, ? extends @Nullable P> create,
                UnaryOperator<P> guard,
                @Nullable Part<P> before) {
            if (before != null && Objects.equals(spec, before.spec)) {
                return before;
            }
            P made = spec == null ? null : create.apply(spec);
            P kept = before != null && before.made == made ? before.guarded : null;
            P guarded = kept != null || made == null ? kept : guard.apply(made);
            return new Part<>(spec, made, guarded);
        }
    }

    /**
     * Where the budgets of the clients are kept.
     *
     * @param ofService the description of budgets that no other service shares, {@code null} for none of its own
     * @param apart whether the service has none, though others of the registry share theirs
     */
    record Clients(@Nullable TokenBucketSpec ofService, boolean apart) {

        ClientTable table(RetryConfig config, ClientTable shared, NanoClock clock) {
            TokenBucketSpec spec = ofService;
            if (spec != null) {
                return Retries.clients(spec, shared.maxClients(), clock);
            }
            return apart ? new ClientTable(shared.maxClients(), null, clock) : ClientTable.sharingBudgetsOf(shared);
        }

        /** By hand, for what the JDK makes of a record here keeps its class loader for good. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Clients that && apart == that.apart && Objects.equals(ofService, that.ofService);
        }

        @Override
        public int hashCode() {
            return Objects.hash(ofService, apart);
        }
    }

    /** Makes the parts of a service, or those of a reload, which keeps of the parts before what was not changed. */
    static ServiceParts of(
            ServiceCustomizer given,
            RetryConfig config,
            ClientTable shared,
            NanoClock clock,
            @Nullable ServiceParts before) {
        String name = given.name();
        Clients clients = new Clients(
                given.clientBudget(),
                config.maxBudget() > 0 && !config.service(name).hasClientBudget());
        return new ServiceParts(
                given.builtPolicy(),
                Part.of(
                        given.budgetSpec(),
                        spec -> spec.create(clock),
                        part -> Objects.requireNonNull(GuardedParts.guarded(part)),
                        before == null ? null : before.budget),
                Part.of(
                        given.circuitBreaker(),
                        spec -> spec.create(name, clock),
                        part -> Objects.requireNonNull(GuardedParts.guarded(part)),
                        before == null ? null : before.breaker),
                before != null && clients.equals(before.clientBudgets)
                        ? before.clients
                        : clients.table(config, shared, clock),
                clients);
    }
}
