package io.forbear.retry.core.breaker;

import io.forbear.retry.internal.Checks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When a window opens the breaker: rates in millionths, compared as integers.
 *
 * @param minimumCalls how many calls must be in the window before it is judged
 * @param failureMillionths the failure rate that opens, from 1 to 1,000,000
 * @param slowMillionths the rate of slow calls that opens; zero where durations do not count
 * @param slowNanos the duration above which a call is slow
 */
record Limits(int minimumCalls, int failureMillionths, int slowMillionths, long slowNanos) {

    /** A rate of one. */
    static final int WHOLE = 1_000_000;

    /** By hand, for what the JDK makes of a record here keeps its class loader for good. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Limits that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(minimumCalls, failureMillionths, slowMillionths, slowNanos);
    }

    /** A rate as its decimal notation has it, cut after the sixth decimal: {@code 2.0 / 3} is met by two of three. */
    static int millionths(double rate, String name) {
        Checks.check(rate >= 0.000001 && rate <= 1, name, rate, "from 0.000001 to 1");
        return BigDecimal.valueOf(rate)
                .movePointRight(6)
                .setScale(0, RoundingMode.FLOOR)
                .intValueExact();
    }

    boolean durationsCount() {
        return slowMillionths > 0;
    }

    boolean isSlow(long durationNanos) {
        return durationsCount() && durationNanos > slowNanos;
    }

    /** Tells whether there is a number of calls at which {@link #exceeded} holds: it does at the fewest or nowhere. */
    boolean mayBeExceeded(long failures, long slow) {
        return exceeded(minimumCalls, failures, slow);
    }

    /** Counts stay below 2^43, so that no product overflows. */
    boolean exceeded(long calls, long failures, long slow) {
        return calls >= minimumCalls
                && (failures * WHOLE >= failureMillionths * calls
                        || durationsCount() && slow * WHOLE >= slowMillionths * calls);
    }
}
