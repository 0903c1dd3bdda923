package io.forbear.retry.core.service;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.error.ErrorCategory;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one client of a service at one time.
 *
 * @param name the service
 * @param id the client
 */
record ClientSnapshot(
        String name,
        String id,
        long calls,
        long successes,
        long recovered,
        long attempts,
        double budgetRemaining,
        double budgetCapacity,
        CircuitBreaker.@Nullable State breaker)
        implements RetrySnapshot {

    static RetrySnapshot of(String service, String id, Plan plan, long nowNanos) {
        Client client = plan.clients.peek(id);
        CircuitBreaker breaker = plan.breaker;
        boolean limited = plan.clients.hasBudget();
        double capacity = limited ? ServiceSnapshot.tokens(plan.clients.capacityMilli()) : Double.POSITIVE_INFINITY;
        double balance =
                limited ? ServiceSnapshot.tokens(plan.clients.balanceMilli(id, nowNanos)) : Double.POSITIVE_INFINITY;
        long recovered =
                client == null ? 0 : client.recovered(); // parts before wholes: recovered <= successes <= calls
        long successes = client == null ? 0 : client.successes();
        long calls = client == null ? 0 : client.operations();
        return new ClientSnapshot(
                service,
                id,
                calls,
                successes,
                recovered,
                client == null ? 0 : client.attempts(),
                balance,
                capacity,
                breaker == null ? null : breaker.state());
    }

    @Override
    public String service() {
        return name;
    }

    @Override
    public Optional<String> client() {
        return Optional.of(id);
    }

    @Override
    public Optional<CircuitBreaker.State> breakerState() {
        return Optional.ofNullable(breaker);
    }

    @Override
    public long failedAttempts(ErrorCategory category) {
        return 0;
    }

    @Override
    public long stopped(StopReason reason) {
        return 0;
    }

    @Override
    public long clientsTracked() {
        return 0;
    }

    @Override
    public long clientsEvicted() {
        return 0;
    }

    @Override
    public long nested() {
        return 0;
    }

    @Override
    public long delayNanos() {
        return 0;
    }

    @Override
    public long breakerTransitions(CircuitBreaker.State entered) {
        return 0;
    }
}
