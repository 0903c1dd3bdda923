package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Why processes that share a budget do not tell each other that their breaker has opened: 20 processes with 2 calls a
 * second each. Virtual time, the real engine; the same figures on every machine.
 */
class BreakerHintsTest {

    private static final int SEEDS = 3;
    private static final int PROCESSES = 20;
    private static final Duration LEASE = Duration.ofMillis(500);

    /** Means of some runs, and what the breakers of the fleet did in them. */
    private record Outcome(double success, double amplification, double attemptsBeforeOpen, double opened) {}

    private static Outcome run(String scenario, @Nullable Duration delay, int quorum) {
        Scenario said = Presets.named(scenario).scenario(FleetTest.fleet(PROCESSES + "x2@0.7"));
        double success = 0;
        double amplification = 0;
        double before = 0;
        double opened = 0;
        for (int i = 0; i < SEEDS; i++) {
            HintedBreakers fleet = new HintedBreakers(delay, quorum, said.badFromNanos());
            Figures figures = Simulation.run(said, fleet.maker(), 7 + i);
            success += figures.success() / SEEDS;
            amplification += figures.amplification() / SEEDS;
            before += (double) fleet.attemptsBeforeOpen() / SEEDS;
            opened += (double) fleet.opened() / SEEDS;
        }
        return new Outcome(success, amplification, before, opened);
    }

    @Test
    void aFleetLearnsOfAnOutageByFewAttemptsOfEachProcess() {
        Outcome without = run("outage", null, 1);

        assertThat(without.opened).isEqualTo(PROCESSES);
        assertThat(without.attemptsBeforeOpen / PROCESSES).isBetween(4.0, 10.0);
    }

    @Test
    void hintsThatTakeNoTimeSaveASixthOfTheAttemptsAndNoCall() {
        Outcome without = run("outage", null, 1);
        Outcome with = run("outage", Duration.ZERO, 1);

        assertThat(with.amplification / without.amplification).isBetween(0.8, 0.9);
        assertThat(Math.abs(with.success - without.success)).isLessThan(0.5);
    }

    @Test
    void hintsByWayOfALeaseSaveNextToNothing() {
        Outcome without = run("outage", null, 1);
        Outcome with = run("outage", LEASE, 1);

        assertThat(with.amplification / without.amplification).isBetween(0.92, 1.0);
    }

    @Test
    void aHintOfOneProcessCostsCallsWhereAPartOfTheServiceFails() {
        for (String scenario : new String[] {"half", "mixed", "replica-1-of-3"}) {
            assertThat(run(scenario, LEASE, 1).success).as(scenario).isLessThan(run(scenario, null, 1).success - 5);
        }
    }

    @Test
    void hintsOfHalfTheFleetComeWhenTheRestKnowsAndCostCallsWhereTheServiceFlaps() {
        int half = PROCESSES / 2;

        assertThat(run("outage", LEASE, half).amplification / run("outage", null, 1).amplification)
                .isBetween(0.97, 1.0);
        assertThat(run("flap-3", LEASE, half).success).isLessThan(run("flap-3", null, 1).success - 5);
    }
}
