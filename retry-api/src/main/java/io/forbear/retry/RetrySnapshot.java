package io.forbear.retry;

import io.forbear.retry.error.ErrorCategory;
import java.util.Optional;

/**
 * What a service, or one client of it, has seen so far: counters since the {@link Retry} was built, and the state of its
 * budget and breaker.
 *
 * <p>Immutable. Figures are read one after the other while calls go on; each is exact when no call is under way. A call
 * counts when it ends. Calls made while retrying is disabled are not counted.
 *
 * @since 0.1
 */
public interface RetrySnapshot {

    /**
     * Returns the name of the service.
     *
     * @return the name
     */
    String service();

    /**
     * Returns the client whose figures these are.
     *
     * @return empty for the figures of the whole service
     */
    Optional<String> client();

    /**
     * Returns how many calls have ended.
     *
     * @return calls, also called operations
     */
    long calls();

    /**
     * Returns how many calls succeeded.
     *
     * @return calls
     */
    long successes();

    /**
     * Returns how many calls succeeded after at least one retry.
     *
     * @return calls, part of {@link #successes()}
     */
    long recovered();

    /**
     * Returns how many attempts were made by the calls that have ended.
     *
     * @return attempts, the first ones included
     */
    long attempts();

    /**
     * Returns how many attempts failed, by kind.
     *
     * @param category the kind
     * @return attempts; zero for the figures of a client
     */
    long failedAttempts(ErrorCategory category);

    /**
     * Returns how many calls ended without success, by reason.
     *
     * @param reason the reason
     * @return calls; zero for the figures of a client
     */
    long stopped(StopReason reason);

    /**
     * Returns how many retries were granted inside a retry of an outer layer.
     *
     * @return retries; zero for the figures of a client
     */
    long nested();

    /**
     * Returns the sum of all delays that were decided on.
     *
     * @return nanoseconds; zero for the figures of a client
     */
    long delayNanos();

    /**
     * Returns the share of calls that succeeded.
     *
     * @return from 0 to 1; 1 where there were no calls
     */
    default double successRate() {
        long calls = calls();
        return calls == 0 ? 1 : (double) successes() / calls;
    }

    /**
     * Returns the load on the service over that without retries: attempts / calls, the average number of attempts of a call.
     *
     * @return at least 1 where every call was attempted; 1 where there were no calls
     */
    default double amplification() {
        long calls = calls();
        return calls == 0 ? 1 : (double) attempts() / calls;
    }

    /**
     * Returns what is left of the budget: the client's for the figures of a client, else the service's. Where clients
     * have budgets, calls without a client share one. A service shows that one in place of its own where it has none,
     * or where such calls have drawn on it and less is left of it.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where there is no budget
     */
    double budgetRemaining();

    /**
     * Returns the most that the budget can hold.
     *
     * @return tokens, {@link Double#POSITIVE_INFINITY} where there is no budget
     */
    double budgetCapacity();

    /**
     * Returns how many calls a budget stopped.
     *
     * @return calls
     */
    default long budgetDenied() {
        return stopped(StopReason.BUDGET_EXHAUSTED);
    }

    /**
     * Returns the state of the circuit breaker of the service.
     *
     * @return empty where there is none
     */
    Optional<CircuitBreaker.State> breakerState();

    /**
     * Returns how often the circuit breaker entered a state.
     *
     * @param entered the state
     * @return transitions; zero for the figures of a client
     */
    long breakerTransitions(CircuitBreaker.State entered);

    /**
     * Returns how often the circuit breaker changed its state.
     *
     * @return transitions
     */
    default long breakerTransitions() {
        long sum = 0;
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            sum += breakerTransitions(state);
        }
        return sum;
    }

    /**
     * Returns how many clients have state of their own.
     *
     * @return clients; zero for the figures of a client
     */
    long clientsTracked();

    /**
     * Returns how many clients' state was dropped to make room.
     *
     * @return clients; zero for the figures of a client
     */
    long clientsEvicted();
}
