package io.forbear.retry.core.breaker;

/**
 * The counts of a breaker, as {@link CircuitBreakers#counts} returns them.
 *
 * @param calls the calls that count
 * @param failures the calls among them that failed
 * @param slow the calls among them that were slow; zero if durations do not count
 * @param timeouts the failures among them that were time-outs; zero in HALF_OPEN, and where the window counts calls
 * @since 0.1
 */
public record BreakerCounts(long calls, long failures, long slow, long timeouts) {

    static final BreakerCounts NONE = new BreakerCounts(0, 0, 0, 0);
}
