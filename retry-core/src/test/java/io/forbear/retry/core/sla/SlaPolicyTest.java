package io.forbear.retry.core.sla;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.Criticality;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class SlaPolicyTest {

    static SlaTarget request(double availability, Duration deadline, Latency latency, double errorRate) {
        return new SlaTarget("orders", availability, deadline, latency, errorRate, Criticality.NORMAL, 50);
    }

    private static final Latency FAST = new Latency(ofMillis(20), ofMillis(60));

    @Test
    void threeNinesAndAHalfAtTwoPercentTakeTwoAttempts() {
        SlaPolicy plan = SlaPolicy.of(request(0.9995, ofSeconds(2), FAST, 0.02));

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
        SlaPolicy plan = SlaPolicy.of(request(0.999, ofMillis(100), new Latency(ofMillis(5), ofMillis(15)), 0.02));

        assertThat(plan.attempts()).isEqualTo(2);
        assertThat(plan.isReachable()).isTrue();
        assertThat(plan.firstBackoff()).isEqualTo(ofMillis(50));
        assertThat(plan.settings()).containsEntry("base-delay", "50ms");
    }

    @Test
    void aPromiseThatOneAttemptKeepsGivesItAllTheTime() {
        SlaPolicy plan = SlaPolicy.of(request(0.99, ofSeconds(1), FAST, 0.001));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.attemptTimeout()).isEqualTo(ofSeconds(1));
        assertThat(plan.isReachable()).isTrue();
    }

    @Test
    void criticalCallsArePlannedForTwiceTheErrorsAndSheddableOnesMakeTwoAttempts() {
        SlaTarget normal = request(0.9995, ofSeconds(2), FAST, 0.02);
        SlaPolicy critical = SlaPolicy.of(normal.criticality(Criticality.CRITICAL));
        SlaPolicy sheddable = SlaPolicy.of(normal.errorRate(0.1).criticality(Criticality.SHEDDABLE));

        assertThat(critical.attempts()).isEqualTo(3);
        assertThat(critical.reasoning()).contains("with 2 times as many errors: 4 %");
        assertThat(sheddable.attempts()).isEqualTo(2);
        assertThat(sheddable.budgetRatio()).isLessThanOrEqualTo(0.1);
        assertThat(sheddable.isReachable()).isFalse();
        assertThat(sheddable.ways()).anyMatch(way -> way.contains("planned as normal, not sheddable"));
    }

    @Test
    void aDeadlineBelowTheLatencyIsPlannedAndMissed() {
        SlaPolicy plan = SlaPolicy.of(request(0.99, ofMillis(200), new Latency(ofMillis(100), ofMillis(300)), 0));

        assertThat(plan.isReachable()).isFalse();
        assertThat(plan.failing()).isCloseTo(0.0706, within(0.001));
        assertThat(plan.ways()).hasSize(2).anyMatch(way -> way.startsWith("a deadline of "));
    }

    @Test
    void whatIsToldToReachAPromiseReachesIt() {
        SlaTarget request = request(0.9999, ofMillis(500), new Latency(ofMillis(40), ofMillis(300)), 0.05);
        SlaPolicy missed = SlaPolicy.of(request);

        assertThat(missed.isReachable()).isFalse();
        assertThat(missed.ways())
                .containsExactly(
                        "a deadline of 1.27 s instead of 500 ms (4 attempts)",
                        "a dependency that is 2.8 times as fast: p99 at most 107 ms (4 attempts)");
        assertThat(SlaPolicy.of(request.deadline(ofMillis(1270))).isReachable()).isTrue();
        assertThat(SlaPolicy.of(request.deadline(ofMillis(1250))).isReachable()).isFalse();
        assertThat(SlaPolicy.of(request.latency(new Latency(Duration.ofNanos(14_266_666), ofMillis(107))))
                        .isReachable())
                .isTrue();
    }

    @Test
    void aPromiseThatIsMissedSaysByHowMuch() {
        SlaPolicy missed = SlaPolicy.of(request(0.9999, ofMillis(500), new Latency(ofMillis(40), ofMillis(300)), 0.05));

        assertThat(missed.missing()).isCloseTo(0.9999 - missed.availability(), within(1e-12));
        assertThat(missed.ways()).isNotEmpty();
        SlaPolicy kept = SlaPolicy.of(request(0.9, ofSeconds(2), FAST, 0.02));
        assertThat(kept.missing()).isZero();
        assertThat(kept.ways()).isEmpty();
    }

    @Test
    void theRateOfCallsSaysWhatTheBudgetLetsThrough() {
        SlaTarget target = request(0.9995, ofSeconds(2), FAST, 0.02);

        assertThat(SlaPolicy.of(target).reasoning())
                .contains("At 50 calls a second the plan makes 1.0")
                .contains(" retries a second, and the budget earns 9.99")
                .doesNotContain("tokens of its burst");
        assertThat(SlaPolicy.of(target.callsPerSecond(0.1)).reasoning())
                .contains("That is less than 2 within 10 s, so that it is the 2 tokens of its burst that let a retry");
        assertThat(SlaPolicy.of(target.callsPerSecond(0)).reasoning()).doesNotContain("calls a second");
        assertThat(SlaPolicy.of(target.errorRate(0)).reasoning()).doesNotContain("calls a second");
    }

    @Test
    void aDependencyThatIsNotKnownYetAnswersAtOnce() {
        SlaPolicy plan = SlaPolicy.of(SlaTarget.of("orders", 0.99, ofSeconds(1)));

        assertThat(plan.attempts()).isEqualTo(1);
        assertThat(plan.isReachable()).isTrue();
        assertThat(plan.policy().deadlineNanos()).isEqualTo(ofSeconds(1).toNanos());
    }

    @Test
    void aPromiseThatIsKeptToTheDigitIsKept() {
        SlaPolicy plan =
                SlaPolicy.of(SlaTarget.of("orders", 0.75, ofSeconds(10)).errorRate(0.5));

        assertThat(plan.availability()).isEqualTo(0.75);
        assertThat(plan.isReachable()).isTrue();
        assertThat(plan.amplification())
                .as("each second call makes two attempts")
                .isEqualTo(1.5);
        assertThat(plan.reasoning()).as("no answer is late").doesNotContain("cut off");
    }

    @Test
    void theAmplificationIsTheMeanNumberOfAttempts() {
        SlaPolicy three =
                SlaPolicy.of(SlaTarget.of("orders", 0.9, ofSeconds(10)).errorRate(0.4));

        assertThat(three.attempts()).isEqualTo(3);
        assertThat(three.amplification()).isCloseTo(1 + 0.4 + 0.16, within(1e-12));
        assertThat(SlaPolicy.of(SlaTarget.of("orders", 0.5, ofSeconds(10))).amplification())
                .isEqualTo(1);
    }

    @Test
    void theReasoningOfACriticalCallWithAShortDeadlineNamesEachStep() {
        SlaPolicy plan = SlaPolicy.of(request(0.999, ofMillis(100), new Latency(ofMillis(5), ofMillis(15)), 0.01)
                .criticality(Criticality.CRITICAL));

        assertThat(plan.reasoning()).isEqualTo("""
                        The calls are critical, so the plan is for a bad day, with 2 times as many errors: 2 %.
                        2 % of the attempts fail, and 0.0196 % are cut off after 25 ms.
                        If 2.0196 of 100 attempts fail, independently, 2 attempts leave 0.0408 of 100 calls \
                        failed, where 0.1 are allowed.
                        Within 100 ms, 2 attempts of 15 ms fit, with waits of up to 50 ms, doubling.
                        That takes 0.0202 retries per successful call; with room for bursts (times 2, from 0.01 \
                        to 0.5) the budget's ratio is 0.041.
                        99.9592 calls in 100 succeed at 1.0202 attempts a call; the promise is kept.
                        An attempt may take 25 ms for all of them to fit.
                        The deadline has no room for the first wait of the default, 100 ms: it is at most 50 ms.
                        An attempt is given up after 25 ms (25 ms would fit): 0.02 % of the answers come later.
                        That is less than the default of the library, 0.2, which stays: it does not feed a storm.
                        At 50 calls a second the plan makes 1.0098 retries a second, and the budget earns 9.99592.""");
    }

    @Test
    void theReasoningOfASheddableCallSaysWhatItIsDenied() {
        SlaPolicy plan = SlaPolicy.of(request(0.9995, ofSeconds(2), FAST, 0.1).criticality(Criticality.SHEDDABLE));

        assertThat(plan.reasoning()).isEqualTo("""
                        10 % of the attempts fail, and 0.00255 % are cut off after 120 ms.
                        If 10.0025 of 100 attempts fail, independently, 4 attempts leave 0.01 of 100 calls \
                        failed, where 0.05 are allowed.
                        Within 2 s, 5 attempts of 60 ms fit, with waits of up to 100 ms, doubling.
                        That takes 0.111 retries per successful call; with room for bursts (times 2, from 0.01 to \
                        0.5) the budget's ratio is 0.223.
                        99.99 calls in 100 succeed at 1.111 attempts a call; the promise is kept.
                        An attempt may take 325 ms for all of them to fit.
                        The calls are sheddable, so at most 2 attempts are made: 98.9995 calls in 100 succeed.
                        An attempt is given up after 120 ms (950 ms would fit): 0.00283 % of the answers come later.
                        Sheddable calls give way first, so the ratio is at most 0.1.
                        At 50 calls a second the plan makes 5.00127 retries a second, and the budget earns 4.94997.""");
    }

    @Test
    void theReasoningOfOneAttemptSaysHowManyAnswersComeLater() {
        SlaPolicy plan = SlaPolicy.of(request(0.9, ofMillis(60), FAST, 0.02));

        assertThat(plan.reasoning()).isEqualTo("""
                        2 % of the attempts fail, and 0.98 % are cut off after 60 ms.
                        If 2.98 of 100 attempts fail, independently, 1 attempts leave 2.98 of 100 calls failed, \
                        where 10 are allowed.
                        Within 60 ms, 1 attempt of 60 ms fit, with waits of up to 100 ms, doubling.
                        That takes 0 retries per successful call; with room for bursts (times 2, from 0.01 to \
                        0.5) the budget's ratio is 0.01.
                        97.02 calls in 100 succeed at 1 attempts a call; the promise is kept.
                        An attempt may take 60 ms for all of them to fit.
                        The only attempt has all the time: 1 % of the answers come later.""");
    }

    @Test
    void aDeadlineOfAYearIsPlannedToo() {
        SlaPolicy plan = SlaPolicy.of(request(0.999999999, Duration.ofDays(365), FAST, 0.5));

        assertThat(plan.isReachable()).isFalse();
        assertThat(plan.ways()).anyMatch(way -> way.startsWith("at most "));
    }

    @Test
    void whatIsOutOfRangeIsRefusedByName() {
        SlaTarget target = SlaTarget.of("orders", 0.99, ofSeconds(1));

        assertThatThrownBy(() -> SlaTarget.of("a b", 0.99, ofSeconds(1)))
                .hasMessage("service: a b (expected: a letter, then letters, digits, dots, hyphens and underscores)");
        assertThatThrownBy(() -> SlaTarget.of("orders", 1, ofSeconds(1)))
                .hasMessage("availability: 1.0 (expected: more than 0.0, less than 1.0)");
        assertThatThrownBy(() -> SlaTarget.of("orders", 0, ofSeconds(1))).hasMessageStartingWith("availability: 0.0");
        assertThatThrownBy(() -> target.deadline(Duration.ofNanos(999_999))).hasMessageStartingWith("deadline: ");
        assertThatThrownBy(() -> target.deadline(Duration.ofDays(366))).hasMessageStartingWith("deadline: ");
        assertThatThrownBy(() -> target.errorRate(1)).hasMessageStartingWith("errorRate: 1.0 (expected: from 0.0");
        assertThatThrownBy(() -> target.errorRate(-0.1)).hasMessageStartingWith("errorRate: -0.1");
        assertThatThrownBy(() -> target.callsPerSecond(-1))
                .hasMessage("callsPerSecond: -1.0 (expected: from 0 to 1e9)");
        assertThatThrownBy(() -> target.callsPerSecond(2e9)).hasMessageStartingWith("callsPerSecond: ");
        assertThatThrownBy(() -> target.latency(ofMillis(2), ofMillis(1))).hasMessageStartingWith("p99: PT0.001S");
        assertThatThrownBy(() -> target.latency(Duration.ZERO, ofMillis(1))).hasMessageStartingWith("median: PT0S");
        assertThatThrownBy(() -> Latency.of(java.util.List.of())).hasMessageStartingWith("answers: []");
    }

    @Property(tries = 300)
    void everyPlanFitsItsDeadlineAndExpectsWhatItsAttemptsGive(
            @ForAll @Scale(6) @DoubleRange(min = 0.5, max = 0.99999) double availability,
            @ForAll @DoubleRange(min = 0, max = 0.6) double errorRate,
            @ForAll @IntRange(min = 1, max = 20_000) int deadline,
            @ForAll @IntRange(min = 1, max = 500) int median,
            @ForAll @IntRange(min = 1, max = 30) int ratio) {
        Latency latency = new Latency(ofMillis(median), ofMillis((long) median * ratio));
        SlaPolicy plan = SlaPolicy.of(request(availability, ofMillis(deadline), latency, errorRate));

        long waits = plan.firstBackoff().toMillis() * ((1L << plan.attempts() - 1) - 1);
        assertThat(plan.attemptTimeout().toMillis() * plan.attempts() + waits).isLessThanOrEqualTo(deadline);
        assertThat(plan.attempts()).isBetween(1, 6);
        assertThat(1 - Math.pow(plan.failing(), plan.attempts())).isEqualTo(plan.availability());
        assertThat(plan.failing())
                .isCloseTo(errorRate + (1 - errorRate) * latency.slowerThan(plan.attemptTimeout()), within(1e-9));
        assertThat(plan.isReachable()).isEqualTo(plan.availability() >= availability);
    }
}
