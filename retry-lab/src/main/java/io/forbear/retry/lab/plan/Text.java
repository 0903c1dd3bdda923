package io.forbear.retry.lab.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;

/** Figures as people write them. */
final class Text {

    private static final MathContext SHORT = new MathContext(6);
    private static final MathContext TIME = new MathContext(4);
    private static final double NANOS_OF_MILLI = 1e6;
    private static final double NANOS = 1e9;

    private Text() {}

    static String plain(double value) {
        return plain(value, SHORT);
    }

    private static String plain(double value, MathContext digits) {
        BigDecimal rounded = new BigDecimal(value).round(digits);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** As a share of 100. */
    static String percent(double share) {
        return plain(100 * share);
    }

    /** {@code 250 ms} or {@code 1.5 s}. */
    static String time(Duration time) {
        double nanos = time.toNanos();
        return nanos >= NANOS ? plain(nanos / NANOS, TIME) + " s" : plain(nanos / NANOS_OF_MILLI, TIME) + " ms";
    }
}
