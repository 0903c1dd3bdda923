package io.forbear.retry.core.signal;

import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LevelSignalTest {

    private final ManualClock clock = new ManualClock(Long.MAX_VALUE - 1_500_000_000L);
    private final AtomicInteger measured = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile double level;

    private final LevelSignal signal = signal(() -> {
        measured.incrementAndGet();
        return level;
    });

    @AfterEach
    void stopsTheThreads() {
        threads.shutdownNow();
    }

    private LevelSignal signal(DoubleSupplier reading) {
        return OverloadSignals.level(reading, 0.8, 0.6).clock(clock);
    }

    private boolean afterASecondAt(double value) {
        level = value;
        clock.advanceMillis(1_000);
        return signal.getAsBoolean();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.get(2, TimeUnit.MINUTES);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void engagesAboveAndLetsGoBelow() {
        assertThat(afterASecondAt(0.7)).as("between, on the way up").isFalse();
        assertThat(afterASecondAt(0.8)).as("at the upper bound").isFalse();
        assertThat(afterASecondAt(0.81)).as("above").isTrue();
        assertThat(afterASecondAt(0.7)).as("between, on the way down").isTrue();
        assertThat(afterASecondAt(0.6)).as("at the lower bound").isTrue();
        assertThat(afterASecondAt(0.59)).as("below").isFalse();
        assertThat(afterASecondAt(0.7)).as("between again").isFalse();
    }

    @Test
    void measuresWhenFirstAsked() {
        level = 0.9;

        assertThat(measured).hasValue(0);
        assertThat(signal.getAsBoolean()).isTrue();
        assertThat(measured).hasValue(1);
    }

    @Test
    void measuresOnceInASecond() {
        level = 0.9;
        signal.getAsBoolean();
        level = 0.1;

        clock.advanceNanos(999_999_999);
        assertThat(signal.getAsBoolean()).isTrue();
        assertThat(measured).hasValue(1);

        clock.advanceNanos(1);
        assertThat(signal.getAsBoolean()).isFalse();
        assertThat(signal.getAsBoolean()).isFalse();
        assertThat(measured).hasValue(2);
    }

    @Test
    void measuresAsOftenAsItIsTold() {
        LevelSignal often = signal.every(ofMillis(10));
        for (int i = 0; i < 100; i++) {
            often.getAsBoolean();
            clock.advanceMillis(1);
        }

        assertThat(measured).hasValue(10);
        assertThat(often).hasToString("LevelSignal(above 0.8, below 0.6, every PT0.01S)");
    }

    @Test
    void aLevelThatIsNotKnownLetsGo() {
        assertThat(afterASecondAt(Double.NaN)).isFalse();
        assertThat(afterASecondAt(0.9)).isTrue();
        assertThat(afterASecondAt(Double.NaN)).isFalse();
    }

    @Test
    void aMeasurementThatThrowsLetsGoAndIsNotRepeatedBeforeItsTime() {
        LevelSignal broken = signal(() -> {
            if (measured.incrementAndGet() == 1) {
                return 0.9;
            }
            throw new IllegalStateException("no bean");
        });
        assertThat(broken.getAsBoolean()).isTrue();

        clock.advanceMillis(1_000);
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(broken::getAsBoolean)
                .withMessage("no bean");

        assertThat(broken.getAsBoolean()).isFalse();
        assertThat(measured).hasValue(2);
    }

    @Test
    void whoAsksDuringAMeasurementGetsTheAnswerBeforeWithoutWaiting() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        LevelSignal slow = signal(() -> {
            measured.incrementAndGet();
            begun.countDown();
            await(mayEnd);
            return 0.9;
        });

        Future<Boolean> sampler = threads.submit(slow::getAsBoolean);
        await(begun);
        assertThat(slow.getAsBoolean()).isFalse();
        assertThat(measured).hasValue(1);
        mayEnd.countDown();

        assertThat(await(sampler)).isTrue();
        assertThat(slow.getAsBoolean()).isTrue();
        assertThat(measured).hasValue(1);
    }

    @Test
    void aMeasurementThatIsOvertakenIsDropped() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        LevelSignal slow = signal(() -> {
            if (measured.incrementAndGet() > 1) {
                return 0.9;
            }
            begun.countDown();
            await(mayEnd);
            return 0.1;
        });

        Future<Boolean> overtaken = threads.submit(slow::getAsBoolean);
        await(begun);
        clock.advanceMillis(1_000);
        assertThat(slow.getAsBoolean()).isTrue();
        mayEnd.countDown();

        assertThat(await(overtaken)).as("says what the later one found").isTrue();
        assertThat(slow.getAsBoolean()).isTrue();
        assertThat(measured).hasValue(2);
    }

    @Test
    void manyWhoAskAtOnceMeasureOnceForEachInterval() throws Exception {
        int askers = 4;
        int rounds = 500;
        CyclicBarrier together = new CyclicBarrier(askers, () -> clock.advanceMillis(1_000));
        Callable<Void> asker = () -> {
            for (int round = 0; round < rounds; round++) {
                together.await(2, TimeUnit.MINUTES);
                signal.getAsBoolean();
                together.await(2, TimeUnit.MINUTES);
            }
            return null;
        };

        for (Future<Void> each :
                IntStream.range(0, askers).mapToObj(i -> threads.submit(asker)).toList()) {
            await(each);
        }

        assertThat(measured).hasValue(rounds);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void refusesBoundsThatAreNotFinite(double bound) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OverloadSignals.level(() -> 0, bound, 0))
                .withMessage("above: " + bound + " (expected: finite)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OverloadSignals.level(() -> 0, 1, bound))
                .withMessage("below: " + bound + " (expected: finite and at most 1.0)");
    }

    @Test
    void boundsMayBeOneAndAnyUnit() {
        LevelSignal queue = OverloadSignals.level(() -> level, 100, 100).clock(clock);
        level = 101;

        assertThat(queue.getAsBoolean()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OverloadSignals.level(() -> 0, 100, 100.5))
                .withMessage("below: 100.5 (expected: finite and at most 100.0)");
    }

    @ParameterizedTest
    @CsvSource({"PT0S", "PT-1S", "PT24H0.000000001S"})
    void refusesIntervalsOutOfRange(Duration interval) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> signal.every(interval))
                .withMessage("interval: " + interval + " (expected: > PT0S and at most PT24H)");
    }

    @Test
    void takesTheLongestInterval() {
        LevelSignal daily = signal.every(ofDays(1));
        daily.getAsBoolean();
        clock.advance(ofDays(1).minusNanos(1));
        daily.getAsBoolean();
        assertThat(measured).hasValue(1);
        clock.advanceNanos(1);
        daily.getAsBoolean();
        assertThat(measured).hasValue(2);
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatNullPointerException().isThrownBy(() -> signal.every(null)).withMessage("interval");
        assertThatNullPointerException().isThrownBy(() -> signal.clock(null)).withMessage("clock");
        assertThatNullPointerException()
                .isThrownBy(() -> OverloadSignals.level(null, 1, 0))
                .withMessage("level");
    }
}
