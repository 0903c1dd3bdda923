package io.forbear.retry.core.sla;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class SlaPlanTest {

    @Test
    void threeNinesAtFivePercentTakeThreeAttempts() {
        SlaPlan plan = SlaPlan.of(0.999, 0.05, ofSeconds(2), ofMillis(100));

        assertThat(plan.attempts()).isEqualTo(3);
        assertThat(plan.expectedAvailability()).isCloseTo(1 - 0.05 * 0.05 * 0.05, within(1e-12));
        assertThat(plan.expectedAmplification()).isCloseTo(1.0525, within(1e-12));
        assertThat(plan.ratio()).isEqualTo(0.106);
        assertThat(plan.reachable()).isTrue();
        assertThat(plan.budget()).isEqualTo(RetryBudgets.earned(0.106));
        assertThat(plan.reasoning())
                .isEqualTo(String.join(
                        "\n",
                        "If 5 of 100 attempts fail, independently, 3 attempts leave 0.0125 of 100 calls "
                                + "failed, where 0.1 "
                                + "are allowed.",
                        "Within PT2S, 5 attempts of PT0.1S fit, with waits of up to PT0.1S, doubling.",
                        "That takes 0.0525 retries per successful call; with room for bursts (times 2, from "
                                + "0.01 to 0.5) the "
                                + "budget's ratio is 0.106.",
                        "99.9875 calls in 100 succeed at 1.0525 attempts a call; the promise is kept.",
                        "An attempt may take PT0.566666666S for all of them to fit."));
    }

    @Test
    void aPromiseThatOneAttemptKeepsNeedsNoRetry() {
        SlaPlan plan = SlaPlan.of(0.99, 0.001, ofSeconds(1), ofMillis(100));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.ratio()).isEqualTo(0.01);
        assertThat(plan.reachable()).isTrue();
    }

    @Test
    void aServiceWithoutErrorsNeedsNoRetry() {
        assertThat(SlaPlan.of(0.99999, 0, ofSeconds(1), ofSeconds(1)).attempts())
                .isEqualTo(1);
    }

    @Test
    void aShortDeadlineAllowsFewerAttempts() {
        SlaPlan plan = SlaPlan.of(0.9999, 0.1, ofMillis(500), ofMillis(200));

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.reachable()).isFalse();
        assertThat(plan.reasoning()).contains("Only 2 of them can be made: the deadline allows no more.");
    }

    @Test
    void anAttemptThatJustFitsIsMade() {
        assertThat(SlaPlan.of(0.9999, 0.1, ofMillis(300), ofMillis(100)).attempts())
                .as("100 + 100 + 100")
                .isEqualTo(2);
        assertThat(SlaPlan.of(0.9999, 0.1, ofMillis(600), ofMillis(100)).attempts())
                .as("and 200 + 100 more")
                .isEqualTo(3);
        assertThat(SlaPlan.of(0.9999, 0.1, ofMillis(599), ofMillis(100)).attempts())
                .isEqualTo(2);
    }

    @Test
    void aShorterBackoffLeavesRoomForMoreAttempts() {
        assertThat(SlaPlan.of(0.9995, 0.1, ofMillis(100), ofMillis(20)).attempts())
                .as("20 + 100 + 20")
                .isEqualTo(1);

        SlaPlan plan = SlaPlan.of(0.9995, 0.1, ofMillis(100), ofMillis(20), ofMillis(10));

        assertThat(plan.attempts()).as("20 + 10 + 20 + 20 + 20").isEqualTo(3);
        assertThat(plan.attemptTimeout()).isEqualTo(Duration.ofNanos(23_333_333));
        assertThat(plan.reasoning()).contains("3 attempts of PT0.02S fit, with waits of up to PT0.01S, doubling.");
        assertThat(SlaPlan.of(0.9995, 0.1, ofMillis(100), ofMillis(20), Duration.ZERO)
                        .attempts())
                .isEqualTo(4);
        assertThatThrownBy(() -> SlaPlan.of(0.9, 0.1, ofMillis(2), ofMillis(1), ofMillis(-1)))
                .hasMessageStartingWith("firstBackoff: PT-0.001S (expected: from PT0S to ");
    }

    @Test
    void aPlanOfOneAttemptSaysWhy() {
        SlaPlan plan = SlaPlan.of(0.99, 0.25, ofMillis(249), ofMillis(100));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.expectedAvailability()).isEqualTo(0.75);
        assertThat(plan.expectedAmplification()).isEqualTo(1);
        assertThat(plan.attemptTimeout()).isEqualTo(ofMillis(249));
        assertThat(plan.reasoning())
                .isEqualTo(String.join(
                        "\n",
                        "If 25 of 100 attempts fail, independently, 4 attempts leave 0.3906 of 100 calls "
                                + "failed, where 1 are "
                                + "allowed.",
                        "Within PT0.249S, 1 attempt of PT0.1S fit, with waits of up to PT0.1S, doubling.",
                        "Only 1 of them can be made: the deadline allows no more.",
                        "That takes 0 retries per successful call; with room for bursts (times 2, from 0.01 "
                                + "to 0.5) the "
                                + "budget's ratio is 0.01.",
                        "75 calls in 100 succeed at 1 attempts a call; the promise is not kept by retries alone.",
                        "An attempt may take PT0.249S for all of them to fit."));
    }

    @Test
    void aPromiseThatIsKeptToTheDigitNeedsNoFurtherAttempt() {
        SlaPlan plan = SlaPlan.of(0.75, 0.5, ofSeconds(10), ofMillis(100));

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.expectedAvailability()).isEqualTo(0.75);
        assertThat(plan.reachable()).isTrue();
    }

    @Test
    void whatHardlyEverSucceedsIsPlannedAllTheSame() {
        SlaPlan plan = SlaPlan.of(0.5, Math.nextDown(1.0), ofMillis(1), ofMillis(1));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.ratio()).isEqualTo(0.01);
        assertThat(plan.reachable()).isFalse();
        assertThat(plan.reasoning()).contains(" 32767 attempts leave ");
    }

    @Test
    void whatIsDownIsNotRetriedForEver() {
        SlaPlan plan = SlaPlan.of(0.999999, 0.9, ofSeconds(600), ofMillis(1));

        assertThat(plan.attempts()).isEqualTo(6);
        assertThat(plan.ratio()).isEqualTo(0.5);
        assertThat(plan.reachable()).isFalse();
        assertThat(plan.reasoning())
                .contains(" 6 attempts of PT0.001S fit", "what fails so often is down", "is not kept by retries alone");
    }

    @Test
    void refusesWhatCannotBePlanned() {
        assertThatThrownBy(() -> SlaPlan.of(1, 0.1, ofSeconds(1), ofMillis(1)))
                .hasMessage("availability: 1.0 (expected: more than 0.0, less than 1.0)");
        assertThatThrownBy(() -> SlaPlan.of(0, 0.1, ofSeconds(1), ofMillis(1)))
                .hasMessageStartingWith("availability: 0.0 (expected: more than 0.0");
        assertThatThrownBy(() -> SlaPlan.of(0.9, 1, ofSeconds(1), ofMillis(1)))
                .hasMessage("expectedErrorRate: 1.0 (expected: from 0.0 to less than 1.0)");
        assertThatThrownBy(() -> SlaPlan.of(0.9, 0.1, ofMillis(1), ofMillis(2)))
                .hasMessageStartingWith("deadline: PT0.001S (expected: from PT0.002S to ");
        assertThatThrownBy(() -> SlaPlan.of(0.9, 0.1, ofMillis(1), Duration.ZERO))
                .hasMessageStartingWith("attemptTime: PT0S (expected: from ");
    }

    @Property
    void everyPlanFitsItsDeadlineAndIsHonest(
            @ForAll @Scale(6) @DoubleRange(min = 0.01, max = 0.999999) double availability,
            @ForAll @DoubleRange(min = 0, max = 0.99) double errorRate,
            @ForAll @IntRange(min = 1, max = 100_000) int deadline,
            @ForAll @IntRange(min = 1, max = 1000) int parts) {
        Duration attempt = ofMillis(deadline).dividedBy(parts);
        SlaPlan plan = SlaPlan.of(availability, errorRate, ofMillis(deadline), attempt);

        assertThat(plan.attempts()).isBetween(1, 6);
        assertThat(plan.ratio()).isBetween(0.01, 0.5);
        assertThat(plan.attemptTimeout()).isBetween(attempt, ofMillis(deadline));
        assertThat(plan.reachable()).isEqualTo(plan.expectedAvailability() >= availability);
        assertThat(plan.expectedAmplification()).isBetween(1.0, (double) plan.attempts());
        plan.budget().create(new ManualClock());
    }
}
