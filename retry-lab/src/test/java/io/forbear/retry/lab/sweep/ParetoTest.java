package io.forbear.retry.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.compare.Range;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ParetoTest {

    private static Point point(String value, double success, double load, double back) {
        return new Point(value, range(success), range(load), range(back), 0, false, null);
    }

    private static Range range(double value) {
        return new Range(value, value, value);
    }

    @Test
    void aValueThatIsWorseInOneThingAndBetterInNoneIsBeaten() {
        List<Point> marked = Pareto.marked(List.of(
                point("no retries", 0, 9, 9),
                point("a", 99, 1.2, 2),
                point("b", 99, 1.1, 2),
                point("c", 98, 1, 2),
                point("d", 99, 1.1, 1)));

        assertThat(marked).extracting(Point::onFront).containsExactly(false, false, false, true, true);
        assertThat(marked).extracting(Point::beatenBy).containsExactly(null, "d", "d", null, null);
    }

    @Test
    void whatLooksTheSameBeatsNothing() {
        List<Point> marked = Pareto.marked(
                List.of(point("no retries", 0, 0, 0), point("a", 99.001, 1.001, 2.01), point("b", 99, 1, 2)));

        assertThat(marked).extracting(Point::onFront).containsExactly(false, true, true);
    }

    @Property(tries = 200)
    void nothingBeatsTheFrontAndTheFrontBeatsTheRest(
            @ForAll @Size(min = 3, max = 30) List<@IntRange(max = 5) Integer> figures) {
        List<Point> points = new ArrayList<>();
        for (int i = 0; i + 2 < figures.size(); i++) {
            points.add(point("p" + i, figures.get(i), figures.get(i + 1), figures.get(i + 2)));
        }
        List<Point> marked = Pareto.marked(points);
        List<Point> values = marked.subList(1, marked.size());

        for (Point point : values) {
            assertThat(values.stream().noneMatch(other -> Pareto.beats(other, point)))
                    .isEqualTo(point.onFront());
            if (!point.onFront()) {
                Point better = values.stream()
                        .filter(other -> other.value().equals(point.beatenBy()))
                        .findFirst()
                        .orElseThrow();
                assertThat(better.onFront()).isTrue();
                assertThat(Pareto.beats(better, point)).isTrue();
            }
        }
    }
}
