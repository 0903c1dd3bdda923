package io.forbear.retry.lab.report;

import io.forbear.retry.lab.compare.Range;
import io.forbear.retry.lab.sweep.Point;
import io.forbear.retry.lab.sweep.SweepResult;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in words what the chart of a sweep shows. */
final class SweepSentence {

    private static final double LITTLE = 0.1;
    private static final double HUNDREDTHS = 100;
    private static final double TENTHS = 10;

    private final String knob;
    private final List<Point> values;

    SweepSentence(SweepResult result) {
        this.knob = result.knob().key();
        this.values = result.values();
    }

    String text() {
        if (values.isEmpty()) {
            return "No scenario is over, so there is nothing to compare.";
        }
        return best() + front() + plateau();
    }

    private String best() {
        Point most =
                best(values, point -> -Math.rint(HUNDREDTHS * point.success().mean()));
        Point least = best(values, point -> Math.rint(HUNDREDTHS * point.load().mean()));
        List<Point> measured =
                values.stream().filter(point -> point.back() != null).toList();
        String load = String.format(
                Locale.ROOT,
                "%s the least load (%.2f attempts per call)",
                least.value(),
                least.load().mean());
        return String.format(
                        Locale.ROOT,
                        "Of %d values of %s, %s has the most success (%.2f %% of the calls)",
                        values.size(),
                        knob,
                        most.value(),
                        most.success().mean())
                + (measured.isEmpty() ? " and " + load : ", " + load + ", and " + first(measured)) + ". ";
    }

    private static String first(List<Point> measured) {
        Point first = best(measured, point -> Math.rint(TENTHS * back(point)));
        return String.format(Locale.ROOT, "%s is back first (after %.1f s)", first.value(), back(first));
    }

    private static double back(Point point) {
        Range back = point.back();
        return back == null ? Double.POSITIVE_INFINITY : back.mean();
    }

    /** Of those that look the same, one on the front. */
    private static Point best(List<Point> points, ToDoubleFunction<Point> figure) {
        return points.stream()
                .min(Comparator.comparingDouble(figure).thenComparing(point -> !point.onFront()))
                .orElseThrow();
    }

    private String front() {
        List<Point> front = values.stream().filter(Point::onFront).toList();
        String names = front.stream().map(Point::value).collect(Collectors.joining(", "));
        List<Point> beaten = values.stream().filter(point -> !point.onFront()).toList();
        if (beaten.isEmpty()) {
            return "No value is beaten by another: whatever is better in one thing is worse in another. ";
        }
        Point last = beaten.get(beaten.size() - 1);
        return String.format(
                Locale.ROOT,
                "On the Pareto front %s %s: no other value is at least as good in everything and better in something."
                        + " %s beaten, %s by %s. ",
                front.size() == 1 ? "is" : "are",
                names,
                beaten.size() == 1 ? "One value is" : beaten.size() + " values are",
                beaten.size() == 1 ? last.value() : "such as " + last.value(),
                Objects.requireNonNull(last.beatenBy()));
    }

    /** From which value on the knob hardly moves anything. */
    private String plateau() {
        int from = values.size() - 1;
        while (from > 0 && isLike(values.get(from - 1), values.get(values.size() - 1))) {
            from--;
        }
        return from == values.size() - 1 || from == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "From %s on, more changes success by less than %.1f points, load by less than %.1f and recovery"
                                + " by less than %.1f s.",
                        values.get(from).value(),
                        LITTLE,
                        LITTLE,
                        LITTLE);
    }

    private static boolean isLike(Point one, Point other) {
        return isLike(one.success(), other.success())
                && isLike(one.load(), other.load())
                && isLike(one.back(), other.back());
    }

    private static boolean isLike(@Nullable Range one, @Nullable Range other) {
        return one == null || other == null ? Objects.equals(one, other) : Math.abs(one.mean() - other.mean()) < LITTLE;
    }
}
