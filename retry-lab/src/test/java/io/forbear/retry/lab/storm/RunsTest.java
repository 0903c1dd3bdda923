package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.Samples;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RunsTest {

    private static PolicyResult back(@Nullable Double seconds) {
        return Samples.policy("default", "Forbear default", seconds, 1);
    }

    @Test
    void aSingleRunIsItself() {
        PolicyResult one = back(1.0);

        assertThat(Runs.joined(List.of(one))).isSameAs(one);
        assertThat(one.ranges()).isEmpty();
    }

    @Test
    void figuresAreMediansWithTheirRange() {
        PolicyResult joined = Runs.joined(List.of(back(3.0), back(1.0), back(1.5)));

        assertThat(joined.runs()).isEqualTo(3);
        assertThat(joined.recoverySeconds()).isEqualTo(1.5);
        assertThat(joined.ranges().get("recoverySeconds")).isEqualTo(new PolicyResult.Range(1.0, 3.0));
        assertThat(joined.ranges().get("successPercent")).isEqualTo(new PolicyResult.Range(50.0, 50.0));
        assertThat(joined.series().goodputLeast())
                .isEqualTo(joined.series().goodputMost())
                .hasSize(48);
    }

    @Test
    void neverIsLaterThanAnyInstant() {
        PolicyResult joined = Runs.joined(List.of(back(null), back(1.0), back(null)));

        assertThat(joined.recoverySeconds()).isNull();
        assertThat(joined.ranges().get("recoverySeconds")).isEqualTo(new PolicyResult.Range(1.0, null));
    }

    @Test
    void ofTwoRunsTheMedianIsTheirMean() {
        assertThat(Runs.joined(List.of(back(2.0), back(1.0))).recoverySeconds()).isEqualTo(1.5);
        assertThat(Runs.joined(List.of(back(null), back(1.0))).recoverySeconds())
                .isNull();
    }
}
