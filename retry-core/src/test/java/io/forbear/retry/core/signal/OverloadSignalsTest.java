package io.forbear.retry.core.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.testkit.ManualClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OverloadSignalsTest {

    private interface Door extends BiFunction<Double, Double, LevelSignal> {}

    private final AtomicInteger asked = new AtomicInteger();
    private final BooleanSupplier free = () -> asked.incrementAndGet() < 0;
    private final BooleanSupplier full = () -> asked.incrementAndGet() > 0;
    private final BooleanSupplier broken = () -> {
        asked.incrementAndGet();
        throw new IllegalStateException("no bean");
    };

    static Stream<Door> fractions() {
        return Stream.of(OverloadSignals::cpuLoad, OverloadSignals::systemCpuLoad, OverloadSignals::heapUsage);
    }

    static Stream<DoubleSupplier> beans() {
        return Stream.of(Beans.processCpuLoad(), Beans.systemCpuLoad(), Beans.heapUsage());
    }

    @ParameterizedTest
    @MethodSource("fractions")
    void refusesFractionsOutOfRange(Door door) {
        for (double above : new double[] {0, -0.1, 1, 80, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.apply(above, 0.5))
                    .withMessage("above: " + above + " (expected: more than 0 and less than 1)");
        }
        for (double below : new double[] {0, -0.1, 0.81, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> door.apply(0.8, below))
                    .withMessage("below: " + below + " (expected: more than 0 and at most 0.8)");
        }
        assertThat(door.apply(0.8, 0.8)).isNotNull();
    }

    /** The real beans: what they say is a share, or not known. */
    @ParameterizedTest
    @MethodSource("beans")
    void theBeansOfTheJdkSayAShare(DoubleSupplier bean) {
        assertThat(bean.getAsDouble()).satisfiesAnyOf(level -> assertThat(level).isNaN(), level -> assertThat(level)
                .isBetween(0.0, 1.0));
    }

    @Test
    void theHeapThatATestKeepsIsSeenAfterACollection() {
        byte[] kept = new byte[8 << 20];
        System.gc();

        double usage = Beans.heapUsage().getAsDouble();

        assertThat(usage)
                .isGreaterThanOrEqualTo(
                        (double) kept.length / Runtime.getRuntime().maxMemory())
                .isLessThan(1);
        assertThat(OverloadSignals.heapUsage(usage / 4, usage / 8).getAsBoolean())
                .isTrue();
    }

    @Test
    void whatABeanDoesNotKnowIsNoLevel() {
        assertThat(Beans.known(-1)).isNaN();
        assertThat(Beans.known(0)).isZero();
        assertThat(Beans.share(1, -1)).isNaN();
        assertThat(Beans.share(1, 0)).isNaN();
        assertThat(Beans.share(1, 4)).isEqualTo(0.25);
    }

    @Test
    void saysWhichModuleIsAbsent() {
        for (Throwable absent : List.of(new NoClassDefFoundError(), new IllegalArgumentException())) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> OverloadSignals.measured("cpuLoad", "jdk.management", () -> {
                        throw sneaky(absent);
                    }))
                    .withMessage("cpuLoad: module jdk.management is absent"
                            + " (expected: required by the application, or --add-modules jdk.management)")
                    .withCause(absent);
        }
    }

    private static RuntimeException sneaky(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return (RuntimeException) thrown;
    }

    @Test
    void anyOfAsksUntilOneIsEngaged() {
        assertThat(OverloadSignals.anyOf(free, full, free).getAsBoolean()).isTrue();
        assertThat(asked).hasValue(2);
        assertThat(OverloadSignals.anyOf(free, free).getAsBoolean()).isFalse();
        assertThat(asked).hasValue(4);
    }

    @Test
    void oneThatThrowsHidesNoneOfTheOthers() {
        assertThat(OverloadSignals.anyOf(broken, full).getAsBoolean()).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> OverloadSignals.anyOf(broken, free).getAsBoolean())
                .withMessage("no bean");
        assertThat(asked).hasValue(4);
    }

    @Test
    void oneThatThrowsAnErrorHidesNoneOfTheOthersEither() {
        BooleanSupplier failing = () -> {
            throw new NoClassDefFoundError("of the test");
        };

        assertThat(OverloadSignals.anyOf(failing, full).getAsBoolean()).isTrue();
        assertThatExceptionOfType(NoClassDefFoundError.class)
                .isThrownBy(() -> OverloadSignals.anyOf(failing, free).getAsBoolean());
    }

    @Test
    void anyOfKeepsTheSignalsThatItWasGiven() {
        BooleanSupplier[] given = {full};
        BooleanSupplier any = OverloadSignals.anyOf(given);
        given[0] = free;

        assertThat(any.getAsBoolean()).isTrue();
    }

    @Test
    void anyOfNeedsSignals() {
        assertThatIllegalArgumentException()
                .isThrownBy(OverloadSignals::anyOf)
                .withMessage("signals: 0 (expected: at least 1)");
        assertThatNullPointerException().isThrownBy(() -> OverloadSignals.anyOf(free, null));
    }

    @Test
    void retriesStopWhileTheLevelIsHighAndGoOnWhenItHasFallen() {
        ManualClock clock = new ManualClock();
        double[] level = {0.9};
        Retry retry = Retries.named("users")
                .policy(RetryPolicy.builder().backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .overloadSignal(OverloadSignals.level(() -> level[0], 0.8, 0.6).clock(clock))
                .build();

        assertThat(attemptsOf(retry)).isEqualTo(1);
        level[0] = 0.5;
        assertThat(attemptsOf(retry)).as("measured a moment ago").isEqualTo(1);
        clock.advanceMillis(1_000);
        assertThat(attemptsOf(retry)).isEqualTo(3);

        assertThat(retry.snapshot().stopped(StopReason.OVERLOADED)).isEqualTo(2);
    }

    private int attemptsOf(Retry retry) {
        asked.set(0);
        catchThrowable(() -> retry.run(() -> {
            asked.incrementAndGet();
            throw new IOException("down");
        }));
        return asked.get();
    }
}
