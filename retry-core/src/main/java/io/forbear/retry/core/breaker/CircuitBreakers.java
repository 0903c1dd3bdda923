package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.NanoClock;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Describes the circuit breakers of this library. A breaker that a service has is read and controlled through {@link
 * io.forbear.retry.Retry#circuitBreaker()}.
 *
 * <p>A breaker made here is lock-free. A refusal is a read. An attempt that succeeds in CLOSED costs at most one
 * addition to a striped counter, save in a slow start, and nothing at all if a {@code Retry} counts its calls. Only
 * failures compare the rates: a success therefore never opens a breaker, unless durations count.
 *
 * <p>Listeners are told of each transition once, after it happened, on the thread that caused it. Two transitions that
 * follow each other on different threads may be told in either order.
 *
 * <p>A program that wants to read, reset or force the breaker of a service makes it by hand and gives it to the service
 * as {@link #shared}:
 *
 * <pre>{@code
 * CircuitBreaker breaker = CircuitBreakers.standard().create("inventory", NanoClock.system());
 * Retry retry = Retries.named("inventory").circuitBreaker(CircuitBreakers.shared(breaker)).build();
 *
 * breaker.forceOpen(); // no call until
 * breaker.reset();
 * }</pre>
 *
 * @since 0.1
 */
public final class CircuitBreakers {

    private static final CircuitBreakerSpec STANDARD = failureRate(0.8)
            .errorRate(0.95)
            .failuresInARow(4)
            .openForErrors(Duration.ofMillis(100))
            .slowStart(2);

    private CircuitBreakers() {}

    /**
     * Describes the breaker that every service has by default.
     *
     * <p>It opens if 80 % of at least 20 calls of the last two seconds failed, or 95 % where the failures are errors
     * and not time-outs; and after four failures in a row if no call has succeeded for two seconds. It stays open for
     * a second, after errors for a tenth of a second; one probe decides; then the load comes back by a slow start. The
     * runs that these figures come from are in {@code docs/guide/defaults.md}.
     *
     * @return a spec that equals {@code failureRate(0.8).errorRate(0.95).failuresInARow(4)
     *     .openForErrors(Duration.ofMillis(100)).slowStart(2)}
     */
    public static CircuitBreakerSpec standard() {
        return STANDARD;
    }

    /**
     * Describes a breaker that opens at a failure rate.
     *
     * @param rate the share of the recent calls that must have failed, above 0 up to 1; cut after six decimals
     * @return a spec with the defaults that {@link CircuitBreakerSpec} names
     * @throws IllegalArgumentException if the rate is out of range
     */
    public static CircuitBreakerSpec failureRate(double rate) {
        return CircuitBreakerSpec.failureRate(rate);
    }

    /**
     * Describes a breaker that opens if the most recent calls have all failed.
     *
     * @param failures how many calls in a row, from 1 to 1,000,000
     * @return a spec with a count window of that length
     * @throws IllegalArgumentException if the number is out of range
     */
    public static CircuitBreakerSpec consecutiveFailures(int failures) {
        Checks.between(1, CountWindow.LONGEST, failures, "failures");
        return failureRate(1).window(failures).minimumCalls(failures);
    }

    /**
     * Describes a breaker that lets every attempt pass and counts nothing.
     *
     * @return a spec of a breaker that starts in {@link State#DISABLED}
     */
    public static CircuitBreaker.Spec never() {
        return (name, clock) -> failureRate(1).create(name, clock, State.DISABLED);
    }

    /**
     * Describes a breaker that exists already, so that a program can hold it, read its counts, reset and force it.
     * Several services that are given the same description share the one breaker: a failure of any counts for all.
     *
     * @param breaker the breaker, made with the clock of the services that use it; it keeps its own name
     * @return a description that always gives this breaker
     */
    public static CircuitBreaker.Spec shared(CircuitBreaker breaker) {
        return new Shared(Objects.requireNonNull(breaker, "breaker"));
    }

    /**
     * Returns the counts of a breaker. In CLOSED and METRICS_ONLY these are the outcomes in its window, in HALF_OPEN
     * the probes that have ended, in OPEN the counts that opened it.
     *
     * @param breaker a breaker made by this library
     * @return the counts; zeros if nothing is counted
     * @throws IllegalArgumentException if the breaker was made elsewhere
     */
    public static BreakerCounts counts(CircuitBreaker breaker) {
        return ours(breaker).counts();
    }

    private static Breaker ours(CircuitBreaker breaker) {
        Checks.check(breaker instanceof Breaker, "breaker", breaker, "one made by CircuitBreakers");
        return (Breaker) breaker;
    }

    /** A record, so that two descriptions of the same breaker are equal, and a reload keeps the breaker. */
    private record Shared(CircuitBreaker breaker) implements CircuitBreaker.Spec {

        @Override
        public CircuitBreaker create(String name, NanoClock clock) {
            return breaker;
        }

        /** The same breaker, not an equal one: it has state. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Shared that && breaker == that.breaker;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(breaker);
        }
    }
}
