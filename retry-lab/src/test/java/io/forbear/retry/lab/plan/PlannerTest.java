package io.forbear.retry.lab.plan;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.Criticality;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class PlannerTest {

    static PlanRequest request(double availability, Duration deadline, Latency latency, double errorRate) {
        return new PlanRequest(
                "orders", availability, deadline, latency, errorRate, Criticality.NORMAL, new FleetShape(20, 50, 0.7));
    }

    private static final Latency FAST = new Latency(ofMillis(20), ofMillis(60));

    @Test
    void threeNinesAndAHalfAtTwoPercentTakeTwoAttempts() {
        PolicyPlan plan = Planner.plan(request(0.9995, ofSeconds(2), FAST, 0.02));

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.isReachable()).isTrue();
        assertThat(plan.firstBackoff()).isEqualTo(ofMillis(100));
        assertThat(plan.attemptTimeout())
                .as("twice the p99, where 99.9 % have answered")
                .isEqualTo(ofMillis(120));
        assertThat(plan.failing()).isCloseTo(0.02, within(0.0001)).isGreaterThan(0.02);
        assertThat(plan.budgetRatio()).isEqualTo(0.2);
        assertThat(plan.settings())
                .containsEntry("max-attempts", "2")
                .containsEntry("attempt-timeout", "120ms")
                .containsEntry("deadline", "2s")
                .containsEntry("retry-budget", "20%")
                .doesNotContainKey("base-delay");
        assertThat(plan.reasoning())
                .contains("2 % of the attempts fail, and ")
                .contains("An attempt is given up after 120 ms (950 ms would fit)")
                .doesNotContain("PT");
    }

    @Test
    void aShortDeadlineTakesAShorterFirstWait() {
        PolicyPlan plan = Planner.plan(request(0.999, ofMillis(100), new Latency(ofMillis(5), ofMillis(15)), 0.02));

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.isReachable()).isTrue();
        assertThat(plan.firstBackoff()).isEqualTo(ofMillis(50));
        assertThat(plan.settings()).containsEntry("base-delay", "50ms");
    }

    @Test
    void aPromiseThatOneAttemptKeepsGivesItAllTheTime() {
        PolicyPlan plan = Planner.plan(request(0.99, ofSeconds(1), FAST, 0.001));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.attemptTimeout()).isEqualTo(ofSeconds(1));
        assertThat(plan.isReachable()).isTrue();
    }

    @Test
    void criticalCallsArePlannedForTwiceTheErrorsAndSheddableOnesMakeTwoAttempts() {
        PlanRequest normal = request(0.9995, ofSeconds(2), FAST, 0.02);
        PolicyPlan critical = Planner.plan(normal.criticality(Criticality.CRITICAL));
        PolicyPlan sheddable = Planner.plan(normal.errorRate(0.1).criticality(Criticality.SHEDDABLE));

        assertThat(critical.attempts()).isEqualTo(3);
        assertThat(critical.reasoning()).contains("with 2 times as many errors: 4 %");
        assertThat(sheddable.attempts()).isEqualTo(2);
        assertThat(sheddable.budgetRatio()).isLessThanOrEqualTo(0.1);
        assertThat(sheddable.isReachable()).isFalse();
        assertThat(Ways.of(sheddable)).anyMatch(way -> way.contains("planned as normal, not sheddable"));
    }

    @Test
    void aDeadlineBelowTheLatencyIsPlannedAndMissed() {
        PolicyPlan plan = Planner.plan(request(0.99, ofMillis(200), new Latency(ofMillis(100), ofMillis(300)), 0));

        assertThat(plan.isReachable()).isFalse();
        assertThat(plan.failing()).isCloseTo(0.0706, within(0.001));
        assertThat(Ways.of(plan)).hasSize(2).anyMatch(way -> way.startsWith("a deadline of "));
    }

    @Test
    void whatIsToldToReachAPromiseReachesIt() {
        PlanRequest request = request(0.9999, ofMillis(500), new Latency(ofMillis(40), ofMillis(300)), 0.05);
        PolicyPlan missed = Planner.plan(request);

        assertThat(missed.isReachable()).isFalse();
        assertThat(Ways.of(missed))
                .containsExactly(
                        "a deadline of 1.27 s instead of 500 ms (4 attempts)",
                        "a dependency that is 2.8 times as fast: p99 at most 107 ms (4 attempts)");
        assertThat(Planner.plan(request.deadline(ofMillis(1270))).isReachable()).isTrue();
        assertThat(Planner.plan(request.deadline(ofMillis(1250))).isReachable()).isFalse();
        assertThat(Planner.plan(request.latency(new Latency(Duration.ofNanos(14_266_666), ofMillis(107))))
                        .isReachable())
                .isTrue();
    }

    @Property(tries = 300)
    void everyPlanFitsItsDeadlineAndExpectsWhatItsAttemptsGive(
            @ForAll @Scale(6) @DoubleRange(min = 0.5, max = 0.99999) double availability,
            @ForAll @DoubleRange(min = 0, max = 0.6) double errorRate,
            @ForAll @IntRange(min = 1, max = 20_000) int deadline,
            @ForAll @IntRange(min = 1, max = 500) int median,
            @ForAll @IntRange(min = 1, max = 30) int ratio) {
        Latency latency = new Latency(ofMillis(median), ofMillis((long) median * ratio));
        PolicyPlan plan = Planner.plan(request(availability, ofMillis(deadline), latency, errorRate));

        long waits = plan.firstBackoff().toMillis() * ((1L << plan.attempts() - 1) - 1);
        assertThat(plan.attemptTimeout().toMillis() * plan.attempts() + waits).isLessThanOrEqualTo(deadline);
        assertThat(plan.attempts()).isBetween(1, 6);
        assertThat(1 - Math.pow(plan.failing(), plan.attempts())).isEqualTo(plan.availability());
        assertThat(plan.failing())
                .isCloseTo(errorRate + (1 - errorRate) * latency.slowerThan(plan.attemptTimeout()), within(1e-9));
        assertThat(plan.isReachable()).isEqualTo(plan.availability() >= availability);
    }
}
