package io.forbear.retry.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigOrigin;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the environment of Spring says becomes settings, each with its place; what is wrong is one error. */
class EnvironmentSettingsTest {

    private static final String YAML = """
            forbear:
              default:
                max-attempts: 4
                base-delay: 50ms
              services:
                orders:
                  max-attempts: 2
                  retry-on: [java.io.IOException, java.util.concurrent.TimeoutException]
            """;

    private static int attempts(RetryConfig config, String service) {
        return config.service(service).policy().maxAttempts();
    }

    @Test
    void aServiceInheritsFromDefaultWithoutBeingTold() {
        RetryConfig config = new TestEnvironment().file("application.yml", YAML).read();

        assertThat(attempts(config, "orders")).isEqualTo(2);
        assertThat(config.service("orders").policy().backoff().base()).isEqualTo(Duration.ofMillis(50));
        assertThat(attempts(config, "users")).isEqualTo(4);
    }

    @Test
    void eachValueHasItsFileAndLine() {
        RetryConfig config = new TestEnvironment().file("application.yml", YAML).read();

        assertThat(config.origins("orders"))
                .containsEntry(
                        "max-attempts",
                        new ConfigOrigin(Source.FILE, "forbear.services.orders.max-attempts (application.yml:7)"))
                .containsEntry(
                        "base-delay", new ConfigOrigin(Source.FILE, "forbear.default.base-delay (application.yml:4)"));
        assertThat(RetryRegistry.builder().build(config).explain("orders"))
                .contains("file: forbear.services.orders.max-attempts (application.yml:7)");
    }

    @Test
    void aListIsOneSetting() {
        RetryConfig config = new TestEnvironment().file("application.yml", YAML).read();

        assertThat(config.toMap())
                .containsEntry("service.orders.retry-on", "java.io.IOException, java.util.concurrent.TimeoutException");
    }

    @Test
    void theFirstSourceOfSpringIsTheStrongest() {
        Map<String, Object> variables = Map.of("FORBEAR_SERVICES_ORDERS_MAX_ATTEMPTS", "6");
        Map<String, Object> properties = Map.of("forbear.services.orders.max-attempts", "7");

        assertThat(attempts(
                        new TestEnvironment()
                                .file("application-prod.yml", "forbear.services.orders.max-attempts: 5")
                                .file("application.yml", YAML)
                                .read(),
                        "orders"))
                .as("profile over file")
                .isEqualTo(5);
        assertThat(attempts(
                        new TestEnvironment()
                                .variables(variables)
                                .file("application.yml", YAML)
                                .read(),
                        "orders"))
                .as("environment over file")
                .isEqualTo(6);
        RetryConfig all = new TestEnvironment()
                .systemProperties(properties)
                .variables(variables)
                .file("application.yml", YAML)
                .read();
        assertThat(attempts(all, "orders"))
                .as("system property over environment")
                .isEqualTo(7);
        assertThat(all.origins("orders"))
                .containsEntry(
                        "max-attempts",
                        new ConfigOrigin(Source.SYSTEM_PROPERTY, "forbear.services.orders.max-attempts"));
        RetryConfig arguments = new TestEnvironment()
                .source("commandLineArgs", Map.of("forbear.services.orders.max-attempts", "8"))
                .systemProperties(properties)
                .read();
        assertThat(attempts(arguments, "orders"))
                .as("argument over system property")
                .isEqualTo(8);
        assertThat(arguments.origins("orders").get("max-attempts").label())
                .isEqualTo("forbear.services.orders.max-attempts (commandLineArgs)");
    }

