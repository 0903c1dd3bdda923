package io.forbear.retry.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.PlainControl;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ComparisonTableTest {

    private static final Scenario.FleetShape FLEET = new Scenario.FleetShape(1000, 0.5, 0.7);

    private static Figures figures(double success, double back, double amplification) {
        return new Figures(success, 99, 0, amplification, 1, back, 100, amplification, 60, List.of());
    }

    /** With one row of the scenario for each map: the runs of each policy. */
    private static ComparisonResult result(List<String> scenarios, List<Map<String, List<Figures>>> rows) {
        List<ComparisonResult.OfScenario> made = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Map<String, PolicyFigures> found = new LinkedHashMap<>();
            rows.get(i).forEach((name, runs) -> found.put(name, PolicyFigures.of(runs)));
            made.add(new ComparisonResult.OfScenario(
                    Presets.named(scenarios.get(i)).scenario(FLEET), found));
        }
        int seeds = rows.get(0).values().iterator().next().size();
        return new ComparisonResult(
                "1.2.3",
                false,
                LongStream.range(1, 1 + seeds).boxed().toList(),
                List.of(
                        new SimulatedPolicy("none", "1 attempt", PlainControl::new),
                        new SimulatedPolicy("other", "3 attempts", PlainControl::new)),
                List.of(new ComparisonResult.OfFleet(FLEET, made)),
                new Cost(3_000_000, 2, 4));
    }

    private static List<String> lines(ComparisonResult result) {
        return Comparisons.table(result).lines().toList();
    }

    @Test
    void theBestAndWhatIsWorseThanNoneAreMarked() {
        ComparisonResult result = result(
                List.of("outage", "silent", "down", "transient-2"),
                List.of(
                        Map.of("none", List.of(figures(50, 3, 1)), "other", List.of(figures(48.9, 1, 1.5))),
                        Map.of("none", List.of(figures(50, 3, 1)), "other", List.of(figures(49.1, 4.1, 1.5))),
                        Map.of(
                                "none", List.of(figures(50.01, 3, 1)),
                                "other", List.of(figures(50.02, Figures.NEVER, 12.345))),
                        Map.of(
                                "none", List.of(figures(97, Figures.NEVER, 1)),
                                "other", List.of(figures(99, Figures.NEVER, 1.02)))));

        assertThat(lines(result).subList(0, 7))
                .containsExactly(
                        "Fleet 1000x0.5: 1,000 clients, 0.5 calls/s each, 70 % of the service",
                        "                 |          none           |         other",
                        "scenario         | succ. %  back s   ampl. | succ. %  back s   ampl.",
                        "outage           |    50.0*    3.0    1.00 |    48.9!    1.0*   1.50",
                        "silent           |    50.0*    3.0*   1.00 |    49.1     4.1!   1.50",
                        "down             |    50.0     3.0*   1.00 |    50.0   never!  12.35",
                        "transient-2      |    97.0       -    1.00 |    99.0*      -    1.02");
        assertThat(Comparisons.line(result.cost()))
                .isEqualTo("3,000,000 attempts simulated in 2.0 s; 750,000 attempts/s of one core");
    }

    @Test
    void rangesOfSeveralSeedsStandBelowTheMeans() {
        ComparisonResult result = result(
                List.of("outage"),
                List.of(Map.of(
                        "none", List.of(figures(50, 3, 1), figures(52, 5, 1)),
                        "other", List.of(figures(70, 1, 1.5), figures(80, Figures.NEVER, 1.75)))));

        assertThat(lines(result).subList(3, 5))
                .containsExactly(
                        "outage           |        51.0         4.0*       1.00 |        75.0*      never!       1.63",
                        "                 |   50.0-52.0     3.0-5.0   1.00-1.00 |   70.0-80.0   1.0-never   1.50-1.75");
    }

    @Test
    void whatWasNotRunIsADash() {
        ComparisonResult result = result(List.of("outage"), List.of(Map.of("none", List.of(figures(50, 3, 1)))));

        assertThat(lines(result).get(3))
                .isEqualTo("outage           |    50.0     3.0    1.00 |       -       -       -");
    }

    @Test
    void jsonHasEveryFigureAndNullForNever() throws Exception {
        JsonNode json = new ObjectMapper()
                .readTree(Comparisons.json(result(
                        List.of("outage"),
                        List.of(Map.of("none", List.of(figures(50, 3, 1), figures(52, Figures.NEVER, 1)))))));

        assertThat(json.get("kind").asText()).isEqualTo("simulate");
        assertThat(json.get("version").asText()).isEqualTo("1.2.3");
        assertThat(json.get("seeds")).hasSize(2);
        JsonNode scenario = json.at("/fleets/0/scenarios/0");
        assertThat(scenario.get("name").asText()).isEqualTo("outage");
        JsonNode none = scenario.at("/policies/none");
        assertThat(none.at("/runs").asInt()).isEqualTo(2);
        assertThat(none.at("/success/mean").asDouble()).isEqualTo(51);
        assertThat(none.at("/success/min").asDouble()).isEqualTo(50);
        assertThat(none.at("/backSeconds/min").asDouble()).isEqualTo(3);
        assertThat(none.at("/backSeconds/max").isNull()).isTrue();
        assertThat(none.at("/backSeconds/mean").isNull()).isTrue();
    }
}
