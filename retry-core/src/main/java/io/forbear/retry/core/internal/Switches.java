package io.forbear.retry.core.internal;

import io.forbear.retry.internal.Checks;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.Objects;

/** What a use of a switch must say. */
public final class Switches {

    private static final Duration SHORTEST = Duration.ofNanos(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private Switches() {}

    /** Returns the name of who uses a switch. */
    public static String who(String who) {
        return line(who, ServiceOperations.LONGEST_WHO, "who");
    }

    /** Returns the reason for using a switch. */
    public static String why(String why) {
        return line(why, ServiceOperations.LONGEST_WHY, "why");
    }

    /** Returns how long a pause holds, in nanoseconds. */
    public static long timeToLive(Duration time) {
        return Checks.nanosBetween(SHORTEST, LONGEST, time, "timeToLive");
    }

    private static String line(String text, int longest, String name) {
        Objects.requireNonNull(text, name);
        boolean isLine =
                !text.isBlank() && text.length() <= longest && OneLine.of(text).equals(text);
        Checks.check(isLine, name, OneLine.of(text), "one line of 1 to " + longest + " characters");
        return text;
    }
}
