package io.forbear.retry.core.breaker;

import io.forbear.retry.internal.Checks;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits at which a window opens the breaker: rates in millionths, compared as integers.
 *
 * @param minimumCalls how many calls must be in the window before the rates are compared; {@link #UNSET} if not given
 * @param failureMillionths the failure rate that opens, from 1 to 1,000,000
 * @param errorMillionths the failure rate that opens where most failures are answers and not time-outs
 * @param inARow so many failures in a row open if no call succeeded for a window; zero if any number opens nothing
 * @param slowMillionths the rate of slow calls that opens; zero if durations do not count
 * @param slowNanos the duration above which a call is slow
 */
record OpeningLimits(
        int minimumCalls, int failureMillionths, int errorMillionths, int inARow, int slowMillionths, long slowNanos) {

    /** A rate of one. */
    static final int WHOLE = 1_000_000;

    /** No minimum was given: {@link #filled} sets the default. */
    static final int UNSET = 0;

    private static final int DEFAULT_MINIMUM_CALLS = 20;

    /** With fewer time-outs than this share of the failures, they are errors: three of ten. */
    private static final int TIMEOUTS = 3;

    private static final int OF = 10;

    static OpeningLimits ofFailureRate(double rate) {
        int failures = millionths(rate, "failureRate");
        return new OpeningLimits(UNSET, failures, failures, 0, 0, 0);
    }

    OpeningLimits withMinimumCalls(int calls) {
        return new OpeningLimits(calls, failureMillionths, errorMillionths, inARow, slowMillionths, slowNanos);
    }

    OpeningLimits withSlowCalls(double rate, long nanos) {
        int slow = millionths(rate, "slowCallRate");
        return new OpeningLimits(minimumCalls, failureMillionths, errorMillionths, inARow, slow, nanos);
    }

    OpeningLimits withErrorRate(double rate) {
        int errors = millionths(rate, "errorRate");
        return new OpeningLimits(minimumCalls, failureMillionths, errors, inARow, slowMillionths, slowNanos);
    }

    OpeningLimits withInARow(int failures) {
        return new OpeningLimits(minimumCalls, failureMillionths, errorMillionths, failures, slowMillionths, slowNanos);
    }

    /** Returns these limits with the default minimum if none was given, or with {@code mostCalls} if that is lower. */
    OpeningLimits filled(int mostCalls) {
        return minimumCalls == UNSET ? withMinimumCalls(Math.min(DEFAULT_MINIMUM_CALLS, mostCalls)) : this;
    }

    /** Returns these limits for a window of calls, which knows neither time-outs nor when a call last succeeded. */
    OpeningLimits ofCalls() {
        return new OpeningLimits(minimumCalls, failureMillionths, failureMillionths, 0, slowMillionths, slowNanos);
    }

    /** A rate as its decimal notation has it, cut after the sixth decimal: {@code 2.0 / 3} is met by two of three. */
    private static int millionths(double rate, String name) {
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

    /** Returns whether {@link #exceeded} holds for some number of calls: if for any, then for the smallest. */
    boolean mayBeExceeded(BreakerCounts counts) {
        return exceeded(minimumCalls, counts);
    }

    /** Returns whether so many failures in a row may open. */
    boolean isRow(long failures) {
        return inARow > 0 && failures >= inARow;
    }

    /** Returns whether the failures are enough by themselves, whatever is slow. */
    boolean failuresExceed(long calls, BreakerCounts counts) {
        long rate = areErrors(counts) ? errorMillionths : failureMillionths;
        return calls >= minimumCalls && counts.failures() * WHOLE >= rate * calls;
    }

    /** Returns whether failures are errors for the most part, which come at once, and not time-outs. */
    static boolean areErrors(BreakerCounts counts) {
        return counts.timeouts() * OF < counts.failures() * TIMEOUTS;
    }

    /** Counts stay below 2^43, so that no product overflows. */
    boolean exceeded(long calls, BreakerCounts counts) {
        return failuresExceed(calls, counts)
                || durationsCount() && calls >= minimumCalls && counts.slow() * WHOLE >= slowMillionths * calls;
    }

    /** Written by hand: the method that the JDK generates for a record keeps its class loader alive for good. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OpeningLimits that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(minimumCalls, failureMillionths, errorMillionths, inARow, slowMillionths, slowNanos);
    }

    @Override
    public String toString() {
        return "failure rate " + share(failureMillionths)
                + (errorMillionths == failureMillionths ? "" : ", of errors " + share(errorMillionths))
                + (slowMillionths == 0
                        ? ""
                        : ", slow " + share(slowMillionths) + " above " + Duration.ofNanos(slowNanos))
                + (inARow == 0 ? "" : ", " + inARow + " in a row") + ", at least " + minimumCalls + " calls";
    }

    private static String share(int millionths) {
        return BigDecimal.valueOf(millionths, 6).stripTrailingZeros().toPlainString();
    }
}
