package io.forbear.retry.lab.difference;

/**
 * A figure with its range; infinite for a recovery that never came.
 *
 * @param mean the mean or the median
 * @param min the least
 * @param max the most
 */
record Measured(double mean, double min, double max) {

    boolean holds(double value) {
        return value >= min && value <= max;
    }
}
