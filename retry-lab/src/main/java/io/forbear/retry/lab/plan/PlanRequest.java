package io.forbear.retry.lab.plan;

import io.forbear.retry.Criticality;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.time.Duration;

/**
 * What is promised, and what the dependency does.
 *
 * @param service its name
 * @param availability the share of calls that shall succeed, more than 0 and less than 1
 * @param deadline how long a call may take, waits and all attempts included
 * @param latency of the dependency when it is well
 * @param errorRate the share of attempts that fail in ordinary time, from 0 to less than 1
 * @param criticality how much a call matters
 * @param fleet who calls, and how much of the service that takes
 */
public record PlanRequest(
        String service,
        double availability,
        Duration deadline,
        Latency latency,
        double errorRate,
        Criticality criticality,
        FleetShape fleet) {

    /** Critical calls are planned for a day that is so many times as bad. */
    static final double BAD_DAY = 2;

    private static final double MOST_ERRORS = 0.99;

    /** The error rate that the plan is made for. */
    double plannedErrorRate() {
        return criticality == Criticality.CRITICAL
                ? Math.min(Math.max(MOST_ERRORS, errorRate), BAD_DAY * errorRate)
                : errorRate;
    }

    PlanRequest deadline(Duration value) {
        return new PlanRequest(service, availability, value, latency, errorRate, criticality, fleet);
    }

    PlanRequest errorRate(double value) {
        return new PlanRequest(service, availability, deadline, latency, value, criticality, fleet);
    }

    PlanRequest latency(Latency value) {
        return new PlanRequest(service, availability, deadline, value, errorRate, criticality, fleet);
    }

    PlanRequest criticality(Criticality value) {
        return new PlanRequest(service, availability, deadline, latency, errorRate, value, fleet);
    }
}
