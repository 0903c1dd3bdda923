package io.forbear.retry.core.sla;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LatencyTest {

    @Property(tries = 200)
    void theModelKeepsMedianAndP99UpToTheRatioOfAnExponential(
            @ForAll @IntRange(min = 1, max = 1000) int median, @ForAll @IntRange(min = 100, max = 664) int ratio) {
        Latency latency = new Latency(ofMillis(median), Duration.ofNanos(median * ratio * 10_000L));

        if (ratio == 100) {
            assertThat(latency.spread()).isZero();
        } else {
            assertThat(latency.slowerThan(latency.median())).isCloseTo(0.5, within(1e-6));
            assertThat(latency.slowerThan(latency.p99())).isCloseTo(0.01, within(1e-6));
            assertThat(latency.slowerThan(latency.p999())).isCloseTo(0.001, within(1e-6));
        }
        assertThat(latency.spread()).isBetween(0.0, 1.0);
    }

    @Test
    void aLongTailIsLogNormalWhereThatSaysMoreTimeouts() {
        Latency latency = new Latency(ofMillis(10), ofMillis(300));

        assertThat(latency.spread()).isEqualTo(1);
        assertThat(latency.slowerThan(ofMillis(300))).isCloseTo(0.01, within(1e-6));
        assertThat(latency.slowerThan(latency.p999())).isCloseTo(0.001, within(1e-6));
        assertThat(latency.slowerThan(ofMillis(600)))
                .isGreaterThan(20 * latency.exponentialSlowerThan(ofMillis(600)))
                .isCloseTo(0.0026, within(0.0001));
    }

    @Test
    void measuredTimesGiveTheFiguresByNearestRank() {
        List<Duration> hundred =
                IntStream.rangeClosed(1, 100).mapToObj(Duration::ofMillis).toList();

        assertThat(Latency.of(hundred)).isEqualTo(new Latency(ofMillis(50), ofMillis(99)));
        assertThat(Latency.of(List.of(ofMillis(30), ofMillis(10), ofMillis(20))))
                .isEqualTo(new Latency(ofMillis(20), ofMillis(30)));
        assertThat(Latency.of(List.of(ofMillis(7)))).isEqualTo(new Latency(ofMillis(7), ofMillis(7)));
    }

    @Test
    void aServiceThatIsAlwaysAsFastIsNeverLate() {
        Latency latency = new Latency(ofMillis(10), ofMillis(10));

        assertThat(latency.slowerThan(ofMillis(11))).isZero();
        assertThat(latency.slowerThan(ofMillis(10))).isZero();
        assertThat(latency.slowerThan(ofMillis(9))).isEqualTo(1);
        assertThat(latency.meanNanos()).isEqualTo(1e7);
    }

    @Test
    void fourTimesTheMedianIsNoLongTail() {
        Latency latency = new Latency(ofMillis(10), ofMillis(40));

        assertThat(latency.spread())
                .isCloseTo(3 / (Math.log(100) - 1 + 4 * (1 - Math.log(2))), within(1e-12))
                .isBetween(0.6, 0.7);
    }
}
