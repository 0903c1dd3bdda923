package io.forbear.retry.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulationTest {

    private static Scenario silent(int clients, double callsPerClient) {
        return Presets.named("silent").scenario(new Scenario.FleetShape(clients, callsPerClient, 0.7));
    }

    @Test
    void aMillionClientsMakeOnlyTheControlsOfThoseWhoCall() {
        List<Long> made = new ArrayList<>();

        Figures figures = Simulation.run(
                silent(1_000_000, 0.00005),
                world -> {
                    made.add(world.clock().nanoTime());
                    return new PlainControl(world);
                },
                1);

        assertThat(figures.attempts()).isPositive();
        assertThat(made).hasSizeLessThan(5_000).allMatch(nanos -> nanos == 0);
    }

    @Test
    void aRunThatIsStoppedHasNoFigures() {
        assertThat(Simulation.run(silent(10, 10), PlainControl::new, 1, () -> true))
                .isEmpty();
    }

    @Test
    void anotherSeedIsAnotherRun() {
        Scenario scenario = silent(10, 10);

        assertThat(Simulation.run(scenario, PlainControl::new, 1))
                .isEqualTo(Simulation.run(scenario, PlainControl::new, 1))
                .isNotEqualTo(Simulation.run(scenario, PlainControl::new, 2));
    }
}
