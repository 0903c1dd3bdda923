package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.internal.Checks;

/**
 * Describes the circuit breakers of this library. A breaker that a service has is read and controlled through {@link
 * io.forbear.retry.Retry#circuitBreaker()}.
 *
 * <p>A breaker made here is lock-free: a refusal is a read, an attempt that succeeds in CLOSED is at most one addition to a
 * striped counter, and nothing at all where a {@code Retry} counts its calls; a failure is what judges. A success therefore
 * never opens a breaker, unless durations count.
 *
 * <p>Transitions are told on the thread that caused them, after they happened, each once; two that follow each other on
 * different threads may be told in either order.
 *
 * @since 0.1
 */
public final class CircuitBreakers {

    /** The failure rate that opens where nothing is said: {@value}. */
    private static final double DEFAULT_FAILURE_RATE = 0.5;

    private CircuitBreakers() {}

    /**
     * Describes the breaker that every service has by default: it opens when half of the recent calls failed.
     *
     * @return {@link #failureRate(double) failureRate(0.5)}
     */
    public static CircuitBreakerSpec failureRate() {
        return failureRate(DEFAULT_FAILURE_RATE);
    }

    /**
     * Describes a breaker that opens when so many of the recent calls failed.
     *
     * @param rate the failure rate that opens, above 0 up to 1; finer than a millionth is cut off
     * @return a spec with the defaults that {@link CircuitBreakerSpec} names
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static CircuitBreakerSpec failureRate(double rate) {
        return CircuitBreakerSpec.failureRate(rate);
    }

    /**
     * Describes a breaker that opens when the last so many calls have all failed.
     *
     * @param failures how many, from 1 to 1,000,000
     * @return a spec with a count window of that length
     * @throws IllegalArgumentException if the number is out of range
     */
    public static CircuitBreakerSpec consecutiveFailures(int failures) {
        Checks.between(1, CountWindow.LONGEST, failures, "failures");
        return failureRate(1).window(failures).minimumCalls(failures);
    }

    /**
     * Describes a breaker that lets everything pass and counts nothing.
     *
     * @return a spec of a breaker that starts in {@link State#DISABLED}
     */
    public static CircuitBreaker.Spec never() {
        return (name, clock) -> failureRate(1).create(name, clock, State.DISABLED);
    }

    /**
     * Returns what a breaker has counted: what its window holds in CLOSED and METRICS_ONLY, the probes that have ended in
     * HALF_OPEN, and in OPEN what opened it.
     *
     * @param breaker made by this library
     * @return the counts; zero where nothing is counted
     * @throws IllegalArgumentException if it was made elsewhere
     */
    public static Counts counts(CircuitBreaker breaker) {
        return ours(breaker).counts();
    }

    private static Breaker ours(CircuitBreaker breaker) {
        Checks.check(breaker instanceof Breaker, "breaker", breaker, "one made by CircuitBreakers");
        return (Breaker) breaker;
    }

    /**
     * What a breaker has counted.
     *
     * @param calls the calls that count
     * @param failures those of them that failed
     * @param slow those of them that were slow; zero where durations do not count
     * @since 0.1
     */
    public record Counts(long calls, long failures, long slow) {

        static final Counts NONE = new Counts(0, 0, 0);
    }
}
