package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryConfigTest {

    private static final String BUDGET_RULE =
            "none, a share of the calls up to 1 such as 0.1 or 10%, tokens such as 100 tokens, or a kind:"
                    + " adaptive-throttle, aws-quota, aws-quota-classic, concurrency-share, earned, fleet,"
                    + " grpc-throttle, ratio, token-bucket, unlimited";

    private static RetryPolicy policy(Map<String, String> settings) {
        return RetryConfig.of(settings).service("orders").policy();
    }

    @Test
    void aPresetHasTheDefaultsOfTheSpecification() {
        RetryConfig config = RetryConfig.of(Map.of("preset", "specification"));
        RetryPolicy policy = config.service("orders").policy();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.backoff())
                .isEqualTo(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30))
                        .jitter(Jitter.clamped(0.1)));
        assertThat(policy.backoff(ErrorCategory.RATE_LIMIT)).isEqualTo(policy.backoff());
        assertThat(policy.isEnabled()).isTrue();
        assertThat(config.maxBudget()).isEqualTo(100);
        assertThat(config.replenishmentPerMinute()).isEqualTo(10);
        assertThat(config.service("orders").budget()).isNull();
        assertThat(config.service("orders").circuitBreaker()).isNull();
    }

    @Test
    void aServiceHasItsOwnSettingsOverThoseForAll() {
        RetryConfig config = RetryConfig.of(Map.of(
                "max-attempts", "4",
                "default.base-delay", "50ms",
                "service.a.b.max-attempts", "7",
                "service.a.b.jitter", "full"));

        assertThat(config.service("a.b").policy().maxAttempts()).isEqualTo(7);
        assertThat(config.service("a.b").policy().backoff())
                .isEqualTo(Backoff.exponential(Duration.ofMillis(50), Duration.ofSeconds(20)));
        assertThat(config.service("other").policy().maxAttempts()).isEqualTo(4);
        assertThat(config.services()).containsExactly("a.b");
    }

    @ParameterizedTest
    @CsvSource({
        "100ms, PT0.1S",
        "5s, PT5S",
        "2m, PT2M",
        "1h, PT1H",
        "250, PT0.25S",
        "PT1.5S, PT1.5S",
        "1500us, PT0.0015S",
        "0, PT0S"
    })
    void readsDurations(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fast", "-5s", "5 parsecs", "PT", "99999999999999ms", "1.5s", "NaN"})
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> policy(Map.of("base-delay", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("base-delay: " + text + " (expected: a duration >= 0 such as 100ms, 5s, 2m or PT0.1S)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max-attempts|0|a whole number >= 1",
                "max-attempts|3.5|a whole number >= 1",
                "max-attempts|99999999999|a whole number >= 1",
                "multiplier|0.5|a number >= 1.0",
                "multiplier|NaN|a number >= 1.0",
                "jitter-factor|1.1|a number from 0.0 to 1.0",
                "strategy|fibonacci|adaptive | exponential | fixed | linear | none",
                "enabled|yes|false | true",
                "retry-budget|0|" + BUDGET_RULE,
                "retry-budget|lots|" + BUDGET_RULE,
                "circuit-breaker|2|on, off, or a failure rate from 0.000001 to 1 such as 0.5 or 50%",
                "max-budget|-1|a whole number >= 1",
                "replenishment-rate|-1|0, or a number from 0.001 to 1000000",
            })
    void namesTheKeyTheValueAndTheRule(String line) {
        String[] parts = line.split("\\|", 3);
        assertThatThrownBy(() -> policy(Map.of(parts[0], parts[1])))
                .hasMessage(parts[0] + ": " + parts[1] + " (expected: " + parts[2] + ")");
    }

    @Test
    void oneErrorNamesEveryBadKey() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of(
                        "max-attempts", "zero",
                        "service.orders.base-delay", "soon",
                        "service.orders.max-budget", "5",
                        "colour", "3")))
                .hasMessageContaining("4 settings are wrong:")
                .hasMessageContaining("max-attempts: zero (expected: a whole number >= 1)")
                .hasMessageContaining("service.orders.base-delay: soon (expected: a duration")
                .hasMessageContaining(
                        "service.orders.max-budget: 5 (expected: not for one service: write max-budget for all)")
                .hasMessageContaining("colour: 3 (expected: one of attempt-timeout, base-delay, circuit-breaker,");
    }

    @Test
    void theLongestDelayIsNoShorterThanTheFirst() {
        assertThatThrownBy(() -> policy(Map.of("base-delay", "5s", "max-delay", "1s")))
                .hasMessage("max-delay: 1000ms (expected: >= base-delay, 5000ms)");
    }

    /** resilience4j#1605, #1404, #2225: one setting beside the default of another was a failure to start. */
    @Test
    void oneSettingAloneIsNeverWrongBecauseOfADefault() {
        Map<String, String> extremes = Map.of(
                "base-delay", "10m",
                "max-delay", "1ms",
                "multiplier", "1",
                "strategy", "fixed",
                "jitter", "none",
                "jitter-factor", "1",
                "circuit-breaker-window", "100ms");

        extremes.forEach((key, value) ->
                assertThat(policy(Map.of(key, value)).isEnabled()).as(key).isTrue());

        assertThat(policy(Map.of("base-delay", "10m")).backoff().max()).isEqualTo(Duration.ofMinutes(10));
        assertThat(policy(Map.of("base-delay", "10s")).backoff().max()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void oneKeyIsWrittenOnce() {
        assertThatThrownBy(() -> policy(Map.of("max-attempts", "3", "default.max_attempts", "4")))
                .hasMessageContaining("it is also written as");
    }

    @Test
    void readsBudgetsAndBreakers() {
        RetryConfig config = RetryConfig.of(Map.of(
                "service.ratio.retry-budget", "20%",
                "service.tokens.retry-budget", "50",
                "service.none.retry-budget", "none",
                "service.broken.circuit-breaker", "0.25",
                "service.on.circuit-breaker", "on"));

        assertThat(config.service("ratio").budget()).isNotNull();
        assertThat(config.service("tokens").budget().create(() -> 0).capacity()).isEqualTo(50_000);
        assertThat(config.service("none").budget()).isNull();
        assertThat(config.service("broken").circuitBreaker()).isNotNull();
        assertThat(config.service("on").circuitBreaker()).isNotNull();
    }

    @Test
    void readsPropertiesWithTheirDefaults() {
        Properties defaults = new Properties();
        defaults.setProperty("max-attempts", "5");
        Properties properties = new Properties(defaults);
        properties.setProperty("deadline", "2s");

        RetryPolicy policy = RetryConfig.of(properties).service("x").policy();

        assertThat(policy.maxAttempts()).isEqualTo(5);
        assertThat(policy.deadlineNanos()).isEqualTo(2_000_000_000L);
    }

    @Test
    void refusesPropertiesThatAreNeitherTextNorNumbers() {
        Properties properties = new Properties();
        properties.put("max-attempts", new StringBuilder("5"));

        assertThatThrownBy(() -> RetryConfig.of(properties))
                .hasMessage("max-attempts: StringBuilder (expected: text for key and value)");
        properties.put("max-attempts", 5);
        assertThat(RetryConfig.of(properties).service("x").policy().maxAttempts())
                .isEqualTo(5);
    }

    @Test
    void aServicesOwnJitterReplacesTheFactorForAll() {
        RetryConfig config = RetryConfig.of(Map.of(
                "jitter-factor", "0.2",
                "service.orders.jitter", "full",
                "service.users.max-attempts", "2"));

        assertThat(config.service("orders").policy().backoff().jitter()).isEqualTo(Jitter.full());
        assertThat(config.service("users").policy().backoff().jitter()).isEqualTo(Jitter.clamped(0.2));
    }

    @Test
    void bothKeysForJitterOfOneServiceAreRefused() {
        assertThatThrownBy(() ->
                        RetryConfig.of(Map.of("service.orders.jitter", "full", "service.orders.jitter-factor", "0.2")))
                .hasMessage("service.orders.jitter: full (expected: nothing beside jitter-factor)");
    }

    @Test
    void namesEveryWrongKeyHoweverFarItsValueIsOutOfRange() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of(
                        "base-delay", "999999999999d",
                        "max-delay", "30s",
                        "replenishment-rate", "0.0004",
                        "retry-budget", "100",
                        "circuit-breaker", "0.0000001")))
                .hasMessageContaining("max-delay: 30000ms (expected: >= base-delay, PT")
                .hasMessageContaining("replenishment-rate: 0.0004 (expected: 0, or a number from 0.001 to 1000000)")
                .hasMessageContaining(
                        "circuit-breaker: 0.0000001 (expected: on, off, or a failure rate from 0.000001 to "
                                + "1 such as 0.5"
                                + " or 50%)");
    }

    @Test
    void namesDurationsBelowAMillisecond() {
        assertThatThrownBy(() -> RetryConfig.of(Map.of("base-delay", "100us", "max-delay", "50us")))
                .hasMessage("max-delay: PT0.00005S (expected: >= base-delay, PT0.0001S)");
    }
}
