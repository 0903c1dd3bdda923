package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.operations.TopClient;
import org.jspecify.annotations.Nullable;

/** Reads the figures of a service and of its clients. */
final class Snapshots {
    /*
     * A counter that is part of another is read before it, and calls are counted before what they made of it. So a
     * snapshot that is taken while calls end shows recovered <= successes <= calls, and no end without its attempts.
     */

    private Snapshots() {}

    /** Returns the figures of a service. */
    static RetrySnapshot ofService(String service, Plan plan, Totals totals) {
        // each end is read once, so that the figures add up; attempts come after the ends, for they are counted before
        // the end that they led to
        long recovered = totals.sum(counters -> counters.recovered.sum());
        long successes = totals.sum(counters -> counters.firstTry.sum()) + recovered;
        RetrySnapshot.Builder figures = RetrySnapshot.builder(service).successes(successes, recovered);
        for (StopReason reason : StopReason.values()) {
            long refused = totals.refused(reason); // a part of those that were stopped, so it is read before them
            figures.stopped(reason, totals.stopped(reason)).refused(reason, refused);
        }
        figures.attempts(totals.sum(Counters::attempts))
                .nested(totals.sum(counters -> counters.nested.sum()))
                .delayNanos(totals.sum(counters -> counters.delayNanos.sum()));
        for (int attempt = 2; attempt <= RetrySnapshot.LAST_UPSTREAM_ATTEMPT; attempt++) {
            int number = attempt;
            figures.repeatedCalls(number, totals.sum(counters -> counters.repeatedCount(number)));
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            figures.failedAttempts(category, totals.failed(category));
        }
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            figures.breakerTransitions(state, totals.transitions(state));
        }
        budget(plan, figures);
        CircuitBreaker breaker = plan.breaker;
        return figures.breakerState(breaker == null ? null : breaker.state())
                .clients(plan.clients.tracked(), plan.clients.evicted())
                .build();
    }

    /**
     * Sets the balance and capacity of the service's budget; or those of the budget that calls without a client share,
     * where such calls have drawn on it and less is left of it. So the figures show the budget that refuses such calls.
     */
    private static void budget(Plan plan, RetrySnapshot.Builder figures) {
        RetryBudget budget = plan.budget;
        double remaining = Double.POSITIVE_INFINITY;
        double capacity = Double.POSITIVE_INFINITY;
        if (budget != null && (plan.fedBudget == null || !plan.fedBudget.isUnlimited())) {
            remaining = tokens(budget.balance());
            capacity = Math.max(remaining, tokens(budget.capacity())); // it may have fallen in between
        }
        if (plan.clients.hasBudget()) {
            double shared = tokens(plan.clients.balanceMilli(Plan.UNNAMED, now(plan)));
            double full = tokens(plan.clients.capacityMilli());
            if (shared < remaining && (shared < full || budget == null)) {
                figures.budget(shared, full);
                return;
            }
        }
        figures.budget(remaining, capacity);
    }

    /**
     * Returns what is told of a budget that denies a retry.
     *
     * @param payer the client whose own budget denied, {@code null} where it is that of the service
     */
    static Happening denial(Plan plan, @Nullable Client payer, @Nullable TopClient top, long nowNanos) {
        RetryBudget budget = plan.budget;
        if (payer != null) {
            return new Happening.Denied(true, payer.balanceMilli(nowNanos), payer.capacityMilli(), top);
        }
        return new Happening.Denied(
                false, budget == null ? 0 : budget.balance(), budget == null ? 0 : budget.capacity(), top);
    }

    /** Returns the figures of a client, those of a new one where it is not known. */
    static ClientSnapshot ofClient(String service, String id, Plan plan) {
        ClientSnapshot.Builder figures = ClientSnapshot.builder(service, id);
        Client client = plan.clients.peek(id);
        if (plan.clients.hasBudget()) {
            figures.budget(tokens(plan.clients.balanceMilli(id, now(plan))), tokens(plan.clients.capacityMilli()));
        }
        if (client != null) {
            long recovered = client.recovered();
            long successes = client.successes();
            long calls = client.operations();
            figures.successes(successes, recovered).calls(calls, client.attempts());
        }
        return figures.build();
    }

    private static long now(Plan plan) {
        return plan.service.clock().nanoTime();
    }

    private static double tokens(long milli) {
        return milli / (double) RetryBudget.TOKEN;
    }
}
