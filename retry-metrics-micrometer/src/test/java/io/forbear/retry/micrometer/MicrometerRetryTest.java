package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.error.ErrorCategory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

        assertThat(counted("forbear.calls")).isEqualTo(script.calls.get()).isEqualTo(450);
        assertThat(counted("forbear.attempts")).isEqualTo(script.attempts.get());
        assertThat(counted("forbear.calls", "outcome", "success")).isEqualTo(script.firstTry.get());
        assertThat(counted("forbear.calls", "outcome", "recovered")).isEqualTo(script.recovered.get());
        for (StopReason reason : StopReason.values()) {
            assertThat(counted("forbear.calls", "outcome", "failure", "reason", Words.of(reason)))
                    .describedAs("%s", reason)
                    .isEqualTo(script.stopped.getOrDefault(reason, 0L).doubleValue());
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(counted("forbear.failed.attempts", "category", Words.of(category)))
                    .describedAs("%s", category)
                    .isEqualTo(script.failed.getOrDefault(category, 0L).doubleValue());
        }
        assertThat(counted("forbear.delay")).isEqualTo(script.waitedNanos() / 1e9);
        assertThat(shown("forbear.amplification")).isEqualTo((double) script.attempts.get() / script.calls.get());
        assertThat(counted("forbear.retries", "result", "rescued")).isEqualTo(script.recovered.get());
        assertThat(counted("forbear.retries"))
                .isEqualTo(script.attempts.get() - script.calls.get())
                .isGreaterThan(script.recovered.get());
    }

    @Test
    void anOpenBreakerShowsAsStateTransitionAndRefusedCalls() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .circuitBreaker(CircuitBreakers.failureRate(0.5).minimumCalls(2))
                .build();
        assertThat(shown("forbear.breaker.state", "state", "closed")).isEqualTo(1);

        for (int i = 0; i < 10; i++) {
            script.blocking(users, 9, ErrorCategory.SERVER_ERROR, StopReason.CIRCUIT_OPEN);
        }

        assertThat(shown("forbear.breaker.state", "state", "open")).isEqualTo(1);
        assertThat(shown("forbear.breaker.state", "state", "closed")).isZero();
        assertThat(counted("forbear.breaker.transitions", "state", "open")).isEqualTo(1);
        assertThat(counted("forbear.calls", "reason", "circuit_open")).isEqualTo(10);
        assertThat(counted("forbear.calls", "outcome", "refused", "reason", "circuit_open"))
                .describedAs("calls of which the service heard nothing")
                .isEqualTo(9);
        assertThat(counted("forbear.calls", "outcome", "failure", "reason", "circuit_open"))
                .isEqualTo(1);
        assertThat(shown("forbear.breaker.not.closed")).isEqualTo(1);
        assertThat(shown("forbear.breaker.window.calls")).isEqualTo(2);
        assertThat(shown("forbear.breaker.failure.rate")).isEqualTo(1);
        assertThat(shown("forbear.breaker.slow.rate")).isZero();
        assertThat(counted("forbear.retries")).isEqualTo(script.attempts.get() - 1);
        assertThat(registry.get("forbear.events")
                        .tag("kind", "breaker_opened")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(counted("forbear.attempts")).isEqualTo(script.attempts.get()).isLessThan(10);
        assertThat(shown("forbear.budget.balance")).describedAs("no budget").isNaN();
    }

    @Test
    void aBudgetShowsItsBalanceCapacityAndRefusals() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .budget(RetryBudgets.tokenBucket(2))
                .build();
        script.blocking(users, 9, ErrorCategory.SERVER_ERROR, StopReason.BUDGET_EXHAUSTED);

        assertThat(shown("forbear.budget.capacity")).isEqualTo(2);
        assertThat(shown("forbear.budget.left")).isEqualTo(shown("forbear.budget.balance") / 2);
        assertThat(shown("forbear.budget.balance")).isBetween(0.0, 1.0);
        assertThat(counted("forbear.budget.denied")).isEqualTo(1);
        for (CircuitBreaker.State state : CircuitBreaker.State.values()) {
            assertThat(shown("forbear.breaker.state", "state", Words.of(state))).isZero();
        }
    }

    @Test
    void amplificationIsThatOfTheLastMinute() {
        Retry users = users(MicrometerRetry.bindTo(registry));
        script.blocking(users, 9, ErrorCategory.SERVER_ERROR, StopReason.ATTEMPTS_EXHAUSTED);
        for (int second = 0; second < 30; second++) {
            assertThat(shown("forbear.amplification")).isEqualTo(4);
        }
        for (int call = 0; call < 3; call++) {
            script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        }
        assertThat(shown("forbear.amplification")).isEqualTo(7 / 4.0);

        for (int second = 0; second < 40; second++) {
            shown("forbear.amplification");
        }
        script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        assertThat(shown("forbear.amplification"))
                .describedAs("the call that was attempted four times is forgotten")
                .isEqualTo(1);
        for (int second = 0; second < 70; second++) {
            shown("forbear.amplification");
        }
        assertThat(shown("forbear.amplification")).describedAs("no call").isNaN();
    }

    @Test
    void callsThatAnOuterLayerRepeatsAreCountedByItsAttempt() {
        Retry users = users(MicrometerRetry.bindTo(registry));
        for (int attempt : new int[] {1, 2, 2, 3, 4, 9}) {
            users.with(CallOptions.defaults().upstreamAttempt(attempt)).call(() -> "done");
        }
        assertThatThrownBy(() -> users.with(CallOptions.defaults().upstreamAttempt(2))
                        .call(() -> {
                            throw new Script.Failed(ErrorCategory.CLIENT_ERROR);
                        }))
                .isInstanceOf(Script.Failed.class);

        assertThat(counted("forbear.repeated.calls", "upstream", "2")).isEqualTo(3);
        assertThat(counted("forbear.repeated.calls", "upstream", "3")).isEqualTo(1);
        assertThat(counted("forbear.repeated.calls", "upstream", "4+")).isEqualTo(2);
        assertThat(users.snapshot().repeatedCalls()).isEqualTo(6);
        assertThat(counted("forbear.calls")).isEqualTo(7);
    }

    @Test
    void aPauseShowsUntilItEnds() {
        Retry users = users(MicrometerRetry.bindTo(registry));
        assertThat(shown("forbear.paused")).isZero();
        users.operations().pauseRetries(Duration.ofMinutes(1), "alice", "INC-7");
        assertThat(shown("forbear.paused")).isEqualTo(1);
        users.operations().resumeRetries("alice", "done");
        assertThat(shown("forbear.paused")).isZero();
        assertThat(registry.get("forbear.events")
                        .tag("kind", "switched")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void theHashIsThatOfTheConfigurationAlone() {
        RetryConfig config = RetryConfig.of(Map.of("service.users.max-attempts", "3"));
        RetryConfig other = RetryConfig.of(Map.of("service.users.max-attempts", "4"));
        try (RetryRegistry services = RetryRegistry.builder()
                .listener(MicrometerRetry.bindTo(registry))
                .build(config)) {
            services.get("users");
            double before = hash("users");
            assertThat(before).isBetween(0.0, (double) Integer.MAX_VALUE);

            services.reload(other);
            assertThat(hash("users")).isNotEqualTo(before);
            services.reload(config);
            assertThat(hash("users")).isEqualTo(before);
            assertThat(registry.get("forbear.events")
                            .tag("kind", "reloaded")
                            .counter()
                            .count())
                    .isEqualTo(2);
        }
    }

    private double hash(String service) {
        return shown("forbear.configuration.hash", "retry.service", service);
    }

    @Test
    void prefixAndTagAreThoseThatAreAskedFor() {
        Retry users = script.named(
                        "users",
                        MicrometerRetry.builder(registry)
                                .prefix("acme.retries")
                                .serviceTag("target")
                                .standardBuckets()
                                .build())
                .listener(MicrometerRetry.bindTo(registry))
                .build();
        script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);

        assertThat(counted("acme.retries.calls", "target", "users")).isEqualTo(1);
        assertThat(counted("forbear.calls", "retry.service", "users")).isEqualTo(1);
        assertThat(registry.get("acme.retries.call.duration")
                        .tag("outcome", "success")
                        .timer()
                        .takeSnapshot()
                        .histogramCounts())
                .hasSize(12);
        users.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void metersGoWhenTheLastRetryOfTheirNameIsClosed() {
        RetryListener listener = MicrometerRetry.builder(registry).durations().build();
        Retry first = users(listener);
        Retry second = users(MicrometerRetry.bindTo(registry));
        script.blocking(first, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        script.blocking(second, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        assertThat(counted("forbear.calls")).isEqualTo(2);

        first.close();
        assertThat(counted("forbear.calls"))
                .describedAs("a counter never falls")
                .isEqualTo(2);

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
        assertThat(counted("forbear.calls")).isZero();
        script.blocking(replacement, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);
        assertThat(counted("forbear.calls")).isEqualTo(1);
    }

    @Test
    void twoListenersOnOneRegistryCountOnce() {
        Retry users = script.named("users", MicrometerRetry.bindTo(registry))
                .listener(MicrometerRetry.bindTo(registry))
                .build();
        script.blocking(users, 0, ErrorCategory.TRANSIENT, StopReason.FATAL);

        assertThat(counted("forbear.calls")).isEqualTo(1);
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

        assertThat(registry.get("forbear.call.duration")
                        .tag("outcome", "success")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("forbear.call.duration")
                        .tag("outcome", "recovered")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("forbear.call.duration")
                        .tag("outcome", "failure")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("forbear.attempt.duration").timers().stream()
                        .mapToLong(t -> t.count())
                        .sum())
                .isEqualTo(script.attempts.get());
        assertThat(registry.get("forbear.attempt.duration")
                        .tags("attempt", "4+", "outcome", "failure")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("forbear.delay.duration").timer().totalTime(TimeUnit.NANOSECONDS))
                .isEqualTo(script.waitedNanos());
        assertThat(registry.get("forbear.call.attempts").summary().totalAmount())
                .isEqualTo(script.attempts.get());
        assertThat(registry.get("forbear.call.duration")
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
        assertThat(registry.getMeters())
                .allMatch(meter -> meter instanceof FunctionCounter
                        || meter instanceof Gauge
                        || meter.getId().getName().equals("forbear.events"));
    }

    @Test
    void everyMeterIsNamedAndDescribed() {
        users(MicrometerRetry.builder(registry).durations().build());
        List<Meter> own = registry.getMeters().stream()
                .filter(meter -> !meter.getId().getName().endsWith(".histogram"))
                .toList();
        assertThat(own).hasSizeGreaterThan(50).allSatisfy(meter -> {
            Meter.Id id = meter.getId();
            assertThat(id.getName()).matches("forbear(\\.[a-z]+)+");
            assertThat(id.getDescription()).isNotBlank();
            assertThat(id.getTag("retry.service")).isEqualTo("users");
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
        assertThatThrownBy(
                        () -> MicrometerRetry.builder(registry).prefix("acme_").build())
                .hasMessage("prefix: acme_ (expected: words of a to z and 0 to 9 with dots between)");
        assertThatThrownBy(
                        () -> MicrometerRetry.builder(registry).serviceTag("").build())
                .hasMessage("serviceTag:  (expected: words of a to z and 0 to 9 with dots between)");
        assertThatThrownBy(() -> MicrometerRetry.builder(registry)
                        .serviceLevelObjectives(Duration.ZERO)
                        .build())
                .hasMessage("serviceLevelObjectives: PT0S (expected: > PT0S)");
    }
}
