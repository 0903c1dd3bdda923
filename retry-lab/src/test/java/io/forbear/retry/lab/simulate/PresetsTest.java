package io.forbear.retry.lab.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PresetsTest {

    private static String recorded() throws IOException {
        try (InputStream in = PresetsTest.class.getResourceAsStream("preset-figures.txt")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Recorded when the presets were Java. Another figure means another scenario or another model. */
    @Test
    void figuresOfAllPresetsAreThoseThatWereRecorded() throws IOException {
        String found = Presets.all(new Scenario.FleetShape(4, 10, 0.7)).stream()
                .map(scenario -> scenario.name() + " " + shown(Simulation.run(scenario, PlainControl::new, 1)) + "\n")
                .collect(Collectors.joining());

        assertThat(found).isEqualTo(recorded());
    }

    /** Without the figures that came later, which these figures decide. */
    private static String shown(Figures figures) {
        String all = figures.toString();
        return all.substring(0, all.indexOf(", attemptsPerCall")) + "]";
    }

    @Test
    void eachExperimentHasTheNameOfItsFileAndPolicies() {
        assertThat(Presets.published()).hasSize(7).allSatisfy(name -> {
            assertThat(Presets.named(name).name()).isEqualTo(name);
            assertThat(Presets.named(name).policies()).isNotEmpty();
        });
    }

    @Test
    void eachPresetHasTheNameOfItsFile() {
        assertThat(Presets.names()).hasSize(30).doesNotHaveDuplicates().allSatisfy(name -> assertThat(
                        Presets.named(name).name())
                .isEqualTo(name));
    }
}
