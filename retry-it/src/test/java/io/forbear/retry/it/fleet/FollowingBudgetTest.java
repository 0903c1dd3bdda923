package io.forbear.retry.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.ForbearControl;
import io.forbear.retry.lab.simulate.Presets;
import org.junit.jupiter.api.Test;

/**
 * Why the ratio of the default budget is a constant: one that follows the usefulness of recent retries wins where a
 * part of the service fails for good and room is left. It loses where retries help so much that they fill the rest.
 */
class FollowingBudgetTest {

    private static final Control.Maker CONSTANT = following(0.2, 0.2, 0.1);
    private static final Control.Maker FOLLOWING = following(0.2, 0.4, 0.05);

    private static Control.Maker following(double least, double most, double memory) {
        return ForbearControl.with(builder -> builder.budget(clock -> new FollowingBudget(clock, least, most, memory)));
    }

    private static double success(String scenario, Control.Maker policy) {
        return Mean.of(Presets.named(scenario).scenario(FleetTest.fleet("20x50@0.7")), policy, 2)
                .success();
    }

    @Test
    void aConstantRatioIsTheDefault() {
        for (String scenario : new String[] {"half", "replica-1-of-3", "outage"}) {
            assertThat(Math.abs(success(scenario, CONSTANT) - success(scenario, FleetTest.DEFAULT)))
                    .as(scenario)
                    .isLessThan(1);
        }
    }

    @Test
    void aRatioThatFollowsWinsHere() {
        assertThat(success("half", FOLLOWING)).isGreaterThan(success("half", FleetTest.DEFAULT) + 3);
    }

    @Test
    void aRatioThatFollowsLosesThere() {
        assertThat(success("replica-1-of-3", FOLLOWING)).isLessThan(success("replica-1-of-3", FleetTest.DEFAULT) - 3);
    }
}
