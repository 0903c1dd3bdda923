package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bugs in the delays of other libraries, which ours must not have. */
class BackoffRegressionTest {

    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    private static final List<Jitter> JITTERS = List.of(
            Jitter.none(),
            Jitter.full(),
            Jitter.equal(),
            Jitter.proportional(1),
            Jitter.clamped(1),
            Jitter.decorrelated());

    private static void everyDelayIsWithin(Backoff plain, int... attempts) {
        for (Jitter jitter : JITTERS) {
            Backoff backoff = plain.jitter(jitter);
            for (int attempt : attempts) {
                for (double draw : new double[] {0, 0.5, Math.nextDown(1.0)}) {
                    assertThat(backoff.delayNanos(attempt, -1, 0, Draws.always(draw)))
                            .describedAs("%s, attempt %d, draw %s", backoff, attempt, draw)
                            .isBetween(0L, backoff.max().toNanos());
                }
            }
        }
    }

    /** App-vNext/Polly#2163, PR #2164: infinity minus infinity after 1,024 attempts became a negative delay. */
    @Test
    void attemptsBeyondTheRangeOfADoubleStayWithinTheCap() {
        Backoff backoff = Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(20));

        everyDelayIsWithin(backoff, 1_023, 1_024, 1_025, 1_100, 1_000_000, Integer.MAX_VALUE);
        for (int attempt = 1; attempt <= 1_000_000; attempt++) {
            assertThat(backoff.ceilingNanos(attempt)).isBetween(1_000_000_000L, 20_000_000_000L);
        }
    }

    /** App-vNext/Polly#1866; Polly.Contrib.WaitAndRetry#24: an overflow left the cap out, or turned negative. */
    @Test
    void overflowIsTheCap() {
        Backoff backoff = Backoff.exponential(Duration.ofDays(1), LONGEST).jitter(Jitter.none());

        assertThat(backoff.delayNanos(1_000, -1, 1, Draws.always(0.5))).isEqualTo(Long.MAX_VALUE);
        everyDelayIsWithin(backoff, 1, 18, 63, 64, 65, 1_000, Integer.MAX_VALUE);
    }

    /** Netflix/astyanax#293; onosproject/onos-lib-go#127; thomhurst/Dekaf#3068: shifts of 31, 40, 63 and 64 places. */
    @Test
    void noShiftWrapsAround() {
        Backoff backoff = Backoff.exponential(Duration.ofNanos(1), LONGEST).jitter(Jitter.none());

        assertThat(IntStream.of(32, 33, 41, 63).mapToLong(backoff::ceilingNanos))
                .containsExactly(1L << 31, 1L << 32, 1L << 40, 1L << 62);
        assertThat(IntStream.of(64, 65, 66, 129, 1_000).mapToLong(backoff::ceilingNanos))
                .containsOnly(Long.MAX_VALUE);
    }

    /** reactor/reactor-addons#139, #164, #282; failsafe#215, #216: durations that do not fit nanoseconds. */
    @Test
    void longestDurationsAreTakenForTheLongestInNanoseconds() {
        everyDelayIsWithin(Backoff.fixed(LONGEST), 1, 64, Integer.MAX_VALUE);
        everyDelayIsWithin(Backoff.linear(LONGEST, LONGEST), 1, 64, Integer.MAX_VALUE);
        everyDelayIsWithin(Backoff.adaptive(Duration.ofNanos(1), LONGEST), 1, 64, Integer.MAX_VALUE);
        everyDelayIsWithin(Backoff.custom(n -> LONGEST, LONGEST), 1, 64, Integer.MAX_VALUE);
    }

    /** failsafe#115: a jitter larger than the delay made it negative. Ours is a share, refused above one. */
    @Test
    void jitterIsNeverLargerThanTheDelay() {
        assertThatIllegalArgumentException().isThrownBy(() -> Jitter.proportional(1.01));
        Backoff whole = Backoff.fixed(Duration.ofMillis(2)).jitter(Jitter.proportional(1));

        assertThat(whole.delayNanos(1, -1, 1, Draws.always(0))).isZero();
    }

    /** servicetalk#2777, line/armeria#513, michaelbull/kotlin-retry#10: ranges of width zero. */
    @Test
    void rangesOfNoWidthAreFine() {
        everyDelayIsWithin(Backoff.fixed(Duration.ZERO), 1, 2, Integer.MAX_VALUE);
        everyDelayIsWithin(Backoff.exponential(Duration.ofMillis(5), Duration.ofMillis(5)), 1, 2, 100);
        Backoff noJitter = Backoff.fixed(Duration.ofMillis(5)).jitter(Jitter.proportional(0));

        assertThat(noJitter.delayNanos(1, -1, 1, Draws.always(0.9))).isEqualTo(5_000_000);
    }

    /** spring-framework gh-36932: an initial interval of zero was divided by. */
    @Test
    void baseOfZeroStaysZero() {
        Backoff backoff = Backoff.exponential(Duration.ZERO, Duration.ofSeconds(1));

        everyDelayIsWithin(backoff, 1, 2, 2_000, Integer.MAX_VALUE);
        assertThat(backoff.ceilingNanos(Integer.MAX_VALUE)).isZero();
    }

    /** spring-framework gh-36943: integer division made the jitter a staircase. */
    @Test
    void jitterIsFineGrained() {
        Backoff backoff = Backoff.fixed(Duration.ofMillis(10)).jitter(Jitter.proportional(0.1));
        SplittableRandom random = new SplittableRandom(7);
        int[] slots = new int[10];
        for (int i = 0; i < 100_000; i++) {
            slots[(int) ((backoff.delayNanos(1, -1, 1, random) - 9_000_000) / 100_000)]++;
        }

        assertThat(IntStream.of(slots).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    /** resilience4j#1092, and Failsafe, where 0.9 ms became 0: delays below a millisecond are kept. */
    @Test
    void fractionsOfAMillisecondAreKept() {
        Backoff backoff = Backoff.fixed(Duration.ofNanos(900_000)).jitter(Jitter.none());

        assertThat(backoff.delayNanos(1, -1, 1, Draws.always(0))).isEqualTo(900_000);
    }

    /** SmallRye ExponentialBackOff(100 ms, 2, max 60 s) gave 0 at retries 58, 59, 62 and 63, and began again. */
    @Test
    void delayDoesNotFallBackToZeroAfterManyRetries() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(60));

        assertThat(IntStream.rangeClosed(11, 200).mapToLong(backoff::ceilingNanos))
                .containsOnly(60_000_000_000L);
    }

    /** Resilience4j ofExponentialRandomBackoff(100 ms, 2, 0.5, 10 s): 72 % to 100 % of delays were exactly the cap. */
    @Test
    void delaysOfALongOutageAreNotAllTheCap() {
        Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                .jitter(Jitter.proportional(0.5));
        SplittableRandom random = new SplittableRandom(3);

        assertThat(IntStream.range(0, 10_000).filter(i -> backoff.delayNanos(12, -1, 1, random) == 10_000_000_000L))
                .isEmpty();
    }

    /** Failsafe: a maximum of 4 ms and a jitter of one half gave 5.94 ms. */
    @Test
    void jitterDoesNotLiftADelayAboveTheMaximum() {
        everyDelayIsWithin(Backoff.exponential(Duration.ofMillis(1), Duration.ofMillis(4)), 1, 2, 3, 4, 50);
    }

    /**
     * Resilience4j computed attempt n in n steps (8 µs at 1,000). Two million late delays would take hours that way.
     */
    @Test
    void lateAttemptCostsWhatAnEarlyOneDoes() {
        Backoff backoff = Backoff.exponential(Duration.ofNanos(1), LONGEST)
                .multiplier(1.000_000_01)
                .jitter(Jitter.none());

        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(120), () -> {
            long sum = 0;
            for (int i = 0; i < 2_000_000; i++) {
                sum |= backoff.ceilingNanos(Integer.MAX_VALUE - i);
            }
            assertThat(sum).isPositive();
        });
    }

    /** resilience4j#2152, #2512: what cannot work is refused when it is built, not when it is first used. */
    @Test
    void illegalBackoffIsRefusedWhenItIsBuilt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.exponential(Duration.ofSeconds(10), Duration.ofSeconds(1)))
                .withMessage("max: PT1S (expected: >= base PT10S)");
    }
}
