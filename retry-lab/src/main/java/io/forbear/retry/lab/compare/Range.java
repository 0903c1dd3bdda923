package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A figure over the runs of several seeds. Infinite where a run has no such figure, as {@link Figures#NEVER}.
 *
 * @param mean the mean
 * @param min the least
 * @param max the most
 */
public record Range(double mean, double min, double max) {

    static Range of(List<Figures> runs, ToDoubleFunction<Figures> figure) {
        double[] values = runs.stream().mapToDouble(figure).toArray();
        double sum = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
        return new Range(sum / values.length, min, max);
    }
}
