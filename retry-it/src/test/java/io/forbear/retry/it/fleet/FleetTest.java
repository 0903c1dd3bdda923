package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The acceptance of the defaults: in no scenario is a fleet worse off with them than without retries, and where retries
 * help they do. Virtual time, the real engine; the same figures on every machine. {@code DefaultsPageTest} runs more
 * fleets and more seeds, beside the peers.
 */
class FleetTest {

    static final Control.Maker NONE = policy(SimulatedPolicies.NONE);
    static final Control.Maker RETRIES = policy("retries");
    static final Control.Maker DEFAULT = policy("default");

    private static final int SEEDS = 2;

    /** Percent points of success that may be lost, and why. */
    private static final Map<String, Double> LESS_SUCCESS = Map.of(
            // the breaker finds out within a tenth of a second that the service is well again, each time
            "flap-3", 2.5,
            // 80 % of the calls fail for good: now and then 19 of 20 do so by chance, and the others are refused
            "mixed-80", 3.0);

    /** Seconds that the recovery may take longer, and why. */
    private static final Map<String, Double> LATER = Map.of(
            // a breaker that time-outs have opened asks once a second
            "silent", 1.5,
            // a few retries stand in the queue of the slow replica, and 17 of 100 calls more succeed meanwhile
            "replica-slow", 4.0);

    /** Retries cannot help: there is nobody to answer them, or no room. */
    private static final Set<String> HOPELESS = Set.of(
            "outage-short",
            "outage",
            "down",
            "silent",
            "pause",
            "cold-errors",
            "cold-slow",
            "dip",
            "surge",
            "overload");

    /** Requests for each call in scenarios in which retries cannot help. */
    private static final double MOST_LOAD = 1.2;

    private static final int BURST = 2;

    private static Control.Maker policy(String name) {
        return SimulatedPolicies.standard().stream()
                .filter(policy -> policy.name().equals(name))
                .findFirst()
                .orElseThrow()
                .maker();
    }

    static FleetShape fleet(String text) {
        String[] parts = text.split("[x@]");
        return new FleetShape(Integer.parseInt(parts[0]), Double.parseDouble(parts[1]), Double.parseDouble(parts[2]));
    }

    /** Each process of a large fleet may retry its first failures: that is the burst of its budget. */
    private static double mostLoad(Scenario scenario) {
        double calls = scenario.callsPerSecond() * (scenario.badToNanos() - scenario.badFromNanos()) / 1e9;
        return MOST_LOAD + BURST * scenario.clients() / calls;
    }

    @ParameterizedTest
    @ValueSource(strings = {"4x25@0.5", "4x25@0.7", "20x50@0.7", "200x5@0.7", "1000x0.5@0.7"})
    void theDefaultsAreNeverWorseThanNoRetriesAndHelpWhereRetriesHelp(String text) {
        List<String> worse = new ArrayList<>();
        for (Scenario scenario : Presets.all(fleet(text))) {
            Mean none = Mean.of(scenario, NONE, SEEDS);
            Mean defaults = Mean.of(scenario, DEFAULT, SEEDS);
            String row = scenario.name() + ": none " + none + ", defaults " + defaults;
            System.out.println(text + " " + row);
            if (defaults.success() < none.success() - LESS_SUCCESS.getOrDefault(scenario.name(), 1.0)
                    || defaults.backSeconds() > none.backSeconds() + LATER.getOrDefault(scenario.name(), 1.0)) {
                worse.add(row);
            }
            if (HOPELESS.contains(scenario.name())) {
                assertThat(defaults.amplification()).as(row).isLessThan(mostLoad(scenario));
            }
            if (scenario.name().startsWith("transient") || scenario.name().equals("blip")) {
                assertThat(defaults.success()).as(row).isGreaterThan(99.5);
            }
        }
        assertThat(worse).isEmpty();
    }

    /** The reason for all of this: without a budget a fleet keeps its service down. */
    @ParameterizedTest
    @ValueSource(strings = {"4x25@0.7", "1000x0.5@0.7"})
    void retriesWithoutABudgetKeepTheServiceDown(String text) {
        for (Scenario scenario : Presets.all(fleet(text))) {
            if (scenario.name().equals("outage")) {
                Mean bare = Mean.of(scenario, RETRIES, 1);

                assertThat(bare.backSeconds()).isInfinite();
                assertThat(bare.amplification()).isGreaterThan(2.5);
            }
        }
    }
}
