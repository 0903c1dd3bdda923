package io.forbear.retry.lab.sweep;

import io.forbear.retry.lab.compare.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the values that no other beats: more success, less load, an earlier recovery (Pareto, 1906). */
final class Pareto {

    private static final double SUCCESS_DIGITS = 100;
    private static final double LOAD_DIGITS = 100;
    private static final double BACK_DIGITS = 10;

    private Pareto() {}

    /** Marks all but the first, which the others are only compared with. */
    static List<Point> marked(List<Point> points) {
        List<Point> values = points.subList(1, points.size());
        List<Point> front = values.stream()
                .filter(point -> values.stream().noneMatch(other -> beats(other, point)))
                .toList();
        List<Point> marked = new ArrayList<>();
        marked.add(points.get(0));
        for (Point point : values) {
            Optional<String> better = front.stream()
                    .filter(other -> beats(other, point))
                    .map(Point::value)
                    .findFirst();
            marked.add(new Point(
                    point.value(),
                    point.success(),
                    point.load(),
                    point.back(),
                    point.never(),
                    better.isEmpty(),
                    better.orElse(null)));
        }
        return marked;
    }

    /** As shown: what looks the same is the same. */
    static boolean beats(Point one, Point other) {
        int success = Double.compare(shown(one.success(), SUCCESS_DIGITS), shown(other.success(), SUCCESS_DIGITS));
        int load = Double.compare(shown(other.load(), LOAD_DIGITS), shown(one.load(), LOAD_DIGITS));
        int back = Double.compare(shown(other.back(), BACK_DIGITS), shown(one.back(), BACK_DIGITS));
        return success >= 0 && load >= 0 && back >= 0 && success + load + back > 0;
    }

    private static double shown(@Nullable Range range, double digits) {
        return range == null ? 0 : Math.rint(range.mean() * digits);
    }
}
