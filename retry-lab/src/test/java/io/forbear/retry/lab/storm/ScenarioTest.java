package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

    @ParameterizedTest
    @ValueSource(ints = {20, 33, 100, 400})
    void theLoadIsSevenTenthsOfWhatTheServiceCanDo(int load) {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, load, 1);

        double capacity = scenario.workers() * 1000 / scenario.serviceMillis();
        assertThat(capacity).isBetween(scenario.capacity() - 0.001, scenario.capacity() + 0.001);
        assertThat((double) load / scenario.capacity()).isBetween(0.68, 0.72);
        assertThat(scenario.queue()).as("a second").isEqualTo(scenario.capacity());
    }

    @Test
    void anOverloadedServiceStillTakesMoreThanTheLoad() {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, 100, 1);

        assertThat(scenario.capacity() / scenario.overloadFactor()).isGreaterThan(1.05 * scenario.load());
    }

    @Test
    void aFullQueueTakesLongerThanClientsWait() {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, 100, 1);

        double wait = 1000 * scenario.queue() * scenario.overloadFactor() / scenario.capacity();
        assertThat(wait).isGreaterThan(scenario.timeoutMillis());
    }

    @Test
    void phasesFollowEachOther() {
        Scenario scenario = Scenario.of(Duration.ofSeconds(17), 100, 1);

        assertThat(scenario.phaseAt(0)).isEqualTo(Phase.TRANSIENT);
        assertThat(scenario.phaseAt(3_999)).isEqualTo(Phase.TRANSIENT);
        assertThat(scenario.phaseAt(4_000)).isEqualTo(Phase.ERRORS);
        assertThat(scenario.phaseAt(6_000)).isEqualTo(Phase.SLOW);
        assertThat(scenario.phaseAt(10_000)).isEqualTo(Phase.WELL);
        assertThat(scenario.phaseAt(99_000)).isEqualTo(Phase.WELL);
        assertThat(scenario.transientUntilMillis()).isEqualTo(3_000);
        assertThat(scenario.recoveryLimitMillis()).isEqualTo(5_500);
    }

    @Test
    void phasesScaleWithTheDuration() {
        Scenario scenario = Scenario.of(Duration.ofSeconds(34), 100, 1);

        assertThat(scenario.errorsAtMillis()).isEqualTo(8_000);
        assertThat(scenario.slowAtMillis()).isEqualTo(12_000);
        assertThat(scenario.wellAtMillis()).isEqualTo(20_000);
    }

    @Test
    void runsDifferInSeedAndOutageButEndItAtTheSameInstant() {
        Scenario first = Scenario.of(Scenario.DEFAULT_DURATION, 100, 1);

        assertThat(first.run(1)).isEqualTo(first);
        for (int number = 2; number <= 20; number++) {
            Scenario run = first.run(number);

            assertThat(run.seed()).isEqualTo(number);
            assertThat(run.wellAtMillis()).isEqualTo(first.wellAtMillis());
            assertThat(run.wellAtMillis() - run.slowAtMillis()).isBetween(3_500L, 4_500L);
            assertThat(run.slowAtMillis() - run.errorsAtMillis()).isBetween(1_750L, 2_250L);
            assertThat(run).isEqualTo(first.run(number)).isNotEqualTo(first.run(number + 1));
        }
    }
}
