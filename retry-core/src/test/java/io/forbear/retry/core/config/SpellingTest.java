package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How keys and values may be written, and what an error says where they are not. */
class SpellingTest {

    private static ServiceConfig config(String key, String value) {
        return RetryConfig.of(Map.of(key, value)).service("orders");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-attempts",
                "max_attempts",
                "maxAttempts",
                "maxattempts",
                "MAX_ATTEMPTS",
                "max.attempts",
                "default.maxAttempts",
                "default.max.attempts",
                "service.orders.maxAttempts",
                "service.orders.MAX_ATTEMPTS",
                "service.orders.max.attempts"
            })
    void aKeyIsTheSameInEverySpelling(String key) {
        assertThat(config(key, "7").policy().maxAttempts()).isEqualTo(7);
    }

    @Test
    void aServiceMayHaveDotsAndTheWordsOfAKeyInItsName() {
        RetryConfig config = RetryConfig.of(
                Map.of("service.eu.max.jitter", "none", "service.eu.max.circuit.breaker.open.for", "2s"));

        assertThat(config.services()).containsExactly("eu.max");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-atempts | max-attempts",
                "maxAtempts | max-attempts",
                "service.orders.MAX_ATTEMTPS | max-attempts",
                "retry-bugdet | retry-budget",
                "jiter | jitter",
                "circuitbraker | circuit-breaker",
                "default.stratgy | strategy",
                "max-dely | max-delay"
            })
    void anUnknownKeyIsAnsweredWithTheNearest(String key, String meant) {
        assertThatThrownBy(() -> config(key, "3"))
                .hasMessage(key + ": 3 (expected: a known key; did you mean " + meant + "?)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders.max-attempts | max-attempts, or service.orders.max-attempts",
                "defaults.deadline | deadline, or service.defaults.deadline",
                "orders.base-delay.rate-limit | base-delay.rate-limit, or service.orders.base-delay.rate-limit",
                "orders.logging | logging"
            })
    void aKnownKeyAfterUnknownWordsIsAnsweredWithItsPlaces(String key, String meant) {
        assertThatThrownBy(() -> config(key, "3"))
                .hasMessage(key + ": 3 (expected: a known key; did you mean " + meant + "?)");
    }

    @ParameterizedTest
    @CsvSource({
        "base_delay_ms, 200, base-delay, 200ms",
        "BASE_DELAY_MS, 200, base-delay, 200ms",
        "baseDelayMs, 200, base-delay, 200ms",
        "max_delay_ms, 5000, max-delay, 5s",
        "base_delay_ms.rate_limit, 5000, base-delay.rate-limit, 5s",
        "deadline_ms, 1500, deadline, 1500ms",
        "backoff_multiplier, 3.0, multiplier, 3",
        "jitter_factor, 0.50, jitter-factor, 0.5",
        "strategy, exponential_backoff, strategy, exponential",
        "strategy, linear_backoff, strategy, linear",
        "strategy, FIXED_DELAY, strategy, fixed",
        "strategy, adaptive, strategy, adaptive",
        "enabled, False, enabled, false",
        "max_budget, 100, max-budget, 100",
        "replenishment_rate_per_minute, 10.0, replenishment-rate, 10"
    })
    void theNamesOfTheSpecificationAreKeysToo(String key, String value, String ours, String canonical) {
        assertThat(RetryConfig.of(Map.of(key, value)).toMap()).containsExactly(Map.entry(ours, canonical));
        assertThat(RetryConfig.of(Map.of("default_retry_config", Map.of(key, value)))
                        .toMap())
                .containsExactly(Map.entry(ours, canonical));
    }

    @Test
    void mapsMayBeNestedAsTheSpecificationHasThem() {
        RetryConfig config = RetryConfig.of(Map.of(
                "budget_config", Map.of("max_budget", 50, "replenishment_rate_per_minute", 2.5),
                "default_retry_config", Map.of("max_attempts", 4),
                "service_configs",
                        Map.of(
                                "user_service", Map.of("base_delay_ms", 200, "retry-on", List.of("a.B", "a.C")),
                                "eu.users", Map.of("max-attempts", Map.of("rate-limit", 2), "enabled", false))));

        assertThat(config.toMap())
                .containsOnly(
                        Map.entry("max-budget", "50"),
                        Map.entry("replenishment-rate", "2.5"),
                        Map.entry("max-attempts", "4"),
                        Map.entry("service.user_service.base-delay", "200ms"),
                        Map.entry("service.user_service.retry-on", "a.B, a.C"),
                        Map.entry("service.eu.users.max-attempts.rate-limit", "2"),
                        Map.entry("service.eu.users.enabled", "false"));
        assertThatThrownBy(() -> RetryConfig.of(Map.of("service_configs", Map.of("a", Map.of("base_dely_ms", 3)))))
                .hasMessage("service_configs.a.base_dely_ms: 3 (expected: a known key; did you mean base-delay?)");
        assertThatThrownBy(() -> RetryConfig.of(Map.of("service_configs", Map.of("a", Map.of("max_budget", 3)))))
                .hasMessage(
                        "service_configs.a.max_budget: 3 (expected: not for one service: write max-budget for all)");
    }

    @Test
    void oneKeyIsWrittenOnceInAnySpelling() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("base-delay", "1s", "base_delay_ms", "200")))
                .hasMessage("base_delay_ms: 200 (expected: once; it is also written as base-delay: 1s)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resilience4j.retry.instances.orders.waitDuration | service.orders.base-delay",
                "resilience4j.retry.instances.orders.max-attempts | service.orders.max-attempts",
                "resilience4j.retry.configs.default.exponentialMaxWaitDuration | max-delay",
                "resilience4j.circuitbreaker.backends.a.b.slidingWindowSize | service.a.b.circuit-breaker-window",
                "spring.rabbitmq.listener.simple.retry.initial-interval | base-delay",
                "initialInterval | base-delay",
                "maxInterval | max-delay",
                "noRetryFor | never-on",
                "includes | retry-on",
                "ignoreExceptions | never-on",
                "slowCallRateThreshold | circuit-breaker-slow-calls",
                "initialBackoff | base-delay",
                "tokenRatio | retry-budget-ratio",
                "retry_mode | preset",
                "waitDuration | base-delay",
                "service.orders.wait-duration | base-delay",
                "maxRetries | max-attempts, which counts the first attempt too",
                "failureRateThreshold | circuit-breaker"
            })
    void aKeyOfAnotherLibraryIsAnsweredWithOurs(String key, String ours) {
        assertThatThrownBy(() -> config(key, "3"))
                .hasMessage(key + ": 3 (expected: a known key; that is " + ours + ")");
    }

    @Test
    void aLetterThatIsNotOfAsciiMakesAnotherKey() {
        assertThatThrownBy(() -> config("multipl\u0131er", "2")).hasMessageContaining("did you mean multiplier?");
        assertThatThrownBy(() -> config("brea\u212Aer", "2")).hasMessageContaining("expected: ");
        assertThatThrownBy(() -> config("str\u00C4tegy", "linear")).hasMessageContaining("did you mean strategy?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "on", "TRUE"})
    void aBreakerIsSwitchedOnByWords(String text) {
        assertThat(config("circuit-breaker", text).circuitBreaker()).isEqualTo(CircuitBreakers.standard());
    }

    @ParameterizedTest
    @CsvSource({"50%, 0.5", "12.5%, 0.125", "100%, 1", "1, 1", " 0.5 , 0.5"})
    void aBreakerIsSwitchedOnByRates(String text, double rate) {
        assertThat(config("circuit-breaker", text).circuitBreaker()).isEqualTo(CircuitBreakers.failureRate(rate));
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "off", "False"})
    void aBreakerIsSwitchedOffByWords(String text) {
        assertThat(config("circuit-breaker", text).circuitBreaker()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "0", "0%", "101%", "1.01", "-1", "%", "yes", "NaN"})
    void refusesWhatIsNoFailureRate(String text) {
        assertThatThrownBy(() -> config("circuit-breaker", text))
                .hasMessage("circuit-breaker: " + text
                        + " (expected: on, off, or a failure rate from 0.000001 to 1 such as 0.5 or 50%)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "20 tokens", "20tokens", "20 TOKENS"})
    void tokensAreAWholeNumberWithOrWithoutTheirUnit(String text) {
        assertThat(config("retry-budget", text).budget())
                .isEqualTo(RetryBudgets.tokenBucket(20).refill(10, java.time.Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({"fixed", "linear"})
    void aMultiplierBesideAStrategyThatDoesNotGrowIsRefused(String strategy) {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("strategy", strategy, "multiplier", "3")))
                .hasMessage("multiplier: 3 (expected: nothing beside strategy " + strategy + ")");
        assertThatThrownBy(() -> RetryConfig.of(Map.of("strategy", strategy, "service.orders.multiplier", "3")))
                .hasMessage("service.orders.multiplier: 3 (expected: nothing beside strategy " + strategy + ")");
        assertThat(RetryConfig.of(Map.of("multiplier", "3", "service.orders.strategy", strategy))
                        .service("orders")
                        .policy()
                        .backoff())
                .as("the multiplier is for the others")
                .isEqualTo(config("strategy", strategy).policy().backoff());
    }

    @Test
    void aLineOfAnErrorCannotBeForged() {
        assertThatThrownBy(() -> config("max-attempts", "1\n  base-delay: 5 (expected: nothing)"))
                .hasMessage("max-attempts: 1\\n  base-delay: 5 (expected: nothing) (expected: a whole number >= 1)");
        assertThatThrownBy(() -> config("x".repeat(10_000), "y".repeat(10_000)))
                .satisfies(error -> assertThat(error.getMessage().length()).isLessThan(1_200));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void aMapThatHoldsMoreThanTextIsRefusedByName() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("deadline", null);
        settings.put("max-attempts", new Object());
        ((Map) settings).put(7, "4");
        settings.put("service", settings); // it contains itself

        assertThatThrownBy(() -> RetryConfig.of(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("deadline: null (expected: text for key and value)")
                .hasMessageContaining("max-attempts: Object (expected: text for key and value)")
                .hasMessageContaining("7: 4 (expected: text for key and value)")
                .hasMessageContaining("maps in maps (expected: text for key and value)");
    }
}
