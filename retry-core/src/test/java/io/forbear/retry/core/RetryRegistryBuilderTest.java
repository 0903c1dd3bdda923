package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ScriptedRandom;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a registry is given from outside reaches each of its services. */
class RetryRegistryBuilderTest {

    private static final RetryConfig TWICE =
            RetryConfig.of(Map.of("max-attempts", "2", "base-delay", "100ms", "jitter", "none"));

    private final ManualClock clock = new ManualClock();
    private int attempts;

    private void fails(Retry retry) {
        assertThat(catchThrowable(() -> retry.run(() -> {
                    attempts++;
                    throw new IOException("down");
                })))
                .hasMessage("down");
    }

    @Test
    void asyncCallsRunOnItsExecutorAndWaitOnItsScheduler() {
        ManualScheduler scheduler = new ManualScheduler(clock);
        List<Runnable> handed = new ArrayList<>();
        Retry retry = RetryRegistry.builder()
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(task -> {
                    handed.add(task);
                    task.run();
                }))
                .build(TWICE)
                .get("orders");

        CompletableFuture<String> future = retry.callAsync(() -> ++attempts == 1
                ? CompletableFuture.failedFuture(new IOException("down"))
                : CompletableFuture.completedFuture("done"));
        assertThat(future).isNotDone();
        assertThat(scheduler.delays()).containsExactly(Duration.ofMillis(100));
        scheduler.runAll();

        assertThat(future).isCompletedWithValue("done");
        assertThat(handed).isNotEmpty();
    }

    @Test
    void waitsAreDrawnFromItsRandomAndSleptByItsSleeper() {
        List<Long> slept = new ArrayList<>();
        Retry retry = RetryRegistry.builder()
                .runtime(r -> r.random(ScriptedRandom.always(0.25)).sleeper(slept::add))
                .build(RetryConfig.of(Map.of("max-attempts", "2", "base-delay", "100ms")))
                .get("orders");

        fails(retry);

        assertThat(slept).containsExactly(62_500_000L);
    }

    @Test
    void itsSignalStopsRetries() {
        boolean[] overloaded = {true};
        RetryRegistry registry = RetryRegistry.builder()
                .overloadSignal(() -> overloaded[0])
                .runtime(r -> r.sleeper(nanos -> {}))
                .build(TWICE);

        fails(registry.get("orders"));
        assertThat(attempts).isEqualTo(1);
        assertThat(registry.get("orders").snapshot().stopped(StopReason.OVERLOADED))
                .isEqualTo(1);
        overloaded[0] = false;
        fails(registry.get("users"));

        assertThat(attempts).isEqualTo(3);
    }

    /** Refuses every attempt. */
    private static final class ClosedGate implements AttemptGate {
        @Override
        public boolean isEngaged() {
            return true;
        }

        @Override
        public @Nullable Place enter() {
            return null;
        }

        @Override
        public void succeeded(int attempt) {}

        @Override
        public void failed(ErrorCategory category) {}
    }

    @Test
    void eachServiceHasAGateOfItsOwnByTheClockOfTheRegistry() {
        List<NanoClock> clocks = new ArrayList<>();
        RetryRegistry registry = RetryRegistry.builder()
                .gate(made -> {
                    clocks.add(made);
                    return new ClosedGate();
                })
                .runtime(r -> r.clock(clock))
                .build(TWICE);

        for (String service : List.of("orders", "users")) {
            Retry retry = registry.get(service);
            assertThat(catchThrowable(() -> retry.run(() -> attempts++))).isNotNull();
            assertThat(retry.snapshot().stopped(StopReason.RATE_LIMITED)).isEqualTo(1);
        }

        assertThat(attempts).isZero();
        assertThat(clocks).containsExactly(clock, clock);
    }

    @Test
    void namesWhatIsMissing() {
        RetryRegistry.Builder builder = RetryRegistry.builder();
        Map<String, Runnable> settings = Map.of(
                "listener", () -> builder.listener(null),
                "overloadSignal", () -> builder.overloadSignal(null),
                "gate", () -> builder.gate(null),
                "executor", () -> builder.runtime(r -> r.executor(null)),
                "scheduler", () -> builder.runtime(r -> r.scheduler(null)),
                "sleeper", () -> builder.runtime(r -> r.sleeper(null)),
                "clock", () -> builder.runtime(r -> r.clock(null)),
                "random", () -> builder.runtime(r -> r.random(null)),
                "config", () -> builder.build(null));

        settings.forEach((name, setting) ->
                assertThatNullPointerException().isThrownBy(setting::run).withMessage(name));
    }

    @Test
    void loadsTextOfEitherShape() {
        Properties properties = new Properties();
        properties.setProperty("max-attempts", "7");

        assertThat(RetryRegistry.load(properties).get("orders").policy().maxAttempts())
                .isEqualTo(7);
        assertThat(RetryRegistry.load(Map.of("max-attempts", "5"))
                        .get("orders")
                        .policy()
                        .maxAttempts())
                .isEqualTo(5);
    }

    @Test
    void readsPropertiesAgain() {
        RetryRegistry registry = RetryRegistry.builder().build(TWICE);
        Retry orders = registry.get("orders");
        Properties properties = new Properties();
        properties.setProperty("max-attempts", "9");

        registry.reload(RetryConfig.of(properties));

        assertThat(orders.policy().maxAttempts()).isEqualTo(9);
        assertThat(registry.get("users").policy().maxAttempts())
                .as("made later")
                .isEqualTo(9);
        assertThatNullPointerException()
                .isThrownBy(() -> registry.reload((RetryConfig) null))
                .withMessage("next");
    }
}
