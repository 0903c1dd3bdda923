package io.forbear.retry.lab.compare;

import io.forbear.retry.lab.simulate.Scenario;
import java.util.List;

/**
 * A fleet and what happens to it: one table.
 *
 * @param fleet who calls, and how much of the service it uses
 * @param scenarios what happens, each made for the fleet
 */
public record FleetScenarios(Scenario.FleetShape fleet, List<Scenario> scenarios) {

    public FleetScenarios {
        scenarios = List.copyOf(scenarios);
    }
}
