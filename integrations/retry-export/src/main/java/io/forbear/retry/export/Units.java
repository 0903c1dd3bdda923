package io.forbear.retry.export;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and words as others write them. */
final class Units {

    private static final int NANO_DIGITS = 9;
    private static final long NANOS_OF_SECOND = 1_000_000_000L;
    private static final long NANOS_OF_MILLI = 1_000_000L;

    private static final Pattern DURATION = Pattern.compile("(\\d{1,18})\\s*(ns|us|ms|s|m|h|d|)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "ms",
            NANOS_OF_MILLI,
            "s",
            NANOS_OF_SECOND,
            "m",
            60 * NANOS_OF_SECOND,
            "h",
            3_600 * NANOS_OF_SECOND,
            "d",
            86_400 * NANOS_OF_SECOND);

    private Units() {}

    /** {@code 0.1s}: JSON of a duration of protocol buffers, with up to nine decimals. */
    static String seconds(long nanos) {
        BigDecimal seconds = BigDecimal.valueOf(nanos, NANO_DIGITS);
        return (seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString()) + "s";
    }

    /** {@code 2s}, {@code 100ms} or {@code 0.25ms}, for people. */
    static String text(long nanos) {
        if (nanos % NANOS_OF_SECOND == 0) {
            return nanos / NANOS_OF_SECOND + "s";
        }
        return BigDecimal.valueOf(nanos, NANO_DIGITS)
                        .movePointRight(3)
                        .stripTrailingZeros()
                        .toPlainString()
                + "ms";
    }

    /** {@code 100ms} or {@code 2s}, in whole milliseconds. */
    static String millis(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }

    /** Nanoseconds of a text such as {@code 500ms}, {@code 2s}, {@code PT2S} or {@code 500}, which is milliseconds. */
    static long nanos(String text) {
        String plain = text.trim();
        try {
            if (plain.startsWith("P") || plain.startsWith("p")) {
                return Duration.parse(plain).toNanos();
            }
            Matcher matcher = DURATION.matcher(plain.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                long factor = NANOS.getOrDefault(matcher.group(2), NANOS_OF_MILLI);
                return Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
            }
        } catch (DateTimeException | ArithmeticException wrong) {
            throw new IllegalArgumentException(text, wrong);
        }
        throw new IllegalArgumentException(text);
    }

    /** Whole milliseconds, rounded up. */
    static long ceilMillis(long nanos) {
        return nanos / NANOS_OF_MILLI + (nanos % NANOS_OF_MILLI == 0 ? 0 : 1);
    }

    /** The word of a constant: its name in lower case with hyphens. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
