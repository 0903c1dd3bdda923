package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MicrometerRetryTest {

    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
    private final Script script = new Script();

    private Retry users(RetryListener listener) {
        return script.named("users", listener).build();
    }

    private double counted(String name, String... tags) {
        clock.add(Duration.ofSeconds(1));
        return registry.get(name).tags(tags).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private double shown(String name, String... tags) {
        clock.add(Duration.ofSeconds(1));
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    void countsOfEveryEndAgreeWithTheCallersTally() {
        Retry users = users(MicrometerRetry.bindTo(registry));

        for (int round = 0; round < 50; round++) {
            script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
            script.blocking(users, round % 4, ErrorCategory.SERVER_ERROR, StopReason.FATAL);
            script.blocking(users, 9, ErrorCategory.TIMEOUT, StopReason.ATTEMPTS_EXHAUSTED);
            script.blocking(users, 1, ErrorCategory.CLIENT_ERROR, StopReason.NOT_RETRYABLE);
            script.asynchronous(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
            script.asynchronous(users, round % 3, ErrorCategory.NETWORK_ERROR, StopReason.FATAL);
            script.asynchronous(users, 9, ErrorCategory.RATE_LIMIT, StopReason.ATTEMPTS_EXHAUSTED);
            script.asynchronous(users, 1, ErrorCategory.CLIENT_ERROR, StopReason.NOT_RETRYABLE);
            script.cancelled(users);
        }

        assertThat(counted("retry.calls")).isEqualTo(script.calls.get()).isEqualTo(450);
        assertThat(counted("retry.attempts")).isEqualTo(script.attempts.get());
        assertThat(counted("retry.calls", "outcome", "success")).isEqualTo(script.firstTry.get());
        assertThat(counted("retry.calls", "outcome", "recovered")).isEqualTo(script.recovered.get());
        for (StopReason reason : StopReason.values()) {
            assertThat(counted("retry.calls", "outcome", "failure", "reason", Words.of(reason)))
                    .describedAs("%s", reason)
                    .isEqualTo(script.stopped.getOrDefault(reason, 0L).doubleValue());
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(counted("retry.failed.attempts", "category", Words.of(category)))
                    .describedAs("%s", category)
                    .isEqualTo(script.failed.getOrDefault(category, 0L).doubleValue());
        }
        assertThat(counted("retry.delay")).isEqualTo(script.waitedNanos() / 1e9);
        assertThat(shown("retry.amplification")).isEqualTo((double) script.attempts.get() / script.calls.get());
    }

    @Test
    void anOpenBreakerShowsAsStateTransitionAndRefusedCalls() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(2))
                .build();
        assertThat(shown("retry.breaker.state", "state", "closed")).isEqualTo(1);

        for (int i = 0; i < 10; i++) {
            script.blocking(users, 9, ErrorCategory.SERVER_ERROR, StopReason.CIRCUIT_OPEN);
        }

        assertThat(shown("retry.breaker.state", "state", "open")).isEqualTo(1);
        assertThat(shown("retry.breaker.state", "state", "closed")).isZero();
        assertThat(counted("retry.breaker.transitions", "state", "open")).isEqualTo(1);
        assertThat(counted("retry.calls", "reason", "circuit_open")).isEqualTo(10);
        assertThat(counted("retry.attempts")).isEqualTo(script.attempts.get()).isLessThan(10);
        assertThat(shown("retry.budget.balance")).describedAs("no budget").isNaN();
    }

    @Test
    void aBudgetShowsItsBalanceCapacityAndRefusals() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .budget(RetryBudgets.tokenBucket(2))
                .build();
        script.blocking(users, 9, ErrorCategory.SERVER_ERROR, StopReason.BUDGET_EXHAUSTED);

        assertThat(shown("retry.budget.capacity")).isEqualTo(2);
        assertThat(shown("retry.budget.balance")).isBetween(0.0, 1.0);
        assertThat(counted("retry.budget.denied")).isEqualTo(1);
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            assertThat(shown("retry.breaker.state", "state", Words.of(state))).isZero();
        }
    }

    @Test
    void metersGoWhenTheLastRetryOfTheirNameIsClosed() {
        RetryListener listener = MicrometerRetry.builder(registry).durations().build();
        Retry first = users(listener);
        Retry second = users(MicrometerRetry.bindTo(registry));
        script.blocking(first, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        script.blocking(second, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        assertThat(counted("retry.calls")).isEqualTo(2);

        first.close();
        assertThat(counted("retry.calls")).describedAs("a counter never falls").isEqualTo(2);

        second.close();
        second.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aRetryThatReplacesAnotherIsReadNotTheOldOne() {
        RetryListener listener = MicrometerRetry.bindTo(registry);
        Retry old = users(listener);
        script.blocking(old, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        old.close();

        Retry replacement = users(listener);
        assertThat(counted("retry.calls")).isZero();
        script.blocking(replacement, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        assertThat(counted("retry.calls")).isEqualTo(1);
    }

    @Test
    void twoListenersOnOneRegistryCountOnce() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .listener(MicrometerRetry.bindTo(registry))
                .build();
        script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);

        assertThat(counted("retry.calls")).isEqualTo(1);
    }

    @Test
    void timersHoldEveryCallAttemptAndDelay() {
        Retry users = users(MicrometerRetry.builder(registry)
                .serviceLevelObjectives(Duration.ofSeconds(1))
                .build());
        script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        script.blocking(users, 2, ErrorCategory.TRANSIENT, StopReason.FATAL);
        script.blocking(users, 9, ErrorCategory.TRANSIENT, StopReason.ATTEMPTS_EXHAUSTED);
        script.cancelled(users);

        assertThat(registry.get("retry.call.duration")
                        .tag("outcome", "success")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("retry.call.duration")
                        .tag("outcome", "recovered")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("retry.call.duration")
                        .tag("outcome", "failure")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("retry.attempt.duration").timers().stream()
                        .mapToLong(t -> t.count())
                        .sum())
                .isEqualTo(script.attempts.get());
        assertThat(registry.get("retry.attempt.duration")
                        .tags("attempt", "4+", "outcome", "failure")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("retry.delay.duration").timer().totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(script.waitedNanos());
        assertThat(registry.get("retry.call.attempts").summary().totalAmount()).isEqualTo(script.attempts.get());
        assertThat(registry.get("retry.call.duration")
                        .tag("outcome", "success")
                        .timer()
                        .takeSnapshot()
                        .histogramCounts())
                .hasSize(1);
    }

    @Test
    void withoutDurationsNoCallIsObserved() {
        assertThat(MicrometerRetry.bindTo(registry).observesEveryCall()).isFalse();
        users(MicrometerRetry.bindTo(registry));
        assertThat(registry.getMeters()).allMatch(meter -> meter instanceof FunctionCounter || meter instanceof Gauge);
    }

    @Test
    void everyMeterIsNamedAndDescribed() {
        users(MicrometerRetry.builder(registry).durations().build());
        List<Meter> own = registry.getMeters().stream()
                .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                .toList();
        assertThat(own).hasSizeGreaterThan(50).allSatisfy(meter -> {
            Meter.Id id = meter.getId();
            assertThat(id.getName()).matches("retry(\\.[a-z]+)+");
            assertThat(id.getDescription()).isNotBlank();
            assertThat(id.getTag("service")).isEqualTo("users");
        });
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(
                        () -> MicrometerRetry.builder(registry).maxServices(0).build())
                .hasMessage("maxServices: 0 (expected: >= 1)");
        assertThatThrownBy(() -> MicrometerRetry.builder(registry)
                        .maxAge(Duration.ofNanos(-1))
                        .build())
                .hasMessage("maxAge: PT-0.000000001S (expected: PT0S to PT24H)");
        assertThatThrownBy(() -> MicrometerRetry.builder(registry)
                        .serviceLevelObjectives(Duration.ZERO)
                        .build())
                .hasMessage("serviceLevelObjectives: PT0S (expected: > PT0S)");
    }
}
