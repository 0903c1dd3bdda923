package io.forbear.retry.lab.plan;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.sla.Latency;
import io.forbear.retry.core.sla.SlaTarget;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.time.Duration;

/**
 * What is promised, and who calls.
 *
 * @param target what is promised, and what the dependency does
 * @param fleet who calls, and how much of the service that takes
 */
public record PlanRequest(SlaTarget target, FleetShape fleet) {

    String service() {
        return target.service();
    }

    double availability() {
        return target.availability();
    }

    Duration deadline() {
        return target.deadline();
    }

    Latency latency() {
        return target.latency();
    }

    double errorRate() {
        return target.errorRate();
    }

    Criticality criticality() {
        return target.criticality();
    }

    double plannedErrorRate() {
        return target.plannedErrorRate();
    }
}
