package io.forbear.retry.export;

import io.forbear.retry.Jitter;

/**
 * The range that jitter draws from, as shares of the ceiling. Libraries that spread a delay around its middle need
 * that middle.
 *
 * @param low the shortest delay, from 0
 * @param high the longest delay
 */
record Spread(double low, double high) {

    private static final double HALF = 0.5;

    static Spread of(Jitter jitter) {
        return switch (jitter.kind()) {
            case NONE -> new Spread(1, 1);
            case FULL, DECORRELATED -> new Spread(0, 1);
            case EQUAL -> new Spread(HALF, 1);
            case PROPORTIONAL, CLAMPED -> new Spread(1 - jitter.factor(), 1 + jitter.factor());
        };
    }

    double middle() {
        return (low + high) / 2;
    }

    /** Half of the range, as a share of the middle. */
    double factor() {
        return high == low ? 0 : (high - low) / (high + low);
    }

    boolean isChance() {
        return high > low;
    }
}
