package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Jitter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings from the variables of an environment, alone and over a file. */
class EnvironmentTest {

    @TestFactory
    Stream<DynamicTest> variablesReachEveryKey() {
        return Keys.ALL.stream().map(key -> DynamicTest.dynamicTest(key.text, () -> variablesReach(key)));
    }

    private static void variablesReach(Key<?> key) {
        String name = key.text.toUpperCase(Locale.ROOT).replaceAll("[-.]", "_");
        String label = "FORBEAR_" + name;

        assertThatThrownBy(() -> RetryConfig.ofEnvironment(Map.of(label, "~")))
                .hasMessageStartingWith(label + ": ~ (expected: ");
        if (!key.common) {
            String own = "FORBEAR_SERVICE_ORDERS_" + name;
            assertThatThrownBy(() -> RetryConfig.ofEnvironment(Map.of(own, "~")))
                    .hasMessageStartingWith(own + ": ~ (expected: ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"user-service", "user_service", "user.service", "userService", "USER_SERVICE"})
    void aVariableNamesAServiceOfAnySpelling(String service) {
        RetryConfig config = RetryConfig.ofEnvironment(
                Map.of("FORBEAR_SERVICE_USER_SERVICE_MAX_ATTEMPTS", "7", "FORBEAR_DEFAULT_MAX_ATTEMPTS", "4"));

        assertThat(config.service(service).policy().maxAttempts()).isEqualTo(7);
        assertThat(config.names(service)).isTrue();
        assertThat(config.service("other").policy().maxAttempts()).isEqualTo(4);
        assertThat(config.names("other")).isFalse();
        assertThat(config.services()).containsExactly("userservice");
    }

    @Test
    void theLongestEndThatIsAKeyIsTheKey() {
        RetryConfig config = RetryConfig.ofEnvironment(Map.of(
                "FORBEAR_SERVICE_A_CIRCUIT_BREAKER_MINIMUM_CALLS", "7",
                "FORBEAR_SERVICE_RETRY_BUDGET_JITTER_FACTOR", "0.2",
                "FORBEAR_SERVICE_MAX_ATTEMPTS_MAX_ATTEMPTS", "2"));

        assertThat(config.services()).containsExactly("a", "maxattempts", "retrybudget");
        assertThat(config.service("retry-budget").policy().backoff().jitter()).isEqualTo(Jitter.clamped(0.2));
        assertThat(config.service("max-attempts").policy().maxAttempts()).isEqualTo(2);
    }

    /** Kubernetes: a service named forbear, with the ports named http and deadline, and one named forbear-service. */
    @Test
    void variablesThatAreNoneOfOursAreIgnored() {
        RetryConfig config = RetryConfig.ofEnvironment(Map.ofEntries(
                Map.entry("FORBEAR_SERVICE_HOST", "10.0.0.11"),
                Map.entry("FORBEAR_SERVICE_PORT", "6379"),
                Map.entry("FORBEAR_SERVICE_PORT_HTTP", "8080"),
                Map.entry("FORBEAR_SERVICE_PORT_JITTER", "8081"),
                Map.entry("FORBEAR_PORT", "tcp://10.0.0.11:6379"),
                Map.entry("FORBEAR_PORT_6379_TCP", "tcp://10.0.0.11:6379"),
                Map.entry("FORBEAR_PORT_6379_TCP_PROTO", "tcp"),
                Map.entry("FORBEAR_PORT_6379_TCP_PORT", "6379"),
                Map.entry("FORBEAR_PORT_6379_TCP_ADDR", "10.0.0.11"),
                Map.entry("FORBEAR_SERVICE_SERVICE_HOST", "10.0.0.12"),
                Map.entry("FORBEAR_SERVICE_SERVICE_PORT", "80"),
                Map.entry("FORBEAR_", "x"),
                Map.entry("FORBEAR_SERVICE_", "x"),
                Map.entry("FORBEAR_SERVICE__MAX_ATTEMPTS", "2"),
                Map.entry("MAX_ATTEMPTS", "many"),
                Map.entry("PATH", "/bin")));

        assertThat(config.services()).isEmpty();
        assertThat(config.service("orders").policy().maxAttempts()).isEqualTo(3);
    }

    @Test
    void theUpperLayerHoldsKeyByKey() {
        RetryConfig file = RetryConfig.of(Map.of(
                "max-attempts", "2",
                "service.user-service.max-attempts", "4",
                "service.user-service.base-delay", "10ms",
                "service.user-service.jitter", "none"));
        RetryConfig both = RetryConfig.ofEnvironment(Map.of(
                        "FORBEAR_SERVICE_USER_SERVICE_MAX_ATTEMPTS", "9",
                        "FORBEAR_SERVICE_USER_SERVICE_JITTER_FACTOR", "0.3",
                        "FORBEAR_MAX_ATTEMPTS", "6"))
                .over(file);

        assertThat(both.service("user-service").policy().maxAttempts()).isEqualTo(9);
        assertThat(both.service("user-service").policy().backoff().base()).isEqualTo(Duration.ofMillis(10));
        assertThat(both.service("user-service").policy().backoff().jitter())
                .as("of the two keys for jitter, that of the upper layer")
                .isEqualTo(Jitter.clamped(0.3));
        assertThat(both.service("other").policy().maxAttempts()).isEqualTo(6);
        assertThat(both.services()).containsExactly("user-service");
    }

    @Test
    void aKeyOfOneServiceStaysStrongerThanOneForAllOfAnUpperLayer() {
        RetryConfig both = RetryConfig.ofEnvironment(Map.of("FORBEAR_MAX_ATTEMPTS", "6"))
                .over(RetryConfig.of(Map.of("service.orders.max-attempts", "4")));

        assertThat(both.service("orders").policy().maxAttempts()).isEqualTo(4);
    }

    @Test
    void threeLayersHoldInTheirOrder() {
        RetryConfig low = RetryConfig.of(Map.of("max-attempts", "2", "base-delay", "10ms", "deadline", "1s"));
        RetryConfig middle = RetryConfig.of(Map.of("max-attempts", "3", "base-delay", "20ms"));
        RetryConfig high = RetryConfig.of(Map.of("max-attempts", "4"));

        for (RetryConfig all : new RetryConfig[] {
            high.over(middle.over(low)), high.over(middle).over(low)
        }) {
            assertThat(all.service("x").policy().maxAttempts()).isEqualTo(4);
            assertThat(all.service("x").policy().backoff().base()).isEqualTo(Duration.ofMillis(20));
            assertThat(all.service("x").policy().deadlineNanos()).isEqualTo(1_000_000_000L);
        }
    }

    @Test
    void layersThatAreWrongTogetherAreRefused() {
        RetryConfig file = RetryConfig.of(Map.of("base-delay", "5s"));
        RetryConfig variables = RetryConfig.ofEnvironment(Map.of("FORBEAR_MAX_DELAY", "1s"));

        assertThatThrownBy(() -> variables.over(file))
                .hasMessage("FORBEAR_MAX_DELAY: 1000ms (expected: >= base-delay, 5000ms)");
    }
}
