package io.forbear.retry.error;

import org.jspecify.annotations.Nullable;

/** Reads the numbers of pushback headers, without overflow and without floating point. */
final class PushbackText {

    static final long NANOS_PER_SECOND = 1_000_000_000L;
    static final long NANOS_PER_MILLI = 1_000_000L;

    /** Headers longer than this are not read: {@value} characters. */
    static final int LONGEST = 64;

    private PushbackText() {}

    /**
     * Reads ASCII digits with an optional fraction, blanks around them, no sign.
     *
     * @return the number times the unit, rounded up to a whole one, {@link Long#MAX_VALUE} where it does not fit;
     *     {@code null} for anything else
     */
    static @Nullable Long decimal(@Nullable String value, long unit) {
        String text = value == null || value.length() > LONGEST ? "" : value.strip();
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String fraction = point < 0 ? "0" : text.substring(point + 1);
        if (!isDigits(whole) || !isDigits(fraction)) {
            return null;
        }
        return plus(times(digits(whole), unit), fractionOf(fraction, unit));
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static long digits(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            number = plus(times(number, 10), text.charAt(i) - '0');
        }
        return number;
    }

    private static long fractionOf(String digits, long unit) {
        long sum = 0;
        long place = unit;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (place == 1) {
                return sum + (digits.chars().skip(i).anyMatch(c -> c != '0') ? 1 : 0);
            }
            place /= 10;
            sum += digit * place;
        }
        return sum;
    }

    private static long times(long a, long b) {
        return a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
    }

    private static long plus(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