    @Test
    void aVariableMeansAServiceInAnySpelling() {
        for (String service : new String[] {"user-service", "user_service", "userService", "user.service"}) {
            RetryConfig config = new TestEnvironment()
                    .variables(Map.of("FORBEAR_SERVICES_USER_SERVICE_MAX_ATTEMPTS", "6"))
                    .file("application.yml", "forbear.services." + "\"[" + service + "]\".base-delay: 5ms")
                    .read();

            assertThat(attempts(config, service)).as(service).isEqualTo(6);
            assertThat(config.service(service).policy().backoff().base())
                    .as(service)
                    .isEqualTo(Duration.ofMillis(5));
            assertThat(config.origins(service).get("max-attempts"))
                    .isEqualTo(new ConfigOrigin(Source.ENVIRONMENT, "FORBEAR_SERVICES_USER_SERVICE_MAX_ATTEMPTS"));
        }
    }

    @Test
    void servicesThatAVariableCannotTellApartAreNamed() {
        TestEnvironment environment = new TestEnvironment()
                .variables(Map.of("FORBEAR_SERVICES_USER_SERVICE_MAX_ATTEMPTS", "6"))
                .file("application.yml", """
                        forbear.services:
                          "[user-service]": {base-delay: 5ms}
                          "[userService]": {base-delay: 6ms}
                          orders: {base-delay: 7ms}
                        """);

        assertThat(SharedVariables.of(environment.read(), new EnvironmentSettings(environment).get()))
                .containsExactly("FORBEAR_SERVICES_USER_SERVICE_MAX_ATTEMPTS: of user-service and userService"
                        + " (expected: services whose names differ by more than case and separators)");
        assertThat(attempts(environment.read(), "user-service"))
                .as("both have it")
                .isEqualTo(6)
                .isEqualTo(attempts(environment.read(), "userService"));
    }

    @Test
    void aVariableMayLeaveOutTheHyphensOfAKeyAsBootDoes() {
        RetryConfig config = new TestEnvironment()
                .variables(Map.of(
                        "FORBEAR_SERVICES_ORDERS_MAXATTEMPTS", "6",
                        "FORBEAR_DEFAULT_BASEDELAY_RATELIMIT", "3s",
                        "FORBEAR_DEFAULT_RETRY_ON_0", "java.io.IOException",
                        "FORBEAR_DEFAULT_RETRY_ON_1", "java.lang.IllegalStateException"))
                .read();

        assertThat(config.toMap())
                .containsEntry("service.orders.max-attempts", "6")
                .containsEntry("base-delay.rate-limit", "3s")
                .containsEntry("retry-on", "java.io.IOException, java.lang.IllegalStateException");
    }

    @Test
    void aNameWithDotsStandsInBrackets() {
        RetryConfig config = new TestEnvironment().file("application.yml", """
                        forbear.services:
                          "[user.service]":
                            max-attempts: 6
                          user_service:
                            max-attempts: 5
                        """).read();

        assertThat(attempts(config, "user.service")).isEqualTo(6);
        assertThat(attempts(config, "user_service"))
                .as("Boot's own binding would call it userservice")
                .isEqualTo(5);
    }

    @Test
    void onAndOffOfYamlAreReadAsTheyWereMeant() {
        RetryConfig config = new TestEnvironment()
                .file("application.yml", "forbear.default: {logging: on, circuit-breaker: off}")
                .read();

        assertThat(config.isLogged()).isTrue();
        assertThat(config.service("orders").circuitBreaker()).isNull();
    }

    @Test
    void placeholdersAreResolved() {
        RetryConfig config = new TestEnvironment()
                .file(
                        "application.yml",
                        "{orders.attempts: 6, forbear.services.orders.max-attempts: \"${orders.attempts}\"}")
                .read();

        assertThat(attempts(config, "orders")).isEqualTo(6);
    }

