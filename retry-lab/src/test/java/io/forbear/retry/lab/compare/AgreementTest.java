package io.forbear.retry.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.storm.PolicyResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgreementTest {

    private static Scenario preset(String name) {
        return Presets.named(name).scenario(new Scenario.FleetShape(4, 25, 0.7));
    }

    private static Agreement.Row row(
            String scenario, double amplification, @Nullable Double back, Double... simulatedBacks) {
        List<Figures> runs = Arrays.stream(simulatedBacks)
                .map(seconds -> new Figures(50, 100, 0, 1, 1, seconds, 100, 1, 60, List.of()))
                .toList();
        int recovered = (int)
                runs.stream().filter(run -> Double.isFinite(run.backSeconds())).count();
        return new Agreement.Row(
                preset(scenario),
                "none",
                PolicyFigures.of(runs),
                recovered,
                new PolicyResult.Judged(40, 0, amplification, back, 100, 1, 0.5));
    }

    @Test
    void amplificationIsAlikeWithinFifteenPercent() {
        assertThat(row("dip", 1.15, 1.0, 1.0).isLoadAlike()).isTrue();
        assertThat(row("dip", 0.86, 1.0, 1.0).isLoadAlike()).isTrue();
        assertThat(row("dip", 1.2, 1.0, 1.0).isLoadAlike()).isFalse();
        assertThat(row("dip", 1.2, 1.0, 1.0).ratio()).isEqualTo(1.2);
    }

    @Test
    void recoveryIsAlikeUnlessAllSimulationsSayOtherwise() {
        double never = Figures.NEVER;

        assertThat(row("dip", 1, 9.0, 1.0, 2.0).isRecoveryAlike()).isTrue();
        assertThat(row("dip", 1, null, 1.0, 2.0).isRecoveryAlike()).isFalse();
        assertThat(row("dip", 1, 9.0, never, never).isRecoveryAlike()).isFalse();
        assertThat(row("dip", 1, null, never, never).isRecoveryAlike()).isTrue();
        assertThat(row("dip", 1, null, 1.0, never).isRecoveryAlike()).isTrue();
        assertThat(row("dip", 1, 9.0, 1.0, never).isRecoveryAlike()).isTrue();
        assertThat(row("blip", 1, 9.0, never).isRecoveryAlike())
                .as("its run ends before that is seen")
                .isTrue();
    }

    @Test
    void aRowSaysWhatDiffers() {
        List<Agreement.Row> rows = new ArrayList<>();
        rows.add(row("dip", 1, 9.0, 1.0, 2.0));
        rows.add(row("dip", 1.2, 9.0, 1.0));
        rows.add(row("dip", 1, null, 1.0));
        rows.add(row("blip", 1, null, Figures.NEVER));
        rows.add(row("dip", 1, null, 1.0, Figures.NEVER));

        assertThat(rows.stream().map(Comparisons::agreement))
                .containsExactly(
                        "| dip | none | 1.00 | 1.00 | 1.00 | 1.0..2.0 | 9.0 | 50.0 | 40.0 |  |",
                        "| dip | none | 1.00 | 1.20 | 1.20 | 1.0 | 9.0 | 50.0 | 40.0 | load differs |",
                        "| dip | none | 1.00 | 1.00 | 1.00 | 1.0 | never | 50.0 | 40.0 | recovery differs |",
                        "| blip | none | 1.00 | 1.00 | 1.00 | - | - | 50.0 | 40.0 |  |",
                        "| dip | none | 1.00 | 1.00 | 1.00 | 1.0.., never in 1 | never | 50.0 | 40.0 |  |");
        assertThat(Comparisons.agreement(rows))
                .isEqualTo("5 rows: amplification within 15 % or within the range of the seeds in 4, recovery alike in "
                        + "4");
        assertThat(Comparisons.agreementHead().lines()).hasSize(2);
    }
}
