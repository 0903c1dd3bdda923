package io.forbear.retry.core.breaker;

import io.forbear.retry.Backoff;
import io.forbear.retry.error.ErrorCategory;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a breaker is made to do; checked as a whole.
 *
 * @param windowNanos the length of a time window, zero where the window counts calls
 * @param windowCalls the length of a count window, zero where the window is one of time
 * @param limits when the window opens the breaker
 * @param openTime how long it stays open
 * @param random the source of chance for the open time
 * @param probes what happens in HALF_OPEN
 * @param counted a bit for each category, by ordinal, that counts as a failure
 */
record Settings(
        long windowNanos,
        int windowCalls,
        Limits limits,
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

        /** By hand, for what the JDK makes of a record here keeps its class loader for good. */
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

    boolean counts(ErrorCategory category) {
        return (counted >>> category.ordinal() & 1) != 0;
    }

    /** By hand, for what the JDK makes of a record here keeps its class loader for good. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Settings that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(windowNanos, windowCalls, limits, openTime, random, probes, counted);
    }

    Window newWindow(Successes successes, long nowNanos) {
        return windowCalls > 0
                ? new CountWindow(windowCalls, limits.durationsCount(), successes)
                : new TimeWindow(windowNanos, successes, nowNanos);
    }

    /** How often a window wants to look at feeds while they count, 0 where it need not. */
    long tickNanos() {
        return windowCalls > 0 || limits.durationsCount() ? 0 : TimeWindow.bucketNanos(windowNanos);
    }

    /** A rule of the user's that throws must not reach the call that was the last to fail: the longest time is taken. */
    long openNanos(int round) {
        try {
            return openTime.delayNanos(round, -1, 1, random);
        } catch (RuntimeException e) {
            return openTime.max().toNanos();
        }
    }
}
