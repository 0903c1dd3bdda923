package io.forbear.retry.benchmarks.report;

import java.util.Locale;

/**
 * A measured value and its error, half the width of its 99.9 % confidence interval. Errors of different figures are
 * taken to be independent, so they add up as squares: those of a sum as they are, those of a quotient as parts of its
 * value.
 *
 * @param value the value
 * @param error the error, 0 or more; NaN where it is not known, as of a single sample
 */
record Figure(double value, double error) {

    static Figure exactly(double value) {
        return new Figure(value, 0);
    }

    Figure plus(Figure other) {
        return new Figure(value + other.value, Math.hypot(error, other.error));
    }

    Figure minus(Figure other) {
        return new Figure(value - other.value, Math.hypot(error, other.error));
    }

    Figure times(double factor) {
        return new Figure(value * factor, error * Math.abs(factor));
    }

    Figure over(Figure other) {
        double ratio = value / other.value;
        return new Figure(ratio, Math.hypot(error / other.value, ratio * other.error / other.value));
    }

    /** The value with three digits or to the unit, and the error as fine. */
    @Override
    public String toString() {
        return number(value) + (error == 0 ? "" : " ± " + (Double.isNaN(error) ? "?" : number(error)));
    }

    static String number(double value) {
        double size = Math.abs(value);
        int digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
        String text = String.format(Locale.ROOT, "%,." + digits + "f", value);
        return text.equals("-0.00") ? "0.00" : text;
    }
}
