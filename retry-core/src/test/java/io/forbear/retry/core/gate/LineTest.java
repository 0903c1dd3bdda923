package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LineTest {

    private static final class Spot extends Line.Spot {}

    private final Line line = new Line();

    private Spot joined() {
        Spot spot = new Spot();
        line.join(spot);
        return spot;
    }

    /** A number below ten: one joins. Else one of those who are there leaves. */
    @Property(tries = 300)
    void isAList(@ForAll @Size(max = 60) List<@IntRange(max = 20) Integer> steps) {
        Line tested = new Line();
        List<Spot> list = new ArrayList<>();
        for (int step : steps) {
            if (step < 10) {
                Spot spot = new Spot();
                tested.join(spot);
                list.add(spot);
            } else if (!list.isEmpty()) {
                tested.leave(list.remove(step % list.size()));
            }
            assertThat(tested.size()).isEqualTo(list.size());
            assertThat(tested.first()).isSameAs(list.isEmpty() ? null : list.get(0));
            for (int i = 0; i < list.size(); i++) {
                assertThat(tested.rank(list.get(i))).isBetween(i + 1L, (long) list.size());
            }
        }
        while (tested.first() instanceof Spot first) {
            assertThat(first).isSameAs(list.remove(0));
            tested.leave(first);
        }
        assertThat(list).isEmpty();
    }

    @Test
    void aRankIsThePlaceFromTheFront() {
        Spot first = joined();
        Spot second = joined();
        Spot third = joined();

        assertThat(line.rank(first)).isEqualTo(1);
        assertThat(line.rank(second)).isEqualTo(2);
        assertThat(line.rank(third)).isEqualTo(3);
        line.leave(first);

        assertThat(line.rank(second)).isEqualTo(1);
        assertThat(line.rank(third)).isEqualTo(2);
    }

    @Test
    void aRankIsTooHighByThoseWhoLeftInBetweenAndNeverBeyondTheLast() {
        joined();
        Spot left = joined();
        Spot third = joined();
        Spot fourth = joined();

        line.leave(left);

        assertThat(line.rank(third)).as("2 by right").isEqualTo(3);
        assertThat(line.rank(fourth)).isEqualTo(3);
    }
}