    @Test
    void anEmptySectionNamesNoSetting() {
        RetryConfig config = new TestEnvironment()
                .file("application.yml", "forbear: {default: , services: {orders: }}")
                .read();

        assertThat(config.toMap()).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsOneErrorWithFilesAndLines() {
        TestEnvironment environment = new TestEnvironment()
                .variables(Map.of("FORBEAR_DEFAULT_DEADLINE", "never"))
                .file("application.yml", """
                        forbear:
                          metrics.enabeld: false
                          default:
                            base-delay: soon
                            max-atempts: 3
                          services:
                            orders:
                              wait-duration: 1s
                        """);

        assertThatThrownBy(environment::read)
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageStartingWith("5 settings are wrong:\n")
                .hasMessageContaining("application.yml:2: forbear.metrics.enabeld: false (expected: one of"
                        + " forbear.http.<service>, forbear.strict,")
                .hasMessageContaining("application.yml:4: forbear.default.base-delay: soon (expected: a duration >= 0")
                .hasMessageContaining("application.yml:5: forbear.default.max-atempts: 3"
                        + " (expected: a known key; did you mean max-attempts?)")
                .hasMessageContaining("application.yml:8: forbear.services.orders.wait-duration: 1s"
                        + " (expected: a known key; that is base-delay)")
                .hasMessageContaining("FORBEAR_DEFAULT_DEADLINE: never (expected: a duration >= 1ms");
    }

    @Test
    void aKeyInTwoSpellingsIsAnErrorThatNamesBoth() {
        TestEnvironment environment = new TestEnvironment().file("application.yml", """
                        forbear.services.orders:
                          maxAttempts: 4
                          max-attempts: 5
                        """);

        assertThatThrownBy(environment::read)
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessage("application.yml:3: forbear.services.orders.max-attempts: 5 (expected: once; it is also"
                        + " written as application.yml:2: forbear.services.orders.maxAttempts: 4)");
    }

    @Test
    void variablesThatLookLikeSettingsAndSetNothingAreNamed() {
        TestEnvironment environment = new TestEnvironment()
                .variables(Map.of(
                        "FORBEAR_SERVICES_ORDERS_MAX_ATEMPTS", "6",
                        "FORBEAR_SERVICES_ORDERS_MAXATTEMPTS", "6",
                        "FORBEAR_SERVICES_ORDERS_RETRY_ON_0", "java.io.IOException",
                        "FORBEAR_DEFAULT_FLEET_PROCESSES", "6",
                        "FORBEAR_DEFAULT_DEDLINE", "1s",
                        "FORBEAR_PORT_80_TCP_ADDR", "10.0.0.1"));

        assertThat(IgnoredVariables.of(new EnvironmentSettings(environment).get()))
                .containsExactlyInAnyOrder(
                        "FORBEAR_SERVICES_ORDERS_MAX_ATEMPTS: ignored"
                                + " (expected: a name that ends with a key, such as MAX_ATTEMPTS)",
                        "FORBEAR_DEFAULT_DEDLINE: ignored"
                                + " (expected: a name that ends with a key, such as MAX_ATTEMPTS)");
    }

    @Test
    void anUnknownKeyIsNeverSilentlyDropped() {
        assertThatThrownBy(() -> new TestEnvironment()
                        .file("application.yml", "forbear.something.else: 1")
                        .read())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("application.yml:1: forbear.something.else: 1 (expected: one of ");
    }

    @Test
    void variablesOfKubernetesForAServiceNamedForbearAreNotSettings() {
        RetryConfig config = new TestEnvironment()
                .variables(Map.of(
                        "FORBEAR_SERVICE_HOST", "10.0.0.1",
                        "FORBEAR_SERVICE_PORT", "80",
                        "FORBEAR_SERVICE_PORT_GATE", "81",
                        "FORBEAR_PORT_80_TCP_ADDR", "10.0.0.1"))
                .read();

        assertThat(config.toMap()).isEmpty();
    }

    @Test
    void theLanguageOfTheEngineHoldsAsItDoesOutsideOfBoot() {
        RetryConfig config = new TestEnvironment()
                .systemProperties(Map.of("forbear.service.orders.max-attempts", "6", "forbear.max-attempts", "5"))
                .variables(Map.of("FORBEAR_SERVICE_USERS_MAX_ATTEMPTS", "7"))
                .read();

        assertThat(attempts(config, "orders")).isEqualTo(6);
        assertThat(attempts(config, "users")).isEqualTo(7);
        assertThat(attempts(config, "payments")).isEqualTo(5);
    }
}
