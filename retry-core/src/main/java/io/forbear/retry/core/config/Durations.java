package io.forbear.retry.core.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as text: {@code 100ms}, {@code 5s}, {@code PT5S}; a plain number is milliseconds. */
final class Durations {

    private static final Pattern SHORT = Pattern.compile("(\\d{1,12})\\s*(ns|us|ms|s|m|h|d|)");

    /** The most digits that {@link #SHORT} reads. */
    private static final long MOST = 999_999_999_999L;

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @throws java.time.DateTimeException if it is neither of the short form nor of ISO 8601
     * @throws ArithmeticException if it is too long to be counted
     */
    static @Nullable Duration parse(String text) {
        if (text.startsWith("P") || text.startsWith("p")) {
            return Duration.parse(text);
        }
        Matcher matcher = SHORT.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ns" -> Duration.ofNanos(amount);
            case "us" -> Duration.ofNanos(Math.multiplyExact(amount, 1000L));
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMillis(amount);
        };
    }

    /** Writes a duration in the largest unit that needs no fraction, else in the form of ISO 8601. */
    static String write(Duration value) {
        if (value.isZero()) {
            return "0";
        }
        long seconds = value.getSeconds();
        int nanos = value.getNano();
        if (nanos == 0) {
            return seconds % 86_400 == 0
                    ? written(value, seconds / 86_400, "d")
                    : seconds % 3_600 == 0
                            ? written(value, seconds / 3_600, "h")
                            : seconds % 60 == 0 ? written(value, seconds / 60, "m") : written(value, seconds, "s");
        }
        if (seconds > MOST / 1_000_000_000) {
            return value.toString();
        }
        long all = value.toNanos();
        return all % 1_000_000 == 0
                ? written(value, all / 1_000_000, "ms")
                : all % 1_000 == 0 ? written(value, all / 1_000, "us") : written(value, all, "ns");
    }

    private static String written(Duration value, long amount, String unit) {
        return amount < 0 || amount > MOST ? value.toString() : amount + unit;
    }
}
