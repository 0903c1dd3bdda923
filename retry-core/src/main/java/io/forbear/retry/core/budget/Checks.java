package io.forbear.retry.core.budget;

import java.time.Duration;
import java.util.Objects;

/** Argument checks with one form of message: {@code name: value (expected: rule)}. */
final class Checks {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private Checks() {}

    static void check(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    static int between(int least, int most, int value, String name) {
        check(value >= least && value <= most, name, value, "from " + least + " to " + most);
        return value;
    }

    /** Refuses NaN as well. */
    static double between(double least, double most, double value, String name) {
        check(value >= least && value <= most, name, value, "from " + least + " to " + most);
        return value;
    }

    static long nanosBetween(Duration least, Duration most, Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, name, value, "from " + least + " to " + most);
        return value.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : value.toNanos();
    }
}
