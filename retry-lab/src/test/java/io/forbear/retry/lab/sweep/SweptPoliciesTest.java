package io.forbear.retry.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.lab.compare.SimulatedPolicies;
import io.forbear.retry.lab.compare.SimulatedPolicy;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import io.forbear.retry.lab.simulate.Simulation;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SweptPoliciesTest {

    private static Figures figures(SimulatedPolicy policy) {
        return Simulation.run(Presets.named("throttle").scenario(new FleetShape(4, 10, 0.7)), policy.maker(), 1);
    }

    private static Properties base(String key, String value) {
        Properties base = new Properties();
        base.setProperty(key, value);
        return base;
    }

    @Test
    void aPolicyOfEachValueComesAfterNoRetries() {
        List<SimulatedPolicy> policies = SweptPolicies.of(Knob.of("retry-budget=none,10%"), new Properties());

        assertThat(policies).extracting(SimulatedPolicy::name).containsExactly("no retries", "none", "10%");
        assertThat(policies)
                .extracting(SimulatedPolicy::description)
                .containsExactly("1 attempt", "retry-budget=none", "retry-budget=10%");
    }

    @Test
    void theKnobIsStrongerThanTheSameKeyOfTheFileInAnySpelling() {
        Figures one = figures(
                SweptPolicies.of(Knob.of("max-attempts=1,5"), new Properties()).get(1));

        for (String key : List.of("max-attempts", "default.maxAttempts", "service.storm.max_attempts")) {
            assertThat(figures(SweptPolicies.of(Knob.of("max-attempts=1,5"), base(key, "4"))
                            .get(1)))
                    .as(key)
                    .isEqualTo(one);
        }
    }

    @Test
    void aValueIsWhatTheRegistryReads() {
        SimulatedPolicy swept = SweptPolicies.of(Knob.of("max-attempts=2,5"), base("retry-budget", "30%"))
                .get(2);
        Properties same = base("retry-budget", "30%");
        same.setProperty("max-attempts", "5");

        assertThat(figures(swept)).isEqualTo(figures(SimulatedPolicies.own(same)));
    }

    @Test
    void aBudgetOfZeroPercentIsOneThatSuccessesDoNotFill() {
        List<SimulatedPolicy> policies = SweptPolicies.of(Knob.of("retryBudget=0%,20%,none"), new Properties());
        double zero = figures(policies.get(1)).amplification();

        assertThat(zero).isLessThan(figures(policies.get(2)).amplification());
        assertThat(zero).isLessThan(figures(policies.get(3)).amplification());
    }

    @Test
    void aKeyThatIsNoneAndAValueThatDoesNotSuitAreRefused() {
        assertThatThrownBy(() -> SweptPolicies.of(Knob.of("max-attempt=1,2"), new Properties()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max-attempt");
        assertThatThrownBy(() -> SweptPolicies.of(Knob.of("max-attempts=1..2/3"), new Properties()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.5");
    }
}
