package io.forbear.retry.core.tuner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TuningRuleTest {

    private static final TuningBounds BOUNDS = TuningBounds.standard();
    private static final TunedValues USUAL = new TunedValues(0.2, 3, 100);

    private final TuningRule rule = new TuningRule();

    private static TuningWindow window(long retries, long rescued, long denied, long exhausted, boolean closed) {
        return new TuningWindow(1_000, retries, rescued, denied, exhausted, closed);
    }

    private TunedValues after(TunedValues now, TuningWindow window) {
        TuningRule.Change change = rule.decide(now, USUAL, window, BOUNDS);
        return change == null ? now : change.to();
    }

    @Test
    void retriesThatDoNotHelpAreHalvedAndWaitLonger() {
        TuningRule.Change change = rule.decide(USUAL, USUAL, window(50, 10, 0, 0, true), BOUNDS);

        assertThat(change).isEqualTo(new TuningRule.Change(new TunedValues(0.1, 2, 150), "10 of 50 retries helped"));
    }

    @Test
    void anOpenBreakerCutsAndIsNeverARaise() {
        assertThat(after(USUAL, window(5, 5, 0, 0, false))).isEqualTo(new TunedValues(0.1, 2, 150));
        assertThat(after(USUAL, window(0, 0, 500, 0, false)))
                .describedAs("nothing to cut")
                .isEqualTo(USUAL);
    }

    @Test
    void theRatioRisesWhileRetriesHelpAndTheBudgetDeniesThem() {
        assertThat(after(USUAL, window(100, 90, 50, 0, true)).ratio()).isEqualTo(0.2 + TuningRule.STEP);
        assertThat(after(USUAL, window(100, 90, 0, 0, true)))
                .describedAs("nothing is denied")
                .isEqualTo(USUAL);
        assertThat(after(USUAL, window(100, 35, 50, 0, true)))
                .describedAs("a third help")
                .isEqualTo(USUAL);
        assertThat(after(USUAL, window(9, 1, 2, 0, true)))
                .describedAs("too few to tell")
                .isEqualTo(USUAL);
    }

    @Test
    void theStepsOfTheRatioDoubleUntilTheFirstCut() {
        TunedValues low = new TunedValues(0.05, 3, 100);
        TunedValues first = after(low, window(100, 90, 50, 0, true));
        TunedValues second = after(first, window(100, 90, 50, 0, true));

        assertThat(second.ratio() - first.ratio()).isCloseTo(2 * TuningRule.STEP, within(1e-9));

        TunedValues now = after(low, window(50, 0, 0, 0, true));
        for (int look = 0; look < 40 && now.ratio() <= low.ratio(); look++) {
            now = after(now, window(100, 100, 100, 0, true));
        }
        TunedValues next = after(now, window(100, 100, 100, 0, true));
        assertThat(next.ratio() - now.ratio()).isLessThanOrEqualTo(TuningRule.STEP + 1e-9);
    }

    @Test
    void aServiceWithoutAnyRetryIsGivenSomeToLearnFrom() {
        TunedValues none = new TunedValues(0, 3, 100);
        assertThat(after(none, window(0, 0, 40, 0, true)).ratio()).isEqualTo(BOUNDS.leastRatio());
    }

    @Test
    void valuesOutsideOfTheBoundsComeInAtOnce() {
        assertThat(after(new TunedValues(1, 10, 100), window(0, 0, 0, 0, true)))
                .isEqualTo(new TunedValues(BOUNDS.mostRatio(), BOUNDS.mostAttempts(), 100));
    }

    @Test
    void nothingRisesInTheThreeLooksAfterACut() {
        TunedValues cut = after(USUAL, window(50, 0, 0, 0, true));
        TuningWindow good = window(100, 100, 100, 0, true);
        for (int look = 0; look < 3; look++) {
            assertThat(after(cut, good)).isEqualTo(cut);
        }
        assertThat(after(cut, good).ratio()).isGreaterThan(cut.ratio());
    }

    @Test
    void theRatioStaysAStepBelowTheOneThatWasTooMuch() {
        TunedValues now = after(USUAL, window(50, 0, 0, 0, true));
        for (int look = 0; look < 20; look++) {
            now = after(now, window(100, 100, 100, 0, true));
        }
        assertThat(now.ratio()).isEqualTo(0.2 - TuningRule.STEP);
        for (int look = 0; look < 20; look++) {
            now = after(now, window(100, 100, 100, 0, true));
        }
        assertThat(now.ratio()).describedAs("it is tried again later").isGreaterThan(0.2);
    }

    @Test
    void attemptsRiseWhereCallsUseThemUpAndTheDelayComesBack() {
        assertThat(after(USUAL, window(100, 80, 0, 20, true)).attempts()).isEqualTo(4);
        assertThat(after(new TunedValues(0.2, 3, 300), window(100, 80, 0, 0, true))
                        .delayMillis())
                .isEqualTo(200);
        assertThat(after(new TunedValues(0.2, 3, 120), window(100, 80, 0, 0, true))
                        .delayMillis())
                .isEqualTo(100);
    }

    private static TuningRule.Change fresh(TunedValues now, TuningWindow window) {
        return new TuningRule().decide(now, USUAL, window, BOUNDS);
    }

    @Test
    void tenRetriesSaySomethingAndNineDoNot() {
        assertThat(fresh(USUAL, window(9, 0, 0, 0, true))).isNull();
        assertThat(fresh(USUAL, window(10, 0, 0, 0, true))).isNotNull();
        assertThat(fresh(USUAL, window(9, 9, 0, 9, true)))
                .describedAs("nor of attempts")
                .isNull();
        assertThat(fresh(USUAL, window(10, 10, 0, 1, true))).isNotNull();
    }

    @Test
    void aQuarterThatHelpsIsNotUseless() {
        assertThat(fresh(USUAL, window(100, 24, 0, 0, true))).isNotNull();
        assertThat(fresh(USUAL, window(100, 25, 0, 0, true))).isNull();
    }

    @Test
    void manyRetriesOfWhichFewHelpAreTooMuchLoad() {
        TuningRule.Change change = fresh(USUAL, window(300, 110, 0, 0, true));

        assertThat(change)
                .isEqualTo(new TuningRule.Change(new TunedValues(0.1, 2, 150), "retries make 1.30 of the load"));
        assertThat(fresh(USUAL, window(200, 70, 0, 0, true)))
                .describedAs("1.2 of the load is allowed")
                .isNull();
        assertThat(fresh(USUAL, window(300, 120, 0, 0, true)))
                .describedAs("two of five help")
                .isNull();
    }

    @Test
    void eachChangeSaysWhy() {
        assertThat(fresh(USUAL, window(1, 1, 0, 0, false)).reason()).isEqualTo("the breaker was not closed");
        assertThat(fresh(USUAL, window(100, 90, 50, 0, true)).reason())
                .isEqualTo("retries help, and the budget denied 50");
        assertThat(fresh(USUAL, window(100, 90, 0, 20, true)).reason())
                .isEqualTo("retries help, and 20 calls used all attempts");
        assertThat(fresh(new TunedValues(0.2, 3, 300), window(0, 0, 0, 0, true)).reason())
                .isEqualTo("the service is well");
    }

    @Test
    void theRatioRisesWhereMoreThanATwentiethIsDeniedAndTenAtLeast() {
        assertThat(fresh(USUAL, window(190, 190, 10, 0, true)))
                .describedAs("a twentieth")
                .isNull();
        assertThat(fresh(USUAL, window(180, 180, 10, 0, true))).isNotNull();
        assertThat(fresh(USUAL, window(20, 20, 9, 0, true))).describedAs("nine").isNull();
    }

    @Test
    void attemptsRiseWhereMoreThanATwentiethOfTheRetriesEndedCallsWithoutSuccess() {
        assertThat(fresh(USUAL, window(100, 90, 0, 5, true))).isNull();
        assertThat(fresh(USUAL, window(100, 90, 0, 6, true)).to()).isEqualTo(new TunedValues(0.2, 4, 100));
    }

    @Test
    void whereTwoOfFiveHelpMoreAreTried() {
        assertThat(fresh(USUAL, window(100, 39, 50, 0, true))).isNull();
        assertThat(fresh(USUAL, window(100, 40, 50, 0, true)).to().ratio()).isGreaterThan(0.2);
    }

    @Test
    void whereTheRatioIsTheHighestTheDelayStillComesBack() {
        TunedValues highest = new TunedValues(BOUNDS.mostRatio(), 3, 300);

        assertThat(fresh(highest, window(100, 90, 50, 0, true)).to())
                .isEqualTo(new TunedValues(BOUNDS.mostRatio(), 3, 200));
    }

    @Test
    void aCutOfTheLeastRatioBarsNoLaterRaise() {
        TunedValues now = after(new TunedValues(BOUNDS.leastRatio(), 3, 100), window(50, 0, 0, 0, true));
        TuningWindow good = window(100, 100, 100, 0, true);
        for (int look = 0; look < 3; look++) {
            now = after(now, good);
        }
        assertThat(now.ratio()).isEqualTo(BOUNDS.leastRatio());
        assertThat(after(now, good).ratio()).isEqualTo(BOUNDS.leastRatio() + TuningRule.STEP);
    }

    @Test
    void aBudgetWithoutARatioIsLeftAlone() {
        TunedValues other = new TunedValues(Double.NaN, 3, 100);
        assertThat(after(other, window(50, 0, 0, 0, true))).isEqualTo(new TunedValues(Double.NaN, 2, 150));
        assertThat(new TuningRule().decide(other, other, window(100, 100, 100, 0, true), BOUNDS))
                .isNull();
    }

    @Property
    void staysInsideOfTheBoundsAndRaisesNothingWhileABreakerIsNotClosed(
            @ForAll @DoubleRange(min = 0, max = 1) double ratio,
            @ForAll @IntRange(min = 1, max = 30) int attempts,
            @ForAll @IntRange(min = 0, max = 1_000) int retries,
            @ForAll @IntRange(min = 0, max = 1_000) int rescued,
            @ForAll @IntRange(min = 0, max = 1_000) int denied,
            @ForAll boolean closed) {
        TunedValues now = new TunedValues(ratio, attempts, 100);
        TunedValues within = now.within(BOUNDS);
        TunedValues next = after(after(now, window(retries, rescued, denied, 0, closed)), window(0, 0, 0, 0, true));

        assertThat(next.within(BOUNDS)).isEqualTo(next);
        TunedValues second = after(within, window(retries, Math.min(rescued, retries), denied, denied, false));
        assertThat(second.ratio()).isLessThanOrEqualTo(within.ratio());
        assertThat(second.attempts()).isLessThanOrEqualTo(within.attempts());
        assertThat(second.delayMillis()).isGreaterThanOrEqualTo(within.delayMillis());
    }

    @Test
    void wrongBoundsAreNamed() {
        assertThatThrownBy(() -> new TuningBounds(0, 0.3, 2, 5, Duration.ofSeconds(1)))
                .hasMessage("leastRatio: 0.0 (expected: from 0.01 to 1.0)");
        assertThatThrownBy(() -> new TuningBounds(0.2, 0.1, 2, 5, Duration.ofSeconds(1)))
                .hasMessage("mostRatio: 0.1 (expected: from leastRatio to 1.0)");
        assertThatThrownBy(() -> new TuningBounds(0.2, 0.3, 1, 5, Duration.ofSeconds(1)))
                .hasMessage("leastAttempts: 1 (expected: from 2 to 20)");
        assertThatThrownBy(() -> new TuningBounds(0.2, 0.3, 2, 5, Duration.ZERO))
                .hasMessage("mostDelay: PT0S (expected: from PT0.001S to PT1M)");
        assertThatThrownBy(() -> RetryTuner.builder().every(Duration.ZERO))
                .hasMessage("every: PT0S (expected: from PT1S to PT1H)");
    }
}
