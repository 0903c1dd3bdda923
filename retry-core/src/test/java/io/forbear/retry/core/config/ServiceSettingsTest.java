package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each key makes of a service, and where its range ends. */
class ServiceSettingsTest {

    private static final Duration BASE = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(20);

    private static ServiceConfig config(String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return RetryConfig.of(settings).service("orders");
    }

    private static Backoff backoff(String... keysAndValues) {
        return config(keysAndValues).policy().backoff();
    }

    private static void assertRefused(String key, String value, String rule) {
        assertThatThrownBy(() -> config(key, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(key + ": " + value + " (expected: " + rule + ")");
    }

    // ---- the policy

    @Test
    void aMultiplierGrowsWhatIsExponentialOrAdaptiveAndNothingElse() {
        Jitter usual = Jitter.equal();

        assertThat(backoff("multiplier", "3"))
                .isEqualTo(Backoff.exponential(BASE, MAX).multiplier(3).jitter(usual));
        assertThat(backoff("multiplier", "3", "strategy", "adaptive"))
                .isEqualTo(Backoff.adaptive(BASE, MAX).multiplier(3).jitter(usual));
        assertThat(backoff("service.orders.strategy", "linear", "multiplier", "3"))
                .isEqualTo(Backoff.linear(BASE, MAX).jitter(usual));
        assertThat(backoff("service.orders.strategy", "Fixed", "multiplier", "3"))
                .isEqualTo(Backoff.exponential(BASE, MAX).multiplier(1).jitter(usual));
    }

    @Test
    void readsEachJitter() {
        assertThat(backoff("jitter", "none").jitter()).isEqualTo(Jitter.none());
        assertThat(backoff("jitter", "full").jitter()).isEqualTo(Jitter.full());
        assertThat(backoff("jitter", "EQUAL").jitter()).isEqualTo(Jitter.equal());
        assertThat(backoff("jitter", "decorrelated").jitter()).isEqualTo(Jitter.decorrelated());
        assertThat(backoff("jitter-factor", "0").jitter()).isEqualTo(Jitter.clamped(0));
        assertThat(backoff("jitter-factor", "1").jitter()).isEqualTo(Jitter.clamped(1));
        assertRefused("jitter-factor", "-0.1", "a number from 0.0 to 1.0");
        assertRefused("jitter", "some", "clamped | decorrelated | equal | full | none | proportional");
    }

    @Test
    void aServicesOwnFactorReplacesTheJitterForAll() {
        assertThat(backoff("jitter", "full", "service.orders.jitter-factor", "0.3")
                        .jitter())
                .isEqualTo(Jitter.clamped(0.3));
    }

    @Test
    void aCallIsIdempotentAndMayBeNestedUnlessItIsSaidOtherwise() {
        assertThat(config().policy().isIdempotent()).isTrue();
        assertThat(config().policy().isNestedRefused()).isFalse();
        assertThat(config("idempotent", "false").policy().isIdempotent()).isFalse();
        assertThat(config("idempotent", "true").policy().isIdempotent()).isTrue();
        assertThat(config("refuse-nested", "true").policy().isNestedRefused()).isTrue();
        assertThat(config("enabled", "false").policy().isEnabled()).isFalse();
    }

    @Test
    void aDeadlineIsAMillisecondAtLeast() {
        assertThat(config("deadline", "1ms").policy().deadlineNanos()).isEqualTo(1_000_000);
        assertThat(config().policy().deadlineNanos())
                .isEqualTo(RetryPolicy.defaults().deadlineNanos());
        assertRefused("deadline", "999us", "a duration >= 1ms such as 100ms, 5s, 2m or PT0.1S");
    }

    @Test
    void aDelayThatDoesNotGrowIsNeverWrong() {
        assertThat(backoff("base-delay", "0", "max-delay", "0").max()).isZero();
        assertThat(backoff("base-delay", "2s", "max-delay", "2s").max()).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff("base-delay", "20s").max()).isEqualTo(MAX);
    }

    @ParameterizedTest
    @CsvSource({
        "24h, 23h, 82800000ms, 86400000ms",
        "P2D, 25h, PT25H, PT48H",
        "1ms, 0, 0, 1ms",
        "1001us, 1us, PT0.000001S, PT0.001001S"
    })
    void namesDurationsInMillisecondsWhereTheyAreShortAndWhole(
            String base, String max, String writtenMax, String writtenBase) {
        assertThatThrownBy(() -> config("base-delay", base, "max-delay", max))
                .hasMessage("max-delay: " + writtenMax + " (expected: >= base-delay, " + writtenBase + ")");
    }

    @ParameterizedTest
    @CsvSource({"7ns, PT0.000000007S", "3D, PT72H", "p1d, PT24H", "pt2s, PT2S", "P1DT1S, PT24H1S", "8 s, PT8S"})
    void readsDurationsInEveryUnitAndCase(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    // ---- budgets

    @Test
    void aBudgetWithADotOrAPercentSignIsAShareOfTheCalls() {
        assertThat(config("retry-budget", "0.25").budget()).isEqualTo(RetryBudgets.earned(0.25));
        assertThat(config("retry-budget", ".5").budget()).isEqualTo(RetryBudgets.earned(0.5));
        assertThat(config("retry-budget", "20%").budget()).isEqualTo(RetryBudgets.earned(0.2));
        assertThat(config("retry-budget", "100%").budget()).isEqualTo(RetryBudgets.earned(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0%",
                "0.0",
                "-0.1",
                "1.01",
                "101%",
                "10.0",
                "2.0",
                "-1",
                "",
                "%",
                "0 tokens",
                "1.5 tokens",
                "9999999999",
                "1",
                "2",
                "9"
            })
    void refusesBudgetsOutOfRange(String value) {
        assertRefused(
                "retry-budget",
                value,
                "none, a share of the calls up to 1 such as 0.1 or 10%, tokens such as 100 tokens, or a kind:"
                        + " adaptive-throttle, aws-quota, aws-quota-classic, concurrency-share, earned, fleet,"
                        + " grpc-throttle, ratio, token-bucket, unlimited");
    }

    @Test
    void aBudgetOfTokensRefillsAsFastAsThoseOfTheClients() {
        assertThat(config("retry-budget", " 1 token ", "replenishment-rate", "2.5")
                        .budget())
                .isEqualTo(RetryBudgets.tokenBucket(1).refill(2.5, Duration.ofMinutes(1)));
    }

    @Test
    void aBudgetOfTokensThatAreNotReplenishedGetsAsGoodAsNoneBack() {
        assertThat(config("retry-budget", "7 tokens", "replenishment-rate", "0").budget())
                .isEqualTo(RetryBudgets.tokenBucket(7).refill(0.001, Duration.ofDays(365)));
    }

    @Test
    void aServiceThatWantsNoneHasNoBudgetWhereTheOthersHave() {
        assertThat(config("retry-budget", "10", "service.orders.retry-budget", " None ")
                        .budget())
                .isNull();
    }

    @Test
    void theClientsSettingsAreThoseOfAllServicesTogether() {
        RetryConfig config =
                RetryConfig.of(Map.of("max-clients", "1", "max-budget", "1", "replenishment-rate", "1000000"));

        assertThat(config.maxClients()).isEqualTo(1);
        assertThat(config.maxBudget()).isEqualTo(1);
        assertThat(config.replenishmentPerMinute()).isEqualTo(1_000_000);
        assertThat(RetryConfig.of(Map.of("replenishment-rate", "0.001")).replenishmentPerMinute())
                .isEqualTo(0.001);
        assertThat(RetryConfig.of(Map.of()).maxClients()).isEqualTo(10_000);
        assertRefused("max-clients", "0", "a whole number >= 1");
        assertRefused("replenishment-rate", "1000000.5", "0, or a number from 0.001 to 1000000");
    }

    // ---- circuit breakers

    @Test
    void aBreakerHasTheDefaultsThatAreDocumented() {
        assertThat(config("circuit-breaker", "on").circuitBreaker())
                .isEqualTo(CircuitBreakers.failureRate(0.8)
                        .errorRate(0.95)
                        .failuresInARow(4)
                        .window(Duration.ofSeconds(2))
                        .minimumCalls(20)
                        .openFor(Duration.ofSeconds(1))
                        .openForErrors(Duration.ofMillis(100))
                        .slowStart(2));
    }

    @Test
    void aBreakerTakesItsSettings() {
        assertThat(config(
                                "circuit-breaker", "0.75",
                                "circuit-breaker-window", "100ms",
                                "circuit-breaker-minimum-calls", "1",
                                "circuit-breaker-open-for", "1ms",
                                "circuit-breaker-open-for-errors", "2ms")
                        .circuitBreaker())
                .isEqualTo(CircuitBreakers.failureRate(0.75)
                        .window(Duration.ofMillis(100))
                        .minimumCalls(1)
                        .openFor(Duration.ofMillis(1))
                        .openForErrors(Duration.ofMillis(2)));
        assertRefused("circuit-breaker-window", "99ms", "a duration >= 100ms such as 2s, or calls such as 100 calls");
        assertRefused("circuit-breaker-open-for-errors", "0", "a duration >= 1ms such as 100ms, 5s, 2m or PT0.1S");
        assertRefused("circuit-breaker-open-for", "0", "a duration >= 1ms such as 100ms, 5s, 2m or PT0.1S");
        assertRefused("circuit-breaker-minimum-calls", "0", "a whole number >= 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "0.000001", "ON"})
    void takesFailureRatesToTheEndsOfTheirRange(String rate) {
        assertThat(config("circuit-breaker", rate).circuitBreaker()).isNotNull();
    }

    @Test
    void aServiceMaySwitchTheBreakerOff() {
        assertThat(config("circuit-breaker", "on", "service.orders.circuit-breaker", "OFF")
                        .circuitBreaker())
                .isNull();
    }

    // ---- keys

    @ParameterizedTest
    @ValueSource(strings = {"service.max-attempts", "service..max-attempts", "service.orders.", "default.", ""})
    void refusesKeysWithoutAServiceOrASetting(String key) {
        assertThatThrownBy(() -> config(key, "3"))
                .hasMessage(
                        key + ": 3 (expected: " + Keys.listed() + ", after default. or service.<name>. or nothing)");
    }

    @Test
    void theNamesOfServicesCannotBeChanged() {
        RetryConfig config = RetryConfig.of(Map.of("service.orders.max-attempts", "2", "service.b.enabled", "true"));

        assertThat(config.services()).containsExactly("b", "orders").isUnmodifiable();
        assertThatNullPointerException().isThrownBy(() -> config.service(null)).withMessage("service");
    }

    @Test
    void everyWrongKeyIsALineOfTheError() {
        assertThatThrownBy(() -> config("max-attempts", "0", "multiplier", "0"))
                .hasMessage("2 settings are wrong:\n"
                        + "  max-attempts: 0 (expected: a whole number >= 1)\n"
                        + "  multiplier: 0 (expected: a number >= 1.0)");
    }

    // ---- what a reload keeps

    @Test
    void aBudgetIsTheSameWhereNothingThatMakesItWasChanged() {
        ServiceConfig tokens = config("retry-budget", "50", "max-attempts", "2");

        assertThat(tokens.hasBudgetOf(config("service.orders.retry-budget", " 50 ")))
                .isTrue();
        assertThat(tokens.hasBudgetOf(config("retry-budget", "51"))).isFalse();
        assertThat(tokens.hasBudgetOf(config())).isFalse();
        assertThat(tokens.hasBudgetOf(config("retry-budget", "50", "replenishment-rate", "9")))
                .as("it refills by that")
                .isFalse();
        assertThat(config("retry-budget", "0.1").hasBudgetOf(config("retry-budget", "0.1", "replenishment-rate", "9")))
                .as("it does not refill by that")
                .isTrue();
    }

    @Test
    void aBreakerIsTheSameWhereNothingThatMakesItWasChanged() {
        ServiceConfig on = config("circuit-breaker", "on");

        assertThat(on.hasBreakerOf(config("service.orders.circuit-breaker", "on", "max-attempts", "2")))
                .isTrue();
        for (String key : new String[] {"window", "minimum-calls", "open-for"}) {
            assertThat(on.hasBreakerOf(config("circuit-breaker", "on", "circuit-breaker-" + key, "5000")))
                    .as(key)
                    .isFalse();
        }
        assertThat(on.hasBreakerOf(config("circuit-breaker", "off"))).isFalse();
    }
}
