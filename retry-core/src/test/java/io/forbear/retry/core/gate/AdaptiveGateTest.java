package io.forbear.retry.core.gate;

import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import io.forbear.retry.AttemptGate.Place;
import io.forbear.retry.core.internal.CallFeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdaptiveGateTest {

    private final Clock clock = new Clock();
    private AdaptiveGate gate = gate(AttemptGates.adaptive());
    private long fed;

    private AdaptiveGate gate(AdaptiveGateSpec spec) {
        return (AdaptiveGate) spec.create(clock);
    }

    /** A gate whose rate is the least, with nothing in it. */
    private AdaptiveGate throttled(AdaptiveGateSpec spec) {
        AdaptiveGate made = gate(spec);
        made.failed(RATE_LIMIT);
        return made;
    }

    private static Place enter(AdaptiveGate gate) {
        return Objects.requireNonNull(gate.enter());
    }

    @Test
    void letsEverythingPassUntilTheFirstThrottle() {
        for (int i = 0; i < 1000; i++) {
            assertThat(enter(gate).waitNanos()).isZero();
        }
        gate.failed(SERVER_ERROR);

        assertThat(gate.isEngaged()).isFalse();
    }

    @Test
    void grantsPlacesInTheOrderInWhichTheyWereTaken() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(10));
        List<Place> places = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            places.add(enter(gate));
            assertThat(places.get(i - 1).waitNanos()).isEqualTo(i * 100_000_000L);
        }
        for (int granted = 1; granted <= 5; granted++) {
            clock.pass(0.1);
            for (int i = 4; i >= 0; i--) {
                assertThat(places.get(i).waitNanos() == 0).isEqualTo(i < granted);
            }
        }
    }

    @Test
    void aNewcomerNeverOvertakesThoseWhoWaitEvenIfTheyAreLate() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(2));
        Place sleeper = enter(gate);
        clock.pass(0.5);

        Place newcomer = enter(gate);

        assertThat(newcomer.waitNanos()).isPositive();
        assertThat(sleeper.waitNanos()).isZero();
    }

    @Test
    void thoseBehindMoveUpWhereOneLeaves() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(1));
        Place first = enter(gate);
        Place second = enter(gate);
        Place third = enter(gate);

        first.leave();
        first.leave();

        assertThat(second.waitNanos()).isEqualTo(1_000_000_000L);
        assertThat(third.waitNanos()).isEqualTo(2_000_000_000L);
        clock.pass(1);
        assertThat(second.waitNanos()).isZero();
        assertThat(third.waitNanos()).isPositive();
    }

    @Test
    void aTokenThatWasGrantedAndNotUsedGoesToTheNext() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(1));
        Place first = enter(gate);
        Place second = enter(gate);
        clock.pass(1);
        assertThat(first.waitNanos()).isZero();

        first.leave();
        first.leave();

        assertThat(second.waitNanos()).isZero();
        assertThat(gate.level()).isZero();
    }

    /** A thousand attempts that gave up must not delay the next one. */
    @Test
    void aLineThatEverybodyLeftIsEmpty() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(100));
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            places.add(enter(gate));
        }
        Place last = enter(gate);
        places.forEach(Place::leave);

        assertThat(last.waitNanos()).isEqualTo(10_000_000L);
        assertThat(enter(gate).waitNanos()).isEqualTo(20_000_000L);
    }

    @Test
    void refusesWhoWouldWaitLongerThanTheMost() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(1).maxWait(Duration.ofSeconds(3)));
        for (int i = 0; i < 3; i++) {
            assertThat(gate.enter()).isNotNull();
        }
        assertThat(gate.enter()).isNull();
        clock.pass(1);
        assertThat(gate.enter()).isNotNull();
    }

    @Test
    void failFastLetsNobodyWait() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(1).failFast());

        assertThat(gate.enter()).isNull();
        clock.pass(1);
        assertThat(enter(gate).waitNanos()).isZero();
        assertThat(gate.enter()).isNull();
    }

    @Test
    void keepsTheTokensOfOneSecondAtMost() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(5));
        clock.pass(30);

        for (int i = 0; i < 5; i++) {
            assertThat(enter(gate).waitNanos()).isZero();
        }
        assertThat(enter(gate).waitNanos()).isEqualTo(200_000_000L);
    }

    @Test
    void aRateThatFallsHoldsThoseBackWhoWait() {
        gate = gate(AttemptGates.adaptive());
        for (int i = 1; i <= 100; i++) {
            clock.pass(0.1);
            gate.succeeded(1);
        }
        gate.failed(RATE_LIMIT);
        assertThat(gate.ratePerSecond()).isCloseTo(7, offset(0.5));
        while (enter(gate).waitNanos() == 0) {}
        Place waiting = enter(gate);
        long before = waiting.waitNanos();

        gate.failed(RATE_LIMIT);

        assertThat(waiting.waitNanos()).isGreaterThan(before);
    }

    @Test
    void letsGoWhereNobodyWasThrottledForAMinute() {
        gate.failed(RATE_LIMIT);
        clock.passNanos(AdaptiveGate.CALM_NANOS - 1);
        enter(gate);
        assertThat(gate.isEngaged()).isTrue();

        clock.passNanos(1);
        assertThat(enter(gate).waitNanos()).isZero();

        assertThat(gate.isEngaged()).isFalse();
        gate.failed(RATE_LIMIT);
        assertThat(gate.isEngaged()).isTrue();
    }

    @Test
    void doesNotLetGoWhileSomebodyWaits() {
        gate = throttled(AttemptGates.adaptive().minPerSecond(0.001).maxWait(Duration.ofHours(1)));
        Place waiting = enter(gate);
        clock.passNanos(AdaptiveGate.CALM_NANOS);

        assertThat(enter(gate).waitNanos()).isPositive();

        assertThat(gate.isEngaged()).isTrue();
        assertThat(waiting.waitNanos()).isPositive();
    }

    // ---- fed: successes are counted by the service

    private void isFed() {
        gate.feed(new CallFeed() {
            @Override
            public long firstTrySuccesses() {
                return fed;
            }

            @Override
            public long successes() {
                return fed;
            }

            @Override
            public long calls() {
                return fed;
            }
        });
    }

    /** A rate that is the mean of a quiet hour would throttle a burst to nothing. */
    @Test
    void measuresAfreshWhereNobodyHasLookedForLong() {
        isFed();
        clock.pass(3600);
        fed = 1000;

        gate.failed(RATE_LIMIT);
        assertThat(gate.isEngaged()).as("measuring").isFalse();
        gate.failed(RATE_LIMIT);
        assertThat(gate.isEngaged()).as("still within the half second").isFalse();

        clock.pass(0.5);
        fed += 48;
        gate.failed(RATE_LIMIT);

        assertThat(gate.isEngaged()).isTrue();
        assertThat(gate.measuredPerSecond()).isCloseTo(100, offset(0.001));
        assertThat(gate.ratePerSecond()).isCloseTo(70, offset(0.001));
    }

    @Test
    void countsEachSuccessOnceWhetherFedOrTold() {
        isFed();
        clock.pass(0.5);
        fed = 10;
        gate.failed(RATE_LIMIT);
        assertThat(gate.measuredPerSecond()).isCloseTo(0.8 * 22, offset(1e-9));

        for (int i = 0; i < 20; i++) {
            clock.pass(0.1);
            fed++;
            gate.succeeded(1);
            gate.succeeded(2);
        }

        assertThat(gate.measuredPerSecond()).isCloseTo(20, offset(1.5));
    }

    @Test
    void aFirstTryThatTheFeedCountsIsNotCountedAgain() {
        isFed();
        clock.pass(0.5);
        gate.failed(RATE_LIMIT);
        for (int i = 0; i < 10; i++) {
            fed++;
            gate.succeeded(1);
        }
        clock.pass(0.5);
        gate.succeeded(1);

        assertThat(gate.measuredPerSecond()).isCloseTo(0.8 * 20 + 0.2 * 1.6, offset(1e-9));
    }

    @Test
    void whatTheFeedCountedBeforeDoesNotCount() {
        fed = 1_000_000;
        isFed();
        clock.pass(0.5);
        gate.failed(RATE_LIMIT);

        assertThat(gate.measuredPerSecond()).isCloseTo(1.6, offset(1e-9));
    }

    /** What makes a success free for a service that is not throttled. */
    @Test
    void aFedSuccessAsksForNoTimeWhileEverythingPasses() {
        int[] asked = {0};
        gate = (AdaptiveGate) AttemptGates.adaptive().create(() -> ++asked[0]);
        isFed();
        asked[0] = 0;

        enter(gate).leave();
        gate.succeeded(1);
        gate.succeeded(2);
        gate.failed(SERVER_ERROR);
        assertThat(asked[0]).isZero();
        gate.failed(RATE_LIMIT);

        assertThat(asked[0]).isEqualTo(1);
        assertThat(gate.isEngaged()).isTrue();
    }

    @Test
    void keepsTheLockAfterNothing() throws Exception {
        gate = throttled(AttemptGates.adaptive().minPerSecond(1).maxWait(Duration.ofSeconds(1)));
        Place place = enter(gate);
        List<Runnable> all = List.of(
                () -> assertThat(gate.enter()).as("refused").isNull(),
                place::waitNanos,
                () -> gate.succeeded(1),
                () -> gate.failed(RATE_LIMIT),
                gate::measuredPerSecond,
                gate::ratePerSecond,
                gate::level,
                place::leave,
                place::leave,
                () -> clock.passNanos(AdaptiveGate.CALM_NANOS),
                gate::enter);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            for (Runnable each : all) {
                each.run();
                assertThat(other.submit(gate::level).get(2, TimeUnit.MINUTES)).isNotNegative();
            }
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void settingsTakeTheEndsOfTheirRanges() {
        for (double rate : new double[] {0.001, 1_000_000}) {
            assertThat(AttemptGates.adaptive().minPerSecond(rate).minPerSecond())
                    .isEqualTo(rate);
        }
        for (Duration wait : new Duration[] {Duration.ZERO, Duration.ofHours(1)}) {
            assertThat(AttemptGates.adaptive().maxWait(wait).maxWait()).isEqualTo(wait);
        }
        assertThat(AttemptGates.adaptive().failFast().maxWait()).isZero();
        assertThat(AttemptGates.adaptive()
                        .minPerSecond(3)
                        .maxWait(Duration.ofSeconds(9))
                        .minPerSecond())
                .isEqualTo(3);
        assertThat(AttemptGates.adaptive()
                        .maxWait(Duration.ofSeconds(9))
                        .minPerSecond(3)
                        .maxWait())
                .isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttemptGates.adaptive().minPerSecond(0))
                .withMessage("minPerSecond: 0.0 (expected: from 0.001 to 1000000.0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttemptGates.adaptive().minPerSecond(Double.NaN))
                .withMessageStartingWith("minPerSecond: NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttemptGates.adaptive().maxWait(Duration.ofMinutes(61)))
                .withMessage("maxWait: PT1H1M (expected: from PT0S to PT1H)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AttemptGates.adaptive().maxWait(Duration.ofNanos(-1)));
        assertThat(AttemptGates.adaptive().minPerSecond()).isEqualTo(0.5);
        assertThat(AttemptGates.adaptive().maxWait()).isEqualTo(Duration.ofMinutes(1));
    }
}
