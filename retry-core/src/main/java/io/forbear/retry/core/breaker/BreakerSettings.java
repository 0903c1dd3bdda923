package io.forbear.retry.core.breaker;

import io.forbear.retry.Backoff;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
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
 * @param probes what happens in HALF_OPEN
 * @param slowStart how many attempts may be under way when it closes, zero if all may
 * @param counted the categories that count as failures: one bit each, by ordinal
 */
record BreakerSettings(
        long windowNanos,
        int windowCalls,
        OpeningLimits limits,
        OpenTime openTime,
        Probes probes,
        int slowStart,
        int counted) {

    /**
     * How long a breaker stays open.
     *
     * @param time gives the time by the round
     * @param random the random source for it
     * @param errorNanos the time after errors that came at once; zero for no other time
     */
    record OpenTime(Backoff time, RandomGenerator random, long errorNanos) {

        OpenTime withErrors(long nanos) {
            return new OpenTime(time, random, nanos);
        }

        /** If the user's backoff throws, the exception must not reach the call whose failure opened. */
        long nanos(int round, boolean byErrors) {
            if (byErrors && errorNanos > 0) {
                return errorNanos;
            }
            try {
                return time.delayNanos(round, -1, 1, random);
            } catch (Throwable fault) {
                return time.max().toNanos();
            }
        }

        /** Written by hand: the method that the JDK generates for a record keeps its class loader alive for good. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OpenTime that && values().equals(that.values());
        }

        @Override
        public int hashCode() {
            return values().hashCode();
        }

        private List<Object> values() {
            return List.of(time, random, errorNanos);
        }

        @Override
        public String toString() {
            return "open for " + time + (errorNanos == 0 ? "" : ", after errors " + Duration.ofNanos(errorNanos));
        }
    }

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

        @Override
        public String toString() {
            return required + " of " + count + (count == 1 ? " probe within " : " probes within ")
                    + Duration.ofNanos(timeoutNanos);
        }
    }

    // ---- the same settings but for one

    BreakerSettings withWindow(long nanos, int calls) {
        return new BreakerSettings(nanos, calls, limits, openTime, probes, slowStart, counted);
    }

    BreakerSettings withLimits(OpeningLimits given) {
        return new BreakerSettings(windowNanos, windowCalls, given, openTime, probes, slowStart, counted);
    }

    BreakerSettings withOpenTime(OpenTime time) {
        return new BreakerSettings(windowNanos, windowCalls, limits, time, probes, slowStart, counted);
    }

    BreakerSettings withProbes(Probes given) {
        return new BreakerSettings(windowNanos, windowCalls, limits, openTime, given, slowStart, counted);
    }

    BreakerSettings withSlowStart(int first) {
        return new BreakerSettings(windowNanos, windowCalls, limits, openTime, probes, first, counted);
    }

    BreakerSettings withCounted(int categories) {
        return new BreakerSettings(windowNanos, windowCalls, limits, openTime, probes, slowStart, categories);
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

    long openNanos(int round, boolean byErrors) {
        return openTime.nanos(round, byErrors);
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
        return List.of(windowNanos, windowCalls, limits, openTime, probes, slowStart, counted);
    }
}
