package io.forbear.retry.lab.sweep;

import io.forbear.retry.lab.compare.Range;

/** The mean of figures of several scenarios, and of the ends of their ranges. */
final class Mean {

    private double mean;
    private double min;
    private double max;
    private int count;

    void add(Range range, double most) {
        mean += Math.min(range.mean(), most);
        min += Math.min(range.min(), most);
        max += Math.min(range.max(), most);
        count++;
    }

    boolean isEmpty() {
        return count == 0;
    }

    Range range() {
        return new Range(mean / count, min / count, max / count);
    }
}
