package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every part that a builder can make, made by text. */
class PartsByTextTest {

    private static Map<String, String> map(String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings;
    }

    private static ServiceConfig config(String... keysAndValues) {
        return RetryConfig.of(map(keysAndValues)).service("orders");
    }

    private static RetryBudget.Spec budget(String... keysAndValues) {
        return config(keysAndValues).budget();
    }

    private static void assertRefused(String message, String... keysAndValues) {
        assertThatThrownBy(() -> config(keysAndValues)).hasMessage(message);
    }

    // ---- the policy

    @Test
    void attemptsByCategoryAndByCriticality() {
        RetryPolicy policy = config(
                        "max-attempts", "6",
                        "max-attempts.rate-limit", "4",
                        "service.orders.max_attempts.critical", "5",
                        "maxAttempts.sheddable", "1")
                .policy();

        assertThat(policy.maxAttempts()).isEqualTo(6);
        assertThat(policy.maxAttempts(ErrorCategory.RATE_LIMIT, Criticality.CRITICAL))
                .isEqualTo(4);
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.CRITICAL))
                .isEqualTo(5);
        assertThat(policy.maxAttempts(ErrorCategory.TIMEOUT, Criticality.SHEDDABLE))
                .isEqualTo(1);
    }

    @Test
    void whatIsRetriedByCategory() {
        RetryPolicy policy = config("retryable.client-error", "true", "retryable.timeout", "false")
                .policy();

        assertThat(policy.isRetryable(ErrorCategory.CLIENT_ERROR)).isTrue();
        assertThat(policy.isRetryable(ErrorCategory.TIMEOUT)).isFalse();
        assertThat(policy.isRetryable(ErrorCategory.TRANSIENT)).isTrue();
    }

    @Test
    void aBackoffOfACategoryHasItsOwnFormAndTheRestOfTheOthers() {
        RetryPolicy policy = config(
                        "base-delay", "50ms",
                        "max-delay", "5s",
                        "jitter", "full",
                        "base-delay.timeout", "2s",
                        "max-delay.timeout", "10s",
                        "strategy.timeout", "linear",
                        "jitter-factor.server-error", "0.3")
                .policy();
        Duration base = Duration.ofMillis(50);
        Duration max = Duration.ofSeconds(5);

        assertThat(policy.backoff()).isEqualTo(Backoff.exponential(base, max));
        assertThat(policy.backoff(ErrorCategory.TIMEOUT))
                .isEqualTo(Backoff.linear(Duration.ofSeconds(2), Duration.ofSeconds(10)));
        assertThat(policy.backoff(ErrorCategory.SERVER_ERROR))
                .isEqualTo(Backoff.exponential(base, max).jitter(Jitter.clamped(0.3)));
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT)).isEqualTo(Backoff.exponential(Duration.ofSeconds(1), max));
        assertThat(policy.backoff(ErrorCategory.NETWORK_ERROR)).isEqualTo(policy.backoff());
    }

    @Test
    void aDelayOfACategoryIsNoLongerThanTheMaximumThatIsWritten() {
        assertRefused(
                "max-delay: 1000ms (expected: >= base-delay.timeout, 5000ms)",
                "max-delay",
                "1s",
                "base-delay.timeout",
                "5s");
        assertRefused(
                "max-delay.timeout: 1000ms (expected: >= base-delay.timeout, 5000ms)",
                "max-delay.timeout",
                "1s",
                "base-delay.timeout",
                "5s");
        assertThat(config("base-delay.timeout", "1m")
                        .policy()
                        .backoff(ErrorCategory.TIMEOUT)
                        .max())
                .isEqualTo(Duration.ofMinutes(1));
        assertThat(config("max-delay.rate-limit", "10ms")
                        .policy()
                        .backoff(ErrorCategory.RATE_LIMIT)
                        .base())
                .isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void noDelayAtAll() {
        assertThat(config("strategy", "none").policy().backoff().max()).isZero();
        assertThat(config("strategy.timeout", "none")
                        .policy()
                        .backoff(ErrorCategory.TIMEOUT)
                        .max())
                .isZero();
    }

    @Test
    void theJittersThatTakeAFactor() {
        assertThat(config("jitter", "proportional", "jitter-factor", "0.2")
                        .policy()
                        .backoff()
                        .jitter())
                .isEqualTo(Jitter.proportional(0.2));
        assertThat(config("jitter-factor", "0.2", "service.orders.jitter", "clamped")
                        .policy()
                        .backoff()
                        .jitter())
                .isEqualTo(Jitter.clamped(0.2));
        assertRefused("jitter: proportional (expected: jitter-factor beside it)", "jitter", "proportional");
    }

    @Test
    void timeAndResults() {
        RetryPolicy policy = config(
                        "interrupt-on-timeout", "true",
                        "throw-failed-results", "true",
                        "max-pushback", "30s",
                        "pushback-beyond", "cut",
                        "max-pushback-over-backoff", "5s")
                .policy();

        assertThat(policy.isInterruptedOnTimeout()).isTrue();
        assertThat(policy.isFailedResultThrown()).isTrue();
        assertThat(policy.pushback().beyond()).isEqualTo(PushbackBeyond.CUT);
        assertThat(policy.pushback().maxNanos()).isEqualTo(30_000_000_000L);
        assertThat(policy.pushback().maxOverBackoffNanos()).isEqualTo(5_000_000_000L);
    }

    // ---- budgets

    @Test
    void aBudgetThatIsEarned() {
        assertThat(budget(
                        "retry-budget", "15%",
                        "retry-budget-window", "20s",
                        "retry-budget-per-failed-call", "0.05",
                        "retry-budget-burst", "5",
                        "retry-budget-rescue-credit", "0.5",
                        "retry-budget-timeout-cost", "3",
                        "retry-budget-reserve-for-critical", "10%",
                        "retry-budget-max-share-per-call", "0.5",
                        "retry-budget-cost.timeout", "2"))
                .isEqualTo(RetryBudgets.earned(0.15)
                        .window(Duration.ofSeconds(20))
                        .perFailedCall(0.05)
                        .burst(5)
                        .rescueCredit(0.5)
                        .timeoutCost(3)
                        .reserveForCritical(0.1)
                        .maxSharePerCall(0.5)
                        .cost(ErrorCategory.TIMEOUT, 2));
        assertThat(budget("retry-budget", "earned", "retry-budget-ratio", "0.3"))
                .isEqualTo(RetryBudgets.earned(0.3));
    }

    @Test
    void aShareOfTheSuccesses() {
        assertThat(budget(
                        "retry-budget", "ratio",
                        "retry-budget-ratio", "0.05",
                        "retry-budget-floor", "1.5",
                        "retry-budget-tokens", "1000",
                        "retry-budget-initial", "7",
                        "retry-budget-window", "30s",
                        "retry-budget-cost.rate-limit", "4"))
                .isEqualTo(RetryBudgets.ratio(0.05)
                        .minPerSecond(1.5)
                        .capacity(1000)
                        .initial(7)
                        .window(Duration.ofSeconds(30))
                        .cost(ErrorCategory.RATE_LIMIT, 4));
        assertThat(budget("retry-budget", "ratio", "retry-budget-ratio", "15 %"))
                .isEqualTo(RetryBudgets.ratio(0.15));
        assertRefused(
                "retry-budget-ratio: 10 (expected: at most 1 beside retry-budget ratio)",
                "retry-budget",
                "ratio",
                "retry-budget-ratio",
                "10");
        assertRefused(
                "retry-budget-initial: 1.5 (expected: whole tokens beside retry-budget ratio)",
                "retry-budget",
                "ratio",
                "retry-budget-initial",
                "1.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.1f", "1d", "0x1p-3", "NaN", "Infinity", "1e", "%", "--1", ".", ""})
    void whatOnlyJavaReadsAsANumberIsNone(String text) {
        assertRefused(
                "retry-budget-ratio: " + text + " (expected: a number from 0 to 1000 such as 0.1 or 10%)",
                "retry-budget",
                "ratio",
                "retry-budget-ratio",
                text);
        assertRefused("multiplier: " + text + " (expected: a number >= 1.0)", "multiplier", text);
    }

    @Test
    void aBucketOfTokens() {
        assertThat(budget(
                        "retry-budget", "token-bucket",
                        "retry-budget-tokens", "40",
                        "retry-budget-refill", "3 per 2s",
                        "retry-budget-initial", "0.5",
                        "retry-budget-reserve-for-critical", "0.25"))
                .isEqualTo(RetryBudgets.tokenBucket(40)
                        .refill(3, Duration.ofSeconds(2))
                        .initial(0.5)
                        .reserveForCritical(0.25));
        assertRefused(
                "retry-budget: token-bucket (expected: retry-budget-tokens beside it)", "retry-budget", "token-bucket");
    }

    @Test
    void aBudgetOfTheFleet() {
        assertThat(budget("retry-budget", "fleet")).isEqualTo(new FleetSpec(null, null, null, null, null, null, null));
        assertThat(budget(
                        "retry-budget", "fleet",
                        "fleet-budget", "users-eu",
                        "fleet-processes", "40",
                        "retry-budget-tokens", "2000",
                        "retry-budget-refill", "60 per 1m",
                        "retry-budget-ratio", "0.05",
                        "retry-budget-initial", "10",
                        "retry-budget-reserve-for-critical", "20%"))
                .isEqualTo(new FleetSpec("users-eu", 2000, 1.0, 0.05, 10, 0.2, 40));
        assertThat(budget("fleet-budget", "users-eu")).isInstanceOf(FleetSpec.class);
        assertRefused(
                "fleet-budget: users (expected: nothing beside retry-budget 10%)",
                "retry-budget", "10%", "fleet-budget", "users");
        assertRefused(
                "retry-budget-tokens: 2000000 (expected: at most 1000000 beside retry-budget fleet)",
                "retry-budget",
                "fleet",
                "retry-budget-tokens",
                "2000000");
        assertRefused(
                "retry-budget-window: 10s (expected: nothing beside fleet-budget users)",
                "fleet-budget",
                "users",
                "retry-budget-window",
                "10s");
    }

    @Test
    void theBudgetsOfOthers() {
        assertThat(budget(
                        "retry-budget", "aws_quota", "retry-budget-tokens", "250", "retry-budget-success-credit", "2"))
                .isEqualTo(RetryBudgets.awsQuota().capacity(250).successCredit(2));
        assertThat(budget("retry-budget", "aws-quota-classic")).isEqualTo(RetryBudgets.awsQuotaClassic());
        assertThat(budget("retry-budget", "grpc-throttle", "retry-budget-tokens", "20", "retry-budget-initial", "5"))
                .isEqualTo(RetryBudgets.grpcThrottle(20, 0.1).initial(5));
        assertThat(budget("retry-budget", "adaptive-throttle", "retry-budget-k", "1.5", "retry-budget-window", "1m"))
                .isEqualTo(RetryBudgets.adaptiveThrottle(1.5, Duration.ofMinutes(1)));
        assertThat(budget("retry-budget", "concurrency-share", "retry-budget-ratio", "0.25"))
                .isEqualTo(RetryBudgets.concurrencyShare(0.25, 3));
        assertThat(budget("retry-budget", "unlimited")).isEqualTo(RetryBudgets.unlimited());
    }

    @Test
    void aKeyOfAnotherKindOfBudgetIsAnError() {
        assertRefused(
                "retry-budget-burst: 5 (expected: nothing beside retry-budget 100 tokens)",
                "retry-budget",
                "100 tokens",
                "retry-budget-burst",
                "5");
        assertRefused(
                "retry-budget-tokens: 5 (expected: nothing beside retry-budget 100 tokens)",
                "retry-budget",
                "100 tokens",
                "retry-budget-tokens",
                "5");
        assertThat(RetryConfig.of(Map.of("retry-budget-burst", "5", "service.orders.retry-budget", "100 tokens"))
                        .service("orders")
                        .budget())
                .as("it is for the others")
                .isEqualTo(RetryBudgets.tokenBucket(100).refill(10, Duration.ofMinutes(1)));
    }

    @Test
    void settingsThatDoNotFitTogetherAreAnError() {
        assertThatThrownBy(
                        () -> config("retry-budget", "ratio", "retry-budget-floor", "100", "retry-budget-tokens", "10"))
                .hasMessageStartingWith("retry-budget: ratio (expected: settings that fit together: ");
        assertThatThrownBy(() -> config("circuit-breaker-window", "10 calls", "circuit-breaker-minimum-calls", "20"))
                .hasMessageStartingWith("circuit-breaker: on (expected: settings that fit together: minimumCalls: 20");
    }

    @Test
    void aBudgetOfEachClientForOneService() {
        RetryConfig config = RetryConfig.of(map(
                "max-budget", "50",
                "service.orders.client-budget", "7 tokens",
                "service.none.client-budget", "none"));

        assertThat(config.service("orders").ownClientBudget())
                .isEqualTo(RetryBudgets.tokenBucket(7).refill(10, Duration.ofMinutes(1)));
        assertThat(config.service("orders").hasClientBudget()).isFalse();
        assertThat(config.service("none").ownClientBudget()).isNull();
        assertThat(config.service("none").hasClientBudget()).isFalse();
        assertThat(config.service("other").hasClientBudget()).isTrue();
    }

    // ---- breaker and gate

    @Test
    void aBreakerWithAllItHas() {
        assertThat(config(
                                "circuit-breaker", "60%",
                                "circuit-breaker-window", "100 calls",
                                "circuit-breaker-minimum-calls", "30",
                                "circuit-breaker-error-rate", "90%",
                                "circuit-breaker-failures-in-a-row", "0",
                                "circuit-breaker-slow-calls", "50% over 2s",
                                "circuit-breaker-open-for", "2s",
                                "circuit-breaker-open-for-max", "1m",
                                "circuit-breaker-open-for-errors", "200ms",
                                "circuit-breaker-probes", "2 of 3",
                                "circuit-breaker-probe-timeout", "10s",
                                "circuit-breaker-slow-start", "4",
                                "circuit-breaker-counts", "TIMEOUT, server-error, rate_limit")
                        .circuitBreaker())
                .hasToString(CircuitBreakers.failureRate(0.6)
                        .window(100)
                        .minimumCalls(30)
                        .errorRate(0.9)
                        .failuresInARow(0)
                        .slowCallRate(0.5, Duration.ofSeconds(2))
                        .openFor(Backoff.exponential(Duration.ofSeconds(2), Duration.ofMinutes(1))
                                .jitter(Jitter.equal()))
                        .openForErrors(Duration.ofMillis(200))
                        .probes(3, 2)
                        .probeTimeout(Duration.ofSeconds(10))
                        .slowStart(4)
                        .counts(ErrorCategory.TIMEOUT, ErrorCategory.SERVER_ERROR, ErrorCategory.RATE_LIMIT)
                        .toString());
        assertThat(config("circuit-breaker-counts", "timeout").circuitBreaker())
                .isEqualTo(CircuitBreakers.standard().counts(ErrorCategory.TIMEOUT))
                .isNotEqualTo(CircuitBreakers.standard());
        assertRefused(
                "circuit-breaker-open-for-max: 1ms (expected: >= circuit-breaker-open-for, 1000ms)",
                "circuit-breaker-open-for-max",
                "1ms");
    }

    @Test
    void aGateOfTextReplacesThatOfTheBuilder() {
        assertThat(config().gate(AttemptGates.adaptive())).isNotNull();
        assertThat(config("gate", "none").gate(AttemptGates.adaptive())).isNull();
        assertThat(config("gate", "adaptive", "gate-min-per-second", "2", "gate-max-wait", "0")
                        .gate(null))
                .hasToString(AttemptGates.adaptive().minPerSecond(2).failFast().toString());
    }

    // ---- all services together

    @Test
    void whatHoldsForAllServicesTogether() {
        RetryConfig config =
                RetryConfig.of(map("top-clients", "3", "logging", "with-clients", "overload-heap-usage", "99%, 98%"));

        assertThat(config.topClients(10)).isEqualTo(3);
        assertThat(config.isLogged()).isTrue();
        assertThat(config.isLoggedWithClients()).isTrue();
        assertThat(config.overloadSignal()).isNotNull();
        assertThat(RetryConfig.of(Map.of()).topClients(7)).isEqualTo(7);
        assertThat(RetryConfig.of(Map.of()).isLogged()).isFalse();
        assertThat(RetryConfig.of(Map.of()).overloadSignal()).isNull();
        assertThatThrownBy(() -> RetryConfig.of(Map.of("overload-cpu-load", "80%, 90%")))
                .hasMessageStartingWith("overload-cpu-load: 80%, 90% (expected: a share between 0 and 1");
    }
}
