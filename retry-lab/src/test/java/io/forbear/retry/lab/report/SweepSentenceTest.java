package io.forbear.retry.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.compare.ComparisonResult;
import io.forbear.retry.lab.compare.Cost;
import io.forbear.retry.lab.compare.Range;
import io.forbear.retry.lab.sweep.Knob;
import io.forbear.retry.lab.sweep.Point;
import io.forbear.retry.lab.sweep.SweepResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SweepSentenceTest {

    private static final ComparisonResult NOTHING =
            new ComparisonResult("1", false, List.of(1L), List.of(), List.of(), new Cost(0, 0, 0));

    private static Point point(
            String value, double success, double load, @Nullable Double back, @Nullable String beatenBy) {
        Range range = back == null ? null : new Range(back, back, back);
        return new Point(
                value,
                new Range(success, success, success),
                new Range(load, load, load),
                range,
                0,
                beatenBy == null,
                beatenBy);
    }

    private static String sentence(Point... values) {
        List<Point> points = new ArrayList<>(List.of(point("no retries", 90, 1, 1.0, "none")));
        points.addAll(List.of(values));
        Knob knob = Knob.of("max-attempts=1,2");
        return new SweepSentence(new SweepResult(knob, NOTHING, List.of(), points))
                .text()
                .strip();
    }

    @Test
    void itSaysWhatIsBestInEachWayAndWhatIsBeaten() {
        assertThat(sentence(
                        point("1", 95, 1, 2.0, null), point("2", 97, 1.2, 1.0, null), point("3", 96, 1.3, 5.0, "2")))
                .isEqualTo(
                        "Of 3 values of max-attempts, 2 has the most success (97.00 % of the calls), 1 the least load"
                                + " (1.00 attempts per call), and 2 is back first (after 1.0 s). On the Pareto front"
                                + " are 1, 2: no other value is at least as good in everything and better in"
                                + " something. One value is beaten, 3 by 2.");
    }

    @Test
    void ofThoseThatLookTheSameOneOnTheFrontIsNamed() {
        assertThat(sentence(point("1", 95, 1, null, "2"), point("2", 95.001, 1, null, null)))
                .startsWith("Of 2 values of max-attempts, 2 has the most success (95.00 % of the calls) and 2 the least"
                        + " load (1.00 attempts per call). ")
                .contains("On the Pareto front is 2:");
    }

    @Test
    void fromWhereOnTheKnobHardlyMovesAnythingIsTold() {
        assertThat(sentence(
                        point("1", 90, 1, 1.0, null),
                        point("2", 95, 1.2, 1.0, null),
                        point("3", 95.02, 1.21, 1.0, null)))
                .contains("No value is beaten by another")
                .endsWith(
                        "From 2 on, more changes success by less than 0.1 points, load by less than 0.1 and recovery by"
                                + " less than 0.1 s.");
    }

    @Test
    void nothingIsSaidOfNothing() {
        assertThat(new SweepSentence(new SweepResult(Knob.of("max-attempts=1,2"), NOTHING, List.of(), List.of()))
                        .text())
                .isEqualTo("No scenario is over, so there is nothing to compare.");
    }
}
