package io.forbear.retry.lab.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.Criticality;
import io.forbear.retry.core.sla.Latency;
import io.forbear.retry.core.sla.SlaTarget;
import io.forbear.retry.lab.plan.PlanCheck.Outcome;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the arithmetic of a plan expects, the engine does in virtual time: calls that succeed, attempts for each. */
class SlaSimulationTest {

    private static final FleetShape FLEET = new FleetShape(20, 50, 0.7);

    @ParameterizedTest
    @CsvSource({
        "99.9, 2000, 2, NORMAL",
        "99.9, 2000, 8, NORMAL",
        "99, 2000, 20, NORMAL",
        "99.9, 2000, 2, CRITICAL",
        "99, 1000, 8, SHEDDABLE",
        "99.9, 200, 1, NORMAL"
    })
    void theSimulationFindsWhatTheArithmeticExpects(
            double target, int deadlineMillis, double errors, Criticality criticality) throws Exception {
        SlaTarget promise = SlaTarget.of("orders", target / 100, Duration.ofMillis(deadlineMillis))
                .latency(new Latency(Duration.ofMillis(20), Duration.ofMillis(60)))
                .errorRate(errors / 100)
                .criticality(criticality)
                .callsPerSecond(FLEET.callsPerClient());
        PolicyPlan plan = PolicyPlan.of(new PlanRequest(promise, FLEET));
        Checked checked = Objects.requireNonNull(
                new PlanCheck(plan, 1, 2, 1).run(comparison -> comparison.run("test", now -> {}, () -> false)));
        Outcome planned = Objects.requireNonNull(checked.planned());

        double lost = 100 - planned.ordinary().success().mean();
        double expected = 100 * (1 - plan.availability());
        // 100 failures or more are seen, so that two standard deviations are a fifth of them
        assertThat(lost).as("of 100 calls").isBetween(expected * 0.6, expected * 1.6 + 0.005);
        assertThat(planned.ordinary().amplification().mean())
                .as("attempts for each call")
                .isCloseTo(plan.amplification(), within(0.03));
        assertThat(plan.isReachable()).isEqualTo(expected <= 100 - target);
    }
}
