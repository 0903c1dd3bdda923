package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Scenario;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison showed.
 *
 * @param version of the lab
 * @param partial whether it was stopped before its end
 * @param seeds one run for each, in every scenario and under every policy
 * @param policies in the order of the columns
 * @param fleets one table for each
 * @param cost what it took; another one each time, while all else is the same
 */
public record ComparisonResult(
        String version,
        boolean partial,
        List<Long> seeds,
        List<SimulatedPolicy> policies,
        List<OfFleet> fleets,
        Cost cost) {

    /**
     * What happened to one fleet.
     *
     * @param fleet the fleet
     * @param scenarios one row for each
     */
    public record OfFleet(Scenario.FleetShape fleet, List<OfScenario> scenarios) {}

    /**
     * What happened in one scenario.
     *
     * @param scenario the scenario
     * @param policies by the name of the policy; without those of which no run is over
     */
    public record OfScenario(Scenario scenario, Map<String, PolicyFigures> policies) {

        public OfScenario {
            policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
        }
    }
}
