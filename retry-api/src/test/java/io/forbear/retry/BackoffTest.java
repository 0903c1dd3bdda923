package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.testsupport.Draws;
import java.time.Duration;
import java.util.List;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Duration MS = Duration.ofMillis(1);
    private static final double ALMOST_ONE = Math.nextDown(1.0);
    private static final Backoff HUNDRED_TO_THOUSAND = Backoff.exponential(MS.multipliedBy(100), MS.multipliedBy(1000));

    private static long[] ceilingsMillis(Backoff backoff, int attempts) {
        return IntStream.rangeClosed(1, attempts)
                .mapToLong(attempt -> backoff.ceilingNanos(attempt) / 1_000_000)
                .toArray();
    }

    private static double delayMillis(Backoff backoff, int attempt, double draw) {
        return backoff.delayNanos(attempt, -1, 0.7, Draws.always(draw)) / 1e6;
    }

    @Test
    void noneDoesNotWait() {
        assertThat(ceilingsMillis(Backoff.none(), 3)).containsOnly(0);
        assertThat(Backoff.none().delayNanos(Integer.MAX_VALUE, -1, 0, Draws.always(0.5)))
                .isZero();
    }

    @Test
    void fixedHasOneCeiling() {
        assertThat(ceilingsMillis(Backoff.fixed(MS.multipliedBy(7)), 4)).containsExactly(7, 7, 7, 7);
    }

    @Test
    void linearGrowsByTheBase() {
        assertThat(ceilingsMillis(Backoff.linear(MS.multipliedBy(10), MS.multipliedBy(35)), 5))
                .containsExactly(10, 20, 30, 35, 35);
    }

    @Test
    void exponentialDoublesUpToTheCap() {
        assertThat(ceilingsMillis(HUNDRED_TO_THOUSAND, 6)).containsExactly(100, 200, 400, 800, 1000, 1000);
    }

    @Test
    void multiplierIsAnyNumberFromOne() {
        assertThat(ceilingsMillis(HUNDRED_TO_THOUSAND.multiplier(1), 200)).containsOnly(100);
        assertThat(ceilingsMillis(HUNDRED_TO_THOUSAND.multiplier(1.5), 4)).containsExactly(100, 150, 225, 337);
        assertThat(ceilingsMillis(HUNDRED_TO_THOUSAND.multiplier(Double.MAX_VALUE), 3))
                .containsExactly(100, 1000, 1000);
    }

    @Test
    void slowGrowthGoesOnBeyondTheTable() {
        Backoff slow =
                Backoff.exponential(MS, Duration.ofSeconds(10)).multiplier(1.01).jitter(Jitter.none());
        Backoff steps = Backoff.linear(MS, Duration.ofSeconds(10));

        assertThat(slow.ceilingNanos(501))
                .isCloseTo((long) (1e6 * Math.pow(1.01, 500)), org.assertj.core.data.Offset.offset(1L));
        assertThat(slow.ceilingNanos(Integer.MAX_VALUE)).isEqualTo(10_000_000_000L);
        assertThat(ceilingsMillis(steps, 300)[299]).isEqualTo(300);
    }

    @Test
    void customCeilingsAreBroughtIntoRange() {
        Backoff custom = Backoff.custom(n -> Duration.ofSeconds(n - 2), Duration.ofSeconds(2));

        assertThat(ceilingsMillis(custom, 5)).containsExactly(0, 0, 1000, 2000, 2000);
        assertThatNullPointerException()
                .isThrownBy(() -> Backoff.custom(nothing(), MS).ceilingNanos(1))
                .withMessage("ceiling");
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static IntFunction<Duration> nothing() {
        return n -> null;
    }

    @ParameterizedTest(name = "success rate {0}: {1} ms, {2} ms, capped {3} ms")
    @CsvSource({
        "1, 50, 100, 500",
        "0.81, 50, 100, 500",
        "0.8, 100, 200, 1000",
        "0.51, 100, 200, 1000",
        "0.5, 200, 400, 1000",
        "0, 200, 400, 1000",
        "NaN, 200, 400, 1000"
    })
    void adaptiveFollowsTheSuccessRate(double rate, double first, double second, double late) {
        Backoff adaptive =
                Backoff.adaptive(MS.multipliedBy(100), MS.multipliedBy(1000)).jitter(Jitter.none());

        assertThat(adaptive.isAdaptive()).isTrue();
        assertThat(adaptive.delayNanos(1, -1, rate, Draws.always(0)) / 1e6).isEqualTo(first);
        assertThat(adaptive.delayNanos(2, -1, rate, Draws.always(0)) / 1e6).isEqualTo(second);
        assertThat(adaptive.delayNanos(50, -1, rate, Draws.always(0)) / 1e6).isEqualTo(late);
    }

    @ParameterizedTest(name = "{0}: attempt {1} from {2} ms to {3} ms")
    @CsvSource({
        "none, 1, 100, 100",
        "none, 9, 1000, 1000",
        "full, 1, 0, 100",
        "full, 9, 0, 1000",
        "equal, 1, 50, 100",
        "equal, 9, 500, 1000",
        "proportional, 1, 80, 120",
        "proportional, 4, 640, 960",
        "proportional, 9, 800, 1000",
        "clamped, 1, 100, 120",
        "clamped, 2, 160, 240",
        "clamped, 9, 1000, 1000",
        "decorrelated, 1, 100, 300"
    })
    void jitterSpansExactlyItsRange(String name, int attempt, double low, double high) {
        Backoff backoff = HUNDRED_TO_THOUSAND.jitter(jitter(name));

        assertThat(delayMillis(backoff, attempt, 0)).isEqualTo(low);
        assertThat(delayMillis(backoff, attempt, ALMOST_ONE)).isBetween(high - 0.00001, high);
    }

    private static Jitter jitter(String name) {
        return switch (name) {
            case "none" -> Jitter.none();
            case "full" -> Jitter.full();
            case "equal" -> Jitter.equal();
            case "proportional" -> Jitter.proportional(0.2);
            case "clamped" -> Jitter.clamped(0.2);
            default -> Jitter.decorrelated();
        };
    }

    @Test
    void decorrelatedFollowsThePreviousDelay() {
        Backoff walk = HUNDRED_TO_THOUSAND.jitter(Jitter.decorrelated());

        assertThat(walk.delayNanos(2, 200_000_000, 1, Draws.always(0.5))).isEqualTo(350_000_000);
        assertThat(walk.delayNanos(3, 900_000_000, 1, Draws.always(ALMOST_ONE))).isLessThanOrEqualTo(1_000_000_000);
        assertThat(walk.delayNanos(3, 10, 1, Draws.always(0.5))).isEqualTo(100_000_000);
        assertThat(walk.delayNanos(3, Long.MAX_VALUE, 1, Draws.always(0.5))).isEqualTo(550_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "equal", "proportional", "decorrelated"})
    void delaysAtTheCapKeepTheirSpread(String name) {
        Backoff backoff = HUNDRED_TO_THOUSAND.jitter(jitter(name));
        java.util.SplittableRandom random = new java.util.SplittableRandom(42);

        long distinct = IntStream.range(0, 10_000)
                .mapToLong(i -> backoff.delayNanos(40, 1_000_000_000, 1, random))
                .distinct()
                .count();

        assertThat(distinct).isGreaterThan(9_900);
    }

    @ParameterizedTest(name = "a draw of {0} waits {1} ms")
    @CsvSource({"NaN, 250", "-Infinity, 0", "-1, 0", "1, 250", "5, 250", "Infinity, 250"})
    void aDrawThatIsNoneStaysWithinTheRange(double draw, long expected) {
        RandomGenerator broken = new java.util.Random(1) {
            @Override
            public double nextDouble() {
                return draw;
            }
        };
        for (Jitter jitter : List.of(Jitter.full(), Jitter.proportional(1), Jitter.clamped(1), Jitter.equal())) {
            Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofMillis(250))
                    .jitter(jitter);
            for (int attempt = 1; attempt < 5; attempt++) {
                assertThat(backoff.delayNanos(attempt, -1, 1, broken))
                        .as("%s, attempt %s", jitter, attempt)
                        .isBetween(0L, 250_000_000L);
            }
        }
        assertThat(Backoff.exponential(Duration.ofMillis(100), Duration.ofMillis(250))
                        .jitter(Jitter.full())
                        .delayNanos(3, -1, 1, broken))
                .isEqualTo(expected * 1_000_000);
    }

    @Test
    void clampedKeepsNoSpreadAtTheCapAsDocumented() {
        Backoff clamped = HUNDRED_TO_THOUSAND.jitter(Jitter.clamped(0.2));

        assertThat(delayMillis(clamped, 40, 0)).isEqualTo(delayMillis(clamped, 40, ALMOST_ONE));
    }

    @Test
    void clampedFollowsEveryKindOfBackoff() {
        Jitter jitter = Jitter.clamped(0.5);
        Duration base = MS.multipliedBy(100);
        Duration max = MS.multipliedBy(1000);

        assertThat(delayMillis(Backoff.linear(base, max).jitter(jitter), 3, 0)).isEqualTo(150);
        assertThat(delayMillis(Backoff.fixed(base).jitter(jitter), 3, 0)).isEqualTo(100);
        assertThat(delayMillis(Backoff.custom(n -> base, max).jitter(jitter), 3, 0))
                .isEqualTo(50);
        assertThat(Backoff.adaptive(base, max).jitter(jitter).delayNanos(1, -1, 1, Draws.always(0)))
                .isEqualTo(50_000_000);
    }

    @Test
    void illegalSettingsAreNamed() {
        Duration negative = MS.negated();
        refused(() -> Backoff.fixed(negative), "delay: PT-0.001S (expected: >= PT0S)");
        refused(() -> Backoff.linear(negative, MS), "base: PT-0.001S (expected: >= PT0S)");
        refused(() -> Backoff.exponential(MS, negative), "max: PT-0.001S (expected: >= PT0S)");
        refused(() -> Backoff.exponential(MS, Duration.ZERO), "max: PT0S (expected: >= base PT0.001S)");
        refused(() -> Backoff.adaptive(Duration.ofSeconds(2), MS), "max: PT0.001S (expected: >= base PT2S)");
        refused(() -> Backoff.custom(n -> MS, negative), "max: PT-0.001S (expected: >= PT0S)");
        refused(() -> HUNDRED_TO_THOUSAND.multiplier(0.99), "multiplier: 0.99 (expected: >= 1 and finite)");
        refused(() -> HUNDRED_TO_THOUSAND.multiplier(Double.NaN), "multiplier: NaN (expected: >= 1 and finite)");
        refused(
                () -> HUNDRED_TO_THOUSAND.multiplier(Double.POSITIVE_INFINITY),
                "multiplier: Infinity (expected: >= 1 and finite)");
        refused(() -> Jitter.proportional(-0.0001), "factor: -1.0E-4 (expected: from 0.0 to 1.0)");
        refused(() -> Jitter.proportional(Double.NaN), "factor: NaN (expected: from 0.0 to 1.0)");
        refused(() -> Jitter.clamped(1.1), "factor: 1.1 (expected: from 0.0 to 1.0)");
        refused(() -> HUNDRED_TO_THOUSAND.ceilingNanos(0), "attempt: 0 (expected: >= 1)");
        refused(() -> Backoff.custom(n -> MS, MS).ceilingNanos(-1), "attempt: -1 (expected: >= 1)");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void settingsCanBeRead() {
        Backoff backoff = HUNDRED_TO_THOUSAND.multiplier(3).jitter(Jitter.equal());

        assertThat(backoff.base()).isEqualTo(Duration.ofMillis(100));
        assertThat(backoff.max()).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.multiplier()).isEqualTo(3);
        assertThat(backoff.jitter()).isEqualTo(Jitter.equal());
        assertThat(backoff.isAdaptive()).isFalse();
        assertThat(backoff).hasToString("exponential(PT0.1S × 3.0, max PT1S, jitter equal)");
        assertThat(Backoff.linear(MS, MS).jitter(Jitter.proportional(0.5)))
                .hasToString("linear(PT0.001S, max PT0.001S, jitter proportional(0.5))");
    }

    @Test
    void equalSettingsAreEqualBackoffs() {
        Backoff same = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(1));

        assertThat(HUNDRED_TO_THOUSAND).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(same)
                .isNotEqualTo(same.multiplier(3))
                .isNotEqualTo(same.jitter(Jitter.none()))
                .isNotEqualTo(Backoff.adaptive(same.base(), same.max()))
                .isNotEqualTo(Backoff.exponential(MS, same.max()))
                .isNotEqualTo(Backoff.exponential(same.base(), Duration.ofSeconds(2)))
                .isNotEqualTo("backoff");
        assertThat(Jitter.proportional(0.1)).isEqualTo(Jitter.proportional(0.1)).isNotEqualTo(Jitter.clamped(0.1));
        assertThat(Jitter.proportional(0.1))
                .hasSameHashCodeAs(Jitter.proportional(0.1))
                .isNotEqualTo(Jitter.proportional(0.2));
        assertThat(Jitter.full()).isNotEqualTo("full").hasToString("full");
    }

    /** Beyond 2^53 a double has no room for the last digits. */
    @ParameterizedTest
    @ValueSource(longs = {1, 9_007_199_254_740_993L, 1_000_000_000_000_000_003L, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void theFirstCeilingIsTheBaseToTheNanosecond(long nanos) {
        Duration base = Duration.ofNanos(nanos);
        Duration max = Duration.ofNanos(Long.MAX_VALUE);

        assertThat(Backoff.exponential(base, max).ceilingNanos(1)).isEqualTo(nanos);
        assertThat(Backoff.exponential(base, max).multiplier(1.5).ceilingNanos(1))
                .isEqualTo(nanos);
        assertThat(Backoff.linear(base, max).ceilingNanos(1)).isEqualTo(nanos);
        assertThat(Backoff.adaptive(base, max).ceilingNanos(1)).isEqualTo(nanos);
        assertThat(Backoff.fixed(base).ceilingNanos(1)).isEqualTo(nanos);
        assertThat(Backoff.exponential(base, max).ceilingNanos(3))
                .isEqualTo(nanos > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : 4 * nanos);
        assertThat(Backoff.linear(base, max).ceilingNanos(3))
                .isEqualTo(nanos > Long.MAX_VALUE / 3 ? Long.MAX_VALUE : 3 * nanos);
        assertThat(Backoff.adaptive(base, max).jitter(Jitter.none()).delayNanos(1, -1, 0.7, new java.util.Random(1)))
                .isEqualTo(nanos);
    }
}
