package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.ForbearControl;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which fleets need one budget for all: those whose processes call so seldom that their floors are a large part of the
 * traffic. The outage of 10 s errors and 5 s slow answers, without breakers; virtual time, the real engine. Each run
 * prints a row of the table in the page on the fleet budget.
 */
class AddedFloorsTest {

    private static final int SEEDS = 3;

    /** Means; the seconds are infinite where the service is not back in one of the runs. */
    private record Outcome(double amplification, double peak, double backSeconds) {
        @Override
        public String toString() {
            String back = Double.isInfinite(backSeconds) ? "never" : String.format(Locale.ROOT, "%.1f s", backSeconds);
            return String.format(Locale.ROOT, "%.2f, %.2f, %s", amplification, peak, back);
        }
    }

    /** A budget in each process, with a floor of a retry in five seconds. */
    private static Control.Maker floors() {
        return without(builder -> builder.budget(RetryBudgets.ratio(0.2).minPerSecond(0.2)));
    }

    private static Control.Maker fleet() {
        SharedBudget[] shared = new SharedBudget[1];
        return without(builder -> builder.budget(clock -> {
            shared[0] = shared[0] == null ? new SharedBudget(clock) : shared[0];
            return shared[0];
        }));
    }

    /** The budget of the defaults, which has no floor. */
    private static Control.Maker earned() {
        return without(builder -> builder);
    }

    private static Control.Maker without(UnaryOperator<Retries.Builder> budget) {
        return ForbearControl.with(builder -> budget.apply(builder).withoutCircuitBreaker());
    }

    private interface Fleet {
        Control.Maker make();
    }

    private static Outcome run(String fleet, Fleet processes) {
        Scenario said = Presets.named("outage").scenario(FleetTest.fleet(fleet));
        double amplification = 0;
        double back = 0;
        double peak = 0;
        for (int i = 0; i < SEEDS; i++) {
            Figures figures = Simulation.run(said, processes.make(), 7 + i);
            amplification += figures.amplification() / SEEDS;
            back += figures.backSeconds() / SEEDS;
            peak += figures.seconds().stream()
                            .mapToLong(Figures.Second::attempts)
                            .max()
                            .orElseThrow()
                    / said.service().perSecond()
                    / SEEDS;
        }
        return new Outcome(amplification, peak, back);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20x50@0.7", "20x2@0.5"})
    void floorsThatAreSmallForTheTrafficOrForTheRoomThatIsLeftDoNoHarm(String fleet) {
        Outcome[] row = row(fleet);

        assertThat(row[1].backSeconds).isLessThan(row[2].backSeconds + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20x2@0.7", "200x0.5@0.7", "1000x0.5@0.7"})
    void floorsThatAddUpKeepTheServiceDownForLonger(String fleet) {
        Outcome[] row = row(fleet);

        assertThat(row[1].backSeconds).isGreaterThan(row[2].backSeconds + 5);
        assertThat(row[2].backSeconds).isLessThan(row[0].backSeconds + 3);
        assertThat(row[2].amplification).isLessThan(row[1].amplification);
    }

    /** None, floors, fleet, earned. */
    private static Outcome[] row(String fleet) {
        Outcome[] row = {
            run(fleet, () -> FleetTest.NONE),
            run(fleet, AddedFloorsTest::floors),
            run(fleet, AddedFloorsTest::fleet),
            run(fleet, AddedFloorsTest::earned)
        };
        System.out.printf("| %s | %s | %s | %s | %s |%n", fleet, row[0], row[1], row[2], row[3]);
        return row;
    }

    @Test
    void theBudgetOfTheDefaultsNeedsNoStoreForThat() {
        assertThat(run("200x0.5@0.7", AddedFloorsTest::earned).backSeconds)
                .isLessThan(run("200x0.5@0.7", AddedFloorsTest::floors).backSeconds);
    }
}
