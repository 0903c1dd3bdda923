package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.Jitter;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CircuitBreakerSpecTest {

    private final ManualClock clock = new ManualClock();

    private Breaker create(CircuitBreakerSpec spec) {
        return spec.create("users", clock, State.CLOSED);
    }

    private static Permit acquire(CircuitBreaker breaker) {
        return Objects.requireNonNull(breaker.tryAcquire(), "refused");
    }

    private static void fail(CircuitBreaker breaker, int times) {
        for (int i = 0; i < times; i++) {
            acquire(breaker).failure(-1, ErrorCategory.SERVER_ERROR);
        }
    }

    static Stream<Arguments> mistakes() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5);
        return Stream.of(
                mistake(() -> CircuitBreakers.failureRate(0), "failureRate: 0.0 (expected: from 0.000001 to 1)"),
                mistake(() -> CircuitBreakers.failureRate(1.5), "failureRate: 1.5 (expected: from 0.000001 to 1)"),
                mistake(
                        () -> CircuitBreakers.failureRate(Double.NaN),
                        "failureRate: NaN (expected: from 0.000001 to 1)"),
                mistake(() -> CircuitBreakers.consecutiveFailures(0), "failures: 0 (expected: from 1 to 1000000)"),
                mistake(() -> spec.window(Duration.ZERO), "window: PT0S (expected: >= PT0.001S)"),
                mistake(() -> spec.window(Duration.ofNanos(-1)), "window: PT-0.000000001S (expected: >= PT0.001S)"),
                mistake(() -> spec.window(Duration.ofNanos(999_999)), "window: PT0.000999999S (expected: >= PT0.001S)"),
                mistake(() -> spec.window(0), "window: 0 (expected: from 1 to 1000000)"),
                mistake(() -> spec.window(1_000_001), "window: 1000001 (expected: from 1 to 1000000)"),
                mistake(() -> spec.minimumCalls(0), "minimumCalls: 0 (expected: from 1 to 2147483647)"),
                mistake(() -> spec.openFor(Duration.ZERO), "openFor: PT0S (expected: > PT0S)"),
                mistake(() -> spec.probes(0), "probes: 0 (expected: from 1 to 1000000)"),
                mistake(() -> spec.probes(3, 4), "required: 4 (expected: from 1 to 3)"),
                mistake(() -> spec.probes(3, 0), "required: 0 (expected: from 1 to 3)"),
                mistake(() -> spec.probeTimeout(Duration.ZERO), "probeTimeout: PT0S (expected: > PT0S)"),
                mistake(() -> spec.slowCallRate(0, Duration.ZERO), "slowCallRate: 0.0 (expected: from 0.000001 to 1)"),
                mistake(() -> spec.slowCallRate(1, Duration.ofSeconds(-1)), "threshold: PT-1S (expected: >= PT0S)"),
                mistake(spec::counts, "counts: none (expected: at least one category)"),
                mistake(
                        () -> spec.window(10).minimumCalls(11).create("users", () -> 0),
                        "minimumCalls: 11 (expected: <= window 10)"));
    }

    private static Arguments mistake(Supplier<?> code, String message) {
        return Arguments.of(message, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void saysWhatIsWrong(String message, Supplier<?> code) {
        assertThatIllegalArgumentException().isThrownBy(code::get).withMessage(message);
    }

    @Test
    void hasTheDefaultsItNames() {
        Breaker breaker = create(CircuitBreakers.failureRate(0.5));
        fail(breaker, 19);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(breaker, 1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(1));
        assertThat(breaker).hasToString("CircuitBreaker(users, OPEN)");
    }

    @Test
    void cutsTheDefaultMinimumToAShortWindow() {
        Breaker breaker = create(CircuitBreakers.failureRate(1).window(3));
        fail(breaker, 3);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void comparesRatesExactly() {
        Breaker third = create(CircuitBreakers.failureRate(1.0 / 3).window(3));
        acquire(third).success(-1);
        acquire(third).success(-1);
        fail(third, 1);
        assertThat(third.state()).isEqualTo(State.OPEN);

        Breaker aboveTwoThirds = create(CircuitBreakers.failureRate(0.666667).window(3));
        acquire(aboveTwoThirds).success(-1);
        fail(aboveTwoThirds, 2);
        assertThat(aboveTwoThirds.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void countsTheCategoriesItIsTold() {
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).counts(ErrorCategory.RATE_LIMIT));
        acquire(breaker).failure(-1, ErrorCategory.SERVER_ERROR);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        acquire(breaker).failure(-1, ErrorCategory.RATE_LIMIT);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void countsNeitherClientErrorsNorRateLimitsByDefault() {
        for (ErrorCategory category : ErrorCategory.values()) {
            Breaker breaker = create(CircuitBreakers.consecutiveFailures(1));
            acquire(breaker).failure(-1, category);
            boolean counts = category != ErrorCategory.CLIENT_ERROR && category != ErrorCategory.RATE_LIMIT;
            assertThat(breaker.state()).as(category.name()).isEqualTo(counts ? State.OPEN : State.CLOSED);
        }
    }

    @Test
    void opensForLongerEveryRoundAndStartsAgainAfterClosed() {
        Backoff time = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(3))
                .jitter(Jitter.none());
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).openFor(time));
        for (int seconds : new int[] {1, 2, 3, 3}) {
            fail(breaker, 1);
            assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(seconds));
            clock.advance(Duration.ofSeconds(seconds));
        }
        acquire(breaker).success(-1);
        fail(breaker, 1);
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void drawsTheOpenTimeFromTheGivenChance() {
        Backoff time = Backoff.fixed(Duration.ofSeconds(8)).jitter(Jitter.equal());
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).openFor(time, () -> 0));
        fail(breaker, 1);
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void takesTheLongestTimeWhereTheGivenRuleThrows() {
        Backoff time = Backoff.custom(
                attempt -> {
                    throw new IllegalStateException("of the test");
                },
                Duration.ofSeconds(7));
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).openFor(time));
        fail(breaker, 1);
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void takesTheLongestTimeWhereTheGivenRuleThrowsAnError() {
        Backoff time = Backoff.custom(
                attempt -> {
                    throw new StackOverflowError("of the test");
                },
                Duration.ofSeconds(7));
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).openFor(time));
        fail(breaker, 1);
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void staysOpenForEverWhereToldSo() {
        Breaker breaker = create(CircuitBreakers.consecutiveFailures(1).openFor(Duration.ofSeconds(Long.MAX_VALUE)));
        fail(breaker, 1);
        clock.advance(Duration.ofDays(36_500));
        assertThat(breaker.tryAcquire()).isNull();
    }

    @Test
    void closesOrOpensAsSoonAsTheProbesHaveDecided() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5).probes(4, 3).openFor(Duration.ofSeconds(1));
        Breaker breaker = spec.create("users", clock, State.OPEN);
        clock.advance(Duration.ofSeconds(1));
        acquire(breaker).success(-1);
        fail(breaker, 1);
        acquire(breaker).success(-1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.counts()).isEqualTo(new BreakerCounts(3, 1, 0, 0));
        acquire(breaker).success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void isAValue() {
        CircuitBreakerSpec one =
                CircuitBreakers.failureRate(0.5).window(7).probes(2).openFor(Duration.ofSeconds(1));
        CircuitBreakerSpec same = CircuitBreakers.failureRate(0.5)
                .openFor(Duration.ofSeconds(1))
                .probes(2, 2)
                .window(7);
        assertThat(one)
                .isEqualTo(same)
                .hasSameHashCodeAs(same)
                .isNotEqualTo(same.window(8))
                .isNotEqualTo("spec");
        assertThat(one.toString()).startsWith("CircuitBreakerSpec(").contains("in the last 7;");
        assertThat(one.window(Duration.ofSeconds(7)).toString()).contains("in PT7S;");
        assertThat(one.hashCode()).isNotEqualTo(one.window(8).hashCode());
    }

    @Test
    void theTextNamesWhatOpensHowLongAndHowItCloses() {
        assertThat(CircuitBreakers.standard())
                .hasToString(
                        "CircuitBreakerSpec(failure rate 0.8, of errors 0.95, 4 in a row, at least 20 calls in PT2S;"
                                + " open for fixed(PT1S, max PT1S, jitter none), after errors PT0.1S;"
                                + " 1 of 1 probe within PT30S; slow start 2)");
        assertThat(CircuitBreakers.failureRate(0.5)
                        .window(7)
                        .slowCallRate(0.25, Duration.ofSeconds(3))
                        .openFor(Duration.ofSeconds(1))
                        .probes(3, 2))
                .hasToString(
                        "CircuitBreakerSpec(failure rate 0.5, slow 0.25 above PT3S, at least 7 calls in the last 7;"
                                + " open for fixed(PT1S, max PT1S, jitter none);"
                                + " 2 of 3 probes within PT3.000000001S; slow start none)");
    }

    @Test
    void aProbeIsLostOnceItIsASlowCall() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5).probeTimeout(Duration.ofNanos(50));

        assertThat(probeNanos(spec)).isEqualTo(50);
        assertThat(probeNanos(spec.slowCallRate(0.5, Duration.ofNanos(20)))).isEqualTo(21);
        assertThat(probeNanos(spec.slowCallRate(0.5, Duration.ofNanos(80)))).isEqualTo(50);
        assertThat(probeNanos(spec.slowCallRate(0.5, Duration.ofNanos(Long.MAX_VALUE))))
                .isEqualTo(50);
    }

    private static long probeNanos(CircuitBreakerSpec spec) {
        return spec.checked().probes().timeoutNanos();
    }

    @Test
    void differentSpecsHaveDifferentHashes() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5);
        assertThat(Stream.of(
                                spec,
                                CircuitBreakers.failureRate(0.25),
                                spec.window(9),
                                spec.minimumCalls(3),
                                spec.openFor(Duration.ofSeconds(3)),
                                spec.openForErrors(Duration.ofMillis(3)),
                                spec.probes(3),
                                spec.slowStart(3))
                        .map(CircuitBreakerSpec::hashCode))
                .doesNotHaveDuplicates();
    }

    @Test
    void takesTheEndsOfItsRanges() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5);
        assertThat(CircuitBreakers.failureRate(0.000001)).isEqualTo(CircuitBreakers.failureRate(0.000_001_9));
        assertThat(CircuitBreakers.failureRate(1)).isNotEqualTo(spec);
        assertThat(CircuitBreakers.consecutiveFailures(1_000_000))
                .isEqualTo(CircuitBreakers.failureRate(1).window(1_000_000).minimumCalls(1_000_000));
        assertThat(spec.probes(1_000_000)).isEqualTo(spec.probes(1_000_000, 1_000_000));
        assertThat(spec.probes(3, 1)).isNotEqualTo(spec.probes(3));
        assertThat(spec.slowCallRate(1, Duration.ZERO)).isNotEqualTo(spec);
        assertThat(spec.minimumCalls(Integer.MAX_VALUE).create("users", clock).state())
                .isEqualTo(State.CLOSED);
        assertThat(create(spec.window(10).minimumCalls(10)).state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aTimeBeyondAnyClockIsTheLongestThereIs() {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(0.5);
        Duration longest = Duration.ofNanos(Long.MAX_VALUE);
        for (Duration beyond : new Duration[] {longest.plusNanos(1), Duration.ofSeconds(Long.MAX_VALUE)}) {
            assertThat(spec.probeTimeout(beyond)).isEqualTo(spec.probeTimeout(longest));
            assertThat(spec.window(beyond)).isEqualTo(spec.window(longest));
        }
        assertThat(spec.window(longest.minusNanos(1))).isNotEqualTo(spec.window(longest));
    }

    @Test
    void doesNothingWhereNever() {
        CircuitBreaker breaker = CircuitBreakers.never().create("users", clock);
        fail(breaker, 1_000);
        acquire(breaker).success(-1);
        acquire(breaker).ignore();
        assertThat(acquire(breaker).isProbe()).isFalse();
        assertThat(breaker.state()).isEqualTo(State.DISABLED);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(0, 0, 0, 0));
    }
}
