package io.forbear.retry.core.breaker;

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

    static long positiveNanos(Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(!value.isZero(), name, value, "> PT0S");
        return nanos(value, name);
    }

    static long nanosFrom(Duration least, Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(value.compareTo(least) >= 0, name, value, ">= " + least);
        return nanos(value, name);
    }

    /** Returns the duration in nanoseconds, {@link Long#MAX_VALUE} where it does not fit. */
    static long nanos(Duration value, String name) {
        Objects.requireNonNull(value, name);
        check(!value.isNegative(), name, value, ">= PT0S");
        return value.compareTo(LONGEST) >= 0 ? Long.MAX_VALUE : value.toNanos();
    }
}
