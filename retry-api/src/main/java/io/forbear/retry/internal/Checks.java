package io.forbear.retry.internal;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Argument checks with one form of message: {@code name: value (expected: rule)}. */
public final class Checks {

    /** The longest time that fits a {@code long} of nanoseconds, about 292 years. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Checks() {}

    public static void check(boolean holds, String name, @Nullable Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    public static int atLeast(int least, int value, String name) {
        check(value >= least, name, value, ">= " + least);
        return value;
    }

    /** Builds the message only when it is needed, for checks on the way of a retry. */
    public static long atLeast(long least, long value, String name) {
        if (value < least) {
            check(false, name, value, ">= " + least);
        }
        return value;
    }

    public static int between(int least, int most, int value, String name) {
        check(value >= least && value <= most, name, value, "from " + least + " to " + most);
        return value;
    }

    /** Refuses NaN as well. */
    public static double between(double least, double most, double value, String name) {
        check(value >= least && value <= most, name, value, "from " + least + " to " + most);
        return value;
    }

    /** Returns the duration in nanoseconds, {@link Long#MAX_VALUE} where it does not fit. */
    public static long nanos(Duration value, String name) {
        return nanosFrom(Duration.ZERO, value, name);
    }

    public static long nanosFrom(Duration least, Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(value.compareTo(least) >= 0, name, value, ">= " + least);
        return clamped(value);
    }

    public static long nanosBetween(Duration least, Duration most, Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, name, value, "from " + least + " to " + most);
        return clamped(value);
    }

    public static long positiveNanos(Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(!value.isNegative() && !value.isZero(), name, value, "> PT0S");
        return clamped(value);
    }

    private static long clamped(Duration value) {
        return value.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : value.toNanos();
    }
}
