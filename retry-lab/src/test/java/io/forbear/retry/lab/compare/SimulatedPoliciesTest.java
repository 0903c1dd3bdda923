package io.forbear.retry.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.lab.peers.Peers;
import io.forbear.retry.lab.simulate.Figures;
import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import io.forbear.retry.lab.simulate.Simulation;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class SimulatedPoliciesTest {

    private static Properties properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    private static Figures down(SimulatedPolicy policy) {
        Scenario scenario = Presets.named("down").scenario(new Scenario.FleetShape(4, 10, 0.7));
        return Simulation.run(scenario, policy.maker(), 1);
    }

    @Test
    void theyGoFromNoneToTheDefault() {
        assertThat(SimulatedPolicies.standard())
                .extracting(SimulatedPolicy::name)
                .containsExactly("none", "retries", "budget", "default");
    }

    @Test
    void noneMakesOneAttemptAndRetriesMakeThree() {
        assertThat(down(SimulatedPolicies.standard().get(0)).amplification()).isEqualTo(1);
        assertThat(down(SimulatedPolicies.standard().get(1)).amplification()).isBetween(2.9, 3.0);
    }

    @Test
    void aPolicyOfTheUsersOwnIsFollowedForAllServicesAndForStorm() {
        String[] bare = {"retry-budget", "none", "circuit-breaker", "off"};
        Properties all = properties(bare);
        all.setProperty("max-attempts", "2");
        Properties storm = properties(bare);
        storm.setProperty("service.storm.max-attempts", "2");

        assertThat(down(SimulatedPolicies.own(all)).amplification()).isBetween(1.9, 2.0);
        assertThat(down(SimulatedPolicies.own(storm))).isEqualTo(down(SimulatedPolicies.own(all)));
    }

    @Test
    void aKeyThatAppliesToNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatedPolicies.own(properties()))
                .withMessage("no key applies to storm (expected: max-attempts=.. for all services, or "
                        + "service.storm.max-attempts=..)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SimulatedPolicies.own(properties("service.orders.max-attempts", "2")))
                .withMessageStartingWith("no key applies to storm (expected: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SimulatedPolicies.own(properties("max-attempts", "2", "service.orders.max-attempts", "2")))
                .withMessage("service.orders.max-attempts: applies to nothing (expected: keys for all services, or of "
                        + "service.storm.)");
    }

    @Test
    void aPeerIsAPolicy() {
        assertThat(SimulatedPolicies.of(Peers.all().get(0)).name()).isEqualTo("resilience4j");
    }
}
