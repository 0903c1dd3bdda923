package io.forbear.retry.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.lab.simulate.PlainControl;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final List<SimulatedPolicy> POLICIES =
            List.of(SimulatedPolicies.standard().get(0), new SimulatedPolicy("plain", "3 attempts", PlainControl::new));

    private final List<ComparisonListener.Now> told = new ArrayList<>();

    private static FleetScenarios fleet(int clients, double rate, String... scenarios) {
        Scenario.FleetShape fleet = new Scenario.FleetShape(clients, rate, 0.7);
        return new FleetScenarios(
                fleet,
                Stream.of(scenarios)
                        .map(name -> Presets.named(name).scenario(fleet))
                        .toList());
    }

    private ComparisonResult run(List<SimulatedPolicy> policies, int seeds, int threads) throws Exception {
        List<FleetScenarios> fleets = List.of(fleet(4, 10, "silent", "throttle"), fleet(20, 1, "silent"));
        return new Comparison(fleets, policies, 7, seeds, threads).run("test", told::add, () -> false);
    }

    @Test
    void theSameSeedsGiveTheSameFiguresWithAnyNumberOfThreads() throws Exception {
        List<SimulatedPolicy> policies = SimulatedPolicies.standard();
        String first = Comparisons.json(run(policies, 2, 1));

        assertThat(Comparisons.json(run(policies, 2, 1))).isEqualTo(first);
        assertThat(Comparisons.json(run(policies, 2, 2))).isEqualTo(first);
        assertThat(Comparisons.json(run(policies, 2, 5))).isEqualTo(first);
    }

    @Test
    void eachFleetHasItsScenariosAndEachScenarioAllPolicies() throws Exception {
        ComparisonResult result = run(POLICIES, 1, 2);

        assertThat(result.fleets()).hasSize(2);
        assertThat(result.fleets().get(0).scenarios())
                .extracting(row -> row.scenario().name())
                .containsExactly("silent", "throttle");
        assertThat(result.fleets().get(1).scenarios()).hasSize(1).allSatisfy(row -> assertThat(row.policies())
                .containsOnlyKeys("none", "plain"));
        assertThat(result.partial()).isFalse();
        assertThat(result.cost().attempts()).isPositive();
        assertThat(told).hasSize(6);
        assertThat(told.get(5).done()).isEqualTo(6);
        assertThat(told.get(5).attempts()).isEqualTo(result.cost().attempts());
    }

    @Test
    void figuresOfSeveralSeedsAreTheirMeanAndRange() throws Exception {
        PolicyFigures figures = run(POLICIES, 3, 2)
                .fleets()
                .get(0)
                .scenarios()
                .get(1)
                .policies()
                .get("plain");

        assertThat(figures).isNotNull();
        assertThat(figures.runs()).isEqualTo(3);
        assertThat(figures.success().min()).isLessThan(figures.success().mean());
        assertThat(figures.success().max()).isGreaterThan(figures.success().mean());
    }

    @Test
    void aStoppedComparisonHasTheRunsThatWereOver() throws Exception {
        ComparisonResult result = new Comparison(List.of(fleet(4, 10, "silent", "down")), POLICIES, 1, 1, 1)
                .run("test", told::add, () -> told.size() == 3);

        assertThat(result.partial()).isTrue();
        assertThat(told).hasSize(3);
        assertThat(result.fleets().get(0).scenarios().get(0).policies()).hasSize(2);
        assertThat(result.fleets().get(0).scenarios().get(1).policies()).containsOnlyKeys("none");
        assertThat(Comparisons.table(result)).contains("Stopped early");
    }

    @Test
    void aRunIsStoppedInItsMiddle() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        ComparisonResult result = new Comparison(List.of(fleet(4, 1000, "silent")), POLICIES, 1, 1, 1)
                .run("test", told::add, () -> asked.incrementAndGet() > 3);

        assertThat(result.partial()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void whatAPolicyThrowsEndsTheComparison() {
        SimulatedPolicy broken = new SimulatedPolicy("broken", "", world -> {
            throw new IllegalArgumentException("no control");
        });

        assertThatThrownBy(() -> run(List.of(broken), 1, 2)).hasRootCauseMessage("no control");
    }
}
