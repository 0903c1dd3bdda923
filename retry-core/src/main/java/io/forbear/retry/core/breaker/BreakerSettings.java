package io.forbear.retry.core.breaker;

import io.forbear.retry.Backoff;
import io.forbear.retry.error.ErrorCategory;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a breaker.
 *
 * @param windowNanos the length of a time window, zero if the window counts calls
 * @param windowCalls the length of a count window, zero if the window is one of time
 * @param limits when the window opens the breaker
 * @param openTime how long it stays open
 * @param random the random source for the open time
 * @param probes what happens in HALF_OPEN
 * @param counted the categories that count as failures: one bit each, by ordinal
 */
record BreakerSettings(
        long windowNanos,
        int windowCalls,
        OpeningLimits limits,
        Backoff openTime,
        RandomGenerator random,
        Probes probes,
        int counted) {

    /**
     * What happens in HALF_OPEN.
     *
     * @param count how many probes there are
     * @param required how many of them must succeed
     * @param timeoutNanos how long the last one may take
     */
    record Probes(int count, int required, long timeoutNanos) {

        Probes withTimeout(long nanos) {
            return new Probes(count, required, nanos);
        }

        /** Written by hand: the method that the JDK generates for a record keeps its class loader alive for good. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Probes that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        private List<Object> values() {
            return List.of(count, required, timeoutNanos);
        }
    }

    // ---- the same settings but for one

    BreakerSettings withWindow(long nanos, int calls) {
        return new BreakerSettings(nanos, calls, limits, openTime, random, probes, counted);
    }

    BreakerSettings withLimits(OpeningLimits given) {
        return new BreakerSettings(windowNanos, windowCalls, given, openTime, random, probes, counted);
    }

    BreakerSettings withOpenTime(Backoff time, RandomGenerator source) {
        return new BreakerSettings(windowNanos, windowCalls, limits, time, source, probes, counted);
    }

    BreakerSettings withProbes(Probes given) {
        return new BreakerSettings(windowNanos, windowCalls, limits, openTime, random, given, counted);
    }

    BreakerSettings withCounted(int categories) {
        return new BreakerSettings(windowNanos, windowCalls, limits, openTime, random, probes, categories);
    }

    // ---- what they mean

    boolean counts(ErrorCategory category) {
        return (counted >>> category.ordinal() & 1) != 0;
    }

    /** Returns the largest number of calls that the window can hold. */
    int mostCalls() {
        return windowCalls > 0 ? windowCalls : Integer.MAX_VALUE;
    }

    Window newWindow(Successes successes, long nowNanos) {
        return windowCalls > 0
                ? new CountWindow(windowCalls, limits.durationsCount(), successes)
                : new TimeWindow(windowNanos, successes, nowNanos);
    }

    /** Returns how often a window must look at its feeds while they count, 0 if it need not. */
    long tickNanos() {
        return windowCalls > 0 || limits.durationsCount() ? 0 : TimeWindow.bucketNanos(windowNanos);
    }

    /**
     * If the user's backoff throws, the exception must not reach the call whose failure opened: the maximum is used.
     */
    long openNanos(int round) {
        try {
            return openTime.delayNanos(round, -1, 1, random);
        } catch (RuntimeException e) {
            return openTime.max().toNanos();
        }
    }

    /** Written by hand: the method that the JDK generates for a record keeps its class loader alive for good. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BreakerSettings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(windowNanos, windowCalls, limits, openTime, random, probes, counted);
    }
}
