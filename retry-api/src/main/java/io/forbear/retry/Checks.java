package io.forbear.retry;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Argument checks with one form of message: {@code name: value (expected: rule)}. */
final class Checks {

    /** The longest time that fits a {@code long} of nanoseconds, about 292 years. */
    static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Checks() {}

    static void check(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    static int atLeast(int least, int value, String name) {
        check(value >= least, name, value, ">= " + least);
        return value;
    }

    static Classification failure(Classification value) {
        Objects.requireNonNull(value, "classification");
        check(!value.isSuccess(), "classification", value, "a failure");
        return value;
    }

    static double finite(double value, double least, double most, String name) {
        check(value >= least && value <= most, name, value, "from " + least + " to " + most);
        return value;
    }

    /** Returns the duration in nanoseconds, {@link Long#MAX_VALUE} where it does not fit. */
    static long nanos(Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(!value.isNegative(), name, value, ">= PT0S");
        return value.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : value.toNanos();
    }

    static long positiveNanos(Duration value, String name) {
        long nanos = nanos(value, name);
        check(nanos > 0, name, value, "> PT0S");
        return nanos;
    }
}
