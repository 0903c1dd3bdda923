package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.testsupport.Draws;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What holds for every backoff that can be built. */
class BackoffPropertiesTest {

    @Property(tries = 5_000)
    void delayIsFromZeroToMax(
            @ForAll("backoffs") Backoff backoff,
            @ForAll @IntRange(min = 1) int attempt,
            @ForAll long previous,
            @ForAll("rates") double rate,
            @ForAll("draws") double draw) {
        assertThat(backoff.delayNanos(attempt, previous, rate, Draws.always(draw)))
                .isBetween(0L, backoff.max().toNanos());
    }

    @Property(tries = 2_000)
    void ceilingsNeverFall(@ForAll("backoffs") Backoff backoff, @ForAll @IntRange(min = 1) int attempt) {
        int next = attempt == Integer.MAX_VALUE ? attempt : attempt + 1;

        assertThat(backoff.ceilingNanos(next))
                .isBetween(backoff.ceilingNanos(attempt), backoff.max().toNanos());
        assertThat(backoff.ceilingNanos(1)).isLessThanOrEqualTo(backoff.ceilingNanos(attempt));
    }

    @Property(tries = 200)
    void ceilingsNeverFallFromOneAttemptToTheNext(@ForAll("backoffs") Backoff backoff) {
        long previous = 0;
        for (int attempt = 1; attempt < 2_000; attempt++) {
            long ceiling = backoff.ceilingNanos(attempt);
            assertThat(ceiling).isBetween(previous, backoff.max().toNanos());
            previous = ceiling;
        }
    }

    /** thomhurst/Dekaf#3068: the shift wrapped at attempt 65; an oracle of big integers finds that. */
    @Property(tries = 200)
    void exponentialAgreesWithBigIntegers(
            @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long base, @ForAll @LongRange(min = 0) long more) {
        long max = base > Long.MAX_VALUE - more ? Long.MAX_VALUE : base + more;
        Backoff backoff = Backoff.exponential(Duration.ofNanos(base), Duration.ofNanos(max));
        for (int attempt = 1; attempt <= 130; attempt++) {
            BigInteger exact = BigInteger.valueOf(base).shiftLeft(attempt - 1).min(BigInteger.valueOf(max));
            BigDecimal error = new BigDecimal(exact.subtract(BigInteger.valueOf(backoff.ceilingNanos(attempt)))
                    .abs());
            assertThat(error)
                    .isLessThanOrEqualTo(
                            new BigDecimal(exact).scaleByPowerOfTen(-15).add(BigDecimal.ONE));
        }
    }

    @Property
    void fullJitterIsTheShareThatWasDrawn(
            @ForAll @LongRange(min = 0, max = 1L << 50) long ceiling, @ForAll("draws") double draw) {
        Backoff backoff = Backoff.fixed(Duration.ofNanos(ceiling));

        assertThat(backoff.delayNanos(1, -1, 1, Draws.always(draw))).isEqualTo((long) (ceiling * draw));
    }

    @Provide
    Arbitrary<Double> rates() {
        return Arbitraries.oneOf(Arbitraries.doubles().between(0, 1), Arbitraries.of(0.0, 0.5, 0.8, 1.0, Double.NaN));
    }

    @Provide
    Arbitrary<Double> draws() {
        return Arbitraries.oneOf(
                Arbitraries.doubles().between(0, true, 1, false), Arbitraries.of(0.0, 0.5, Math.nextDown(1.0)));
    }

    @Provide
    Arbitrary<Backoff> backoffs() {
        Arbitrary<Duration> durations = Arbitraries.oneOf(
                Arbitraries.longs().greaterOrEqual(0).map(Duration::ofNanos),
                Arbitraries.longs().between(0, 60_000).map(Duration::ofMillis),
                Arbitraries.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofSeconds(Long.MAX_VALUE)));
        Arbitrary<Double> multipliers = Arbitraries.oneOf(
                Arbitraries.doubles().between(1, 10),
                Arbitraries.of(1.0, Math.nextUp(1.0), 1.5, 2.0, 1e300, Double.MAX_VALUE));
        return Combinators.combine(Arbitraries.integers().between(0, 4), durations, durations, multipliers, jitters())
                .as((kind, a, b, multiplier, jitter) -> {
                    Duration base = a.compareTo(b) < 0 ? a : b;
                    Duration max = a.compareTo(b) < 0 ? b : a;
                    Backoff backoff =
                            switch (kind) {
                                case 0 -> Backoff.fixed(max);
                                case 1 -> Backoff.linear(base, max);
                                case 2 -> Backoff.exponential(base, max);
                                case 3 -> Backoff.adaptive(base, max);
                                default -> Backoff.custom(n -> base, max);
                            };
                    return backoff.multiplier(multiplier).jitter(jitter);
                });
    }

    private static Arbitrary<Jitter> jitters() {
        Arbitrary<Double> factors = Arbitraries.oneOf(Arbitraries.doubles().between(0, 1), Arbitraries.of(0.0, 1.0));
        return Arbitraries.oneOf(
                Arbitraries.of(Jitter.none(), Jitter.full(), Jitter.equal(), Jitter.decorrelated()),
                factors.map(Jitter::proportional),
                factors.map(Jitter::clamped));
    }
}
