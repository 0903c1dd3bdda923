package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The figures of a service at one time. */
final class ServiceSnapshot implements RetrySnapshot {

    private final String service;
    private final long calls;
    private final long successes;
    private final long recovered;
    private final long attempts;
    private final long nested;
    private final long delayNanos;
    private final long[] failed;
    private final long[] stopped;
    private final long[] transitions;
    private final double budgetRemaining;
    private final double budgetCapacity;
    private final CircuitBreaker.@Nullable State breakerState;
    private final long clientsTracked;
    private final long clientsEvicted;

    private ServiceSnapshot(String service, Plan plan, Totals totals, double[] budget) {
        this.service = service;
        // each end is read once, so that the figures add up; attempts last, for they are counted before the end that
        // they led to
        this.recovered = totals.sum(counters -> counters.recovered.sum());
        this.successes = totals.sum(counters -> counters.firstTry.sum()) + recovered;
        this.stopped = read(StopReason.values(), totals::stopped);
        this.calls = successes + Arrays.stream(stopped).sum();
        this.attempts = totals.sum(Counters::attempts);
        this.nested = totals.sum(counters -> counters.nested.sum());
        this.delayNanos = totals.sum(counters -> counters.delayNanos.sum());
        this.failed = read(ErrorCategory.values(), totals::failed);
        this.transitions = read(CircuitBreaker.State.values(), totals::transitions);
        this.budgetRemaining = budget[0];
        this.budgetCapacity = budget[1];
        CircuitBreaker breaker = plan.breaker;
        this.breakerState = breaker == null ? null : breaker.state();
        this.clientsTracked = plan.clients.tracked();
        this.clientsEvicted = plan.clients.evicted();
    }

    static RetrySnapshot of(String service, Plan plan, Totals totals) {
        return new ServiceSnapshot(service, plan, totals, budget(plan));
    }

    /**
     * The balance and capacity of the service's budget; or those of the budget that calls without a client share, where
     * such calls have drawn on it and it has less left. So whatever refuses such a call's retry is what the figures
     * show.
     */
    private static double[] budget(Plan plan) {
        RetryBudget budget = plan.budget;
        boolean unlimited = plan.fedBudget != null && plan.fedBudget.isUnlimited();
        double[] ofService = budget == null || unlimited
                ? new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}
                : new double[] {tokens(budget.balance()), tokens(budget.capacity())};
        if (!plan.clients.hasBudget()) {
            return ofService;
        }
        long now = plan.service.clock().nanoTime();
        double shared = tokens(plan.clients.balanceMilli(Plan.UNNAMED, now));
        double full = tokens(plan.clients.capacityMilli());
        return shared < ofService[0] && (shared < full || budget == null) ? new double[] {shared, full} : ofService;
    }

    static double tokens(long milli) {
        return milli / (double) RetryBudget.TOKEN;
    }

    private static <E> long[] read(E[] keys, ToLongFunction<E> count) {
        long[] figures = new long[keys.length];
        for (int i = 0; i < keys.length; i++) {
            figures[i] = count.applyAsLong(keys[i]);
        }
        return figures;
    }

    @Override
    public String service() {
        return service;
    }

    @Override
    public Optional<String> client() {
        return Optional.empty();
    }

    @Override
    public long calls() {
        return calls;
    }

    @Override
    public long successes() {
        return successes;
    }

    @Override
    public long recovered() {
        return recovered;
    }

    @Override
    public long attempts() {
        return attempts;
    }

    @Override
    public long failedAttempts(ErrorCategory category) {
        return failed[category.ordinal()];
    }

    @Override
    public long stopped(StopReason reason) {
        return stopped[reason.ordinal()];
    }

    @Override
    public long nested() {
        return nested;
    }

    @Override
    public long delayNanos() {
        return delayNanos;
    }

    @Override
    public double budgetRemaining() {
        return budgetRemaining;
    }

    @Override
    public double budgetCapacity() {
        return budgetCapacity;
    }

    @Override
    public Optional<CircuitBreaker.State> breakerState() {
        return Optional.ofNullable(breakerState);
    }

    @Override
    public long breakerTransitions(CircuitBreaker.State entered) {
        return transitions[entered.ordinal()];
    }

    @Override
    public long clientsTracked() {
        return clientsTracked;
    }

    @Override
    public long clientsEvicted() {
        return clientsEvicted;
    }

    @Override
    public String toString() {
        return "RetrySnapshot(" + service + ": calls " + calls + ", successes " + successes + ", attempts " + attempts
                + ", budget " + budgetRemaining + " of " + budgetCapacity + ", breaker " + breakerState + ")";
    }
}
