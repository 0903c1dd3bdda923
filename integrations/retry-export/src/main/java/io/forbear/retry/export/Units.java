package io.forbear.retry.export;

import java.math.BigDecimal;
import java.util.Locale;

/** Times and words as others write them. */
final class Units {

    private static final int NANO_DIGITS = 9;
    private static final long NANOS_OF_SECOND = 1_000_000_000L;
    private static final long NANOS_OF_MILLI = 1_000_000L;

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

    /** Whole milliseconds, rounded up. */
    static long ceilMillis(long nanos) {
        return nanos / NANOS_OF_MILLI + (nanos % NANOS_OF_MILLI == 0 ? 0 : 1);
    }

    /** The word of a constant: its name in lower case with hyphens. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
