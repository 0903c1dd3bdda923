package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenarioTest {

    @ParameterizedTest
    @ValueSource(ints = {20, 33, 100, 400})
    void theServiceAnswersTwiceTheLoad(int load) {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, load, 1);

        double capacity = scenario.workers() * 1000 / scenario.serviceMillis();
        assertThat(capacity).isBetween(2.0 * load - 0.001, 2.0 * load + 0.001);
        assertThat(scenario.capacity()).isEqualTo(2 * load);
    }

    @Test
    void anOverloadedServiceStillTakesMoreThanTheLoad() {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, 100, 1);

        assertThat(scenario.capacity() / scenario.overloadFactor()).isGreaterThan(1.2 * scenario.load());
    }

    @Test
    void aFullQueueTakesLongerThanClientsWait() {
        Scenario scenario = Scenario.of(Scenario.DEFAULT_DURATION, 100, 1);

        double wait = 1000 * scenario.queue() * scenario.overloadFactor() / scenario.capacity();
        assertThat(wait).isGreaterThan(scenario.timeoutMillis());
    }

    @Test
    void phasesFollowEachOther() {
        Scenario scenario = Scenario.of(Duration.ofSeconds(12), 100, 1);

        assertThat(scenario.phaseAt(0)).isEqualTo(Phase.STEADY);
        assertThat(scenario.phaseAt(2_999)).isEqualTo(Phase.STEADY);
        assertThat(scenario.phaseAt(3_000)).isEqualTo(Phase.ERRORS);
        assertThat(scenario.phaseAt(5_000)).isEqualTo(Phase.SLOW);
        assertThat(scenario.phaseAt(7_000)).isEqualTo(Phase.WELL);
        assertThat(scenario.phaseAt(99_000)).isEqualTo(Phase.WELL);
    }
}
