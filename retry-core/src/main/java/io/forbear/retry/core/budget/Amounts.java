package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Converts the decimals that users write into the integers that budgets count. Each is rounded here, once. */
final class Amounts {

    /** The most tokens in one setting. */
    static final int MOST_TOKENS = Integer.MAX_VALUE;

    /** Parts of a whole, for shares. */
    static final int WHOLE = 1_000_000;

    private Amounts() {}

    /** Rounds to the nearest milli-token. */
    static long milli(double tokens) {
        return scaled(tokens, 3, RoundingMode.HALF_UP);
    }

    /** Cuts off what is finer than a milli-token, as gRPC does. */
    static long milliCut(double tokens) {
        return scaled(tokens, 3, RoundingMode.DOWN);
    }

    static long billionths(double value) {
        return scaled(value, 9, RoundingMode.HALF_UP);
    }

    static int millionths(double share) {
        return (int) scaled(share, 6, RoundingMode.HALF_UP);
    }

    /** Converts the decimal as it was written: 0.251 is 251 milli-tokens, not 250.99999. */
    private static long scaled(double value, int digits, RoundingMode rounding) {
        return BigDecimal.valueOf(value)
                .setScale(digits, rounding)
                .unscaledValue()
                .longValueExact();
    }

    /** Returns {@code amount * share / WHOLE}, for amounts of up to 2^63 without overflow. */
    static long share(long amount, int millionths) {
        return amount / WHOLE * millionths + amount % WHOLE * millionths / WHOLE;
    }

    /** Writes milli-tokens as tokens. */
    static String tokens(long milli) {
        return BigDecimal.valueOf(milli, 3).stripTrailingZeros().toPlainString()
                + (milli == TOKEN ? " token" : " tokens");
    }
}
