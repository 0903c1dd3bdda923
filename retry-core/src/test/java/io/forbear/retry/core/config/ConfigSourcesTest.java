package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.operations.ConfiguredValue.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings from files, environment and system properties: which holds, and what an error says of its place. */
class ConfigSourcesTest {

    @TempDir
    private Path dir;

    @AfterEach
    void clearsProperties() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("forbear."))
                .filter(name -> !name.equals("forbear.writePages"))
                .forEach(System::clearProperty);
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.writeString(dir.resolve(name), String.join("\n", lines) + "\n");
    }

    private static int attempts(RetryConfig config) {
        return config.service("orders").policy().maxAttempts();
    }

    private static ConfigOrigin origin(RetryConfig config) {
        return config.origins("orders").get("max-attempts");
    }

    @Test
    void eachSourceIsStrongerThanTheOneBefore() throws IOException {
        ConfigSources sources = ConfigSources.none();
        assertThat(attempts(sources.read())).isEqualTo(3);

        sources = sources.settings(Map.of("max-attempts", 4));
        assertThat(attempts(sources.read())).isEqualTo(4);
        assertThat(origin(sources.read())).isEqualTo(new ConfigOrigin(Source.KEY, "max-attempts"));

        sources = sources.file(file("a.properties", "# ours", "", "max-attempts=5"));
        assertThat(attempts(sources.read())).isEqualTo(5);
        assertThat(origin(sources.read())).isEqualTo(new ConfigOrigin(Source.FILE, "max-attempts (a.properties:3)"));

        sources = sources.file(file("b.properties", "maxAttempts=6"));
        assertThat(attempts(sources.read())).isEqualTo(6);
        assertThat(origin(sources.read())).isEqualTo(new ConfigOrigin(Source.FILE, "maxAttempts (b.properties:1)"));

        sources = sources.environment(Map.of("FORBEAR_MAX_ATTEMPTS", "7"));
        assertThat(attempts(sources.read())).isEqualTo(7);
        assertThat(origin(sources.read())).isEqualTo(new ConfigOrigin(Source.ENVIRONMENT, "FORBEAR_MAX_ATTEMPTS"));

        sources = sources.systemProperties();
        System.setProperty("forbear.max-attempts", "8");
        assertThat(attempts(sources.read())).isEqualTo(8);
        assertThat(origin(sources.read())).isEqualTo(new ConfigOrigin(Source.SYSTEM_PROPERTY, "forbear.max-attempts"));
    }

    @Test
    void aKeyOfOneServiceIsStrongerThanAKeyForAllOfAnySource() throws IOException {
        System.setProperty("forbear.max-attempts", "8");
        RetryConfig config = ConfigSources.none()
                .systemProperties()
                .environment(Map.of("FORBEAR_SERVICE_ORDERS_MAX_ATTEMPTS", "7"))
                .file(file("a.properties", "service.orders.max-attempts=2", "service.users.max-attempts=4"))
                .read();

        assertThat(attempts(config)).isEqualTo(7);
        assertThat(config.service("users").policy().maxAttempts()).isEqualTo(4);
        assertThat(config.service("other").policy().maxAttempts()).isEqualTo(8);
    }

    @Test
    void oneErrorNamesEveryWrongKeyOfEverySourceWithItsPlace() throws IOException {
        System.setProperty("forbear.service.orders.max-atempts", "8");
        ConfigSources sources = ConfigSources.none()
                .settings(Map.of("jitter", "some"))
                .file(file(
                        "a.properties", "max-attempts=4", "", "base-delay=soon", "waitDuration=3s", "max_attempts=5"))
                .file(dir.resolve("none.properties"))
                .environment(Map.of("FORBEAR_DEADLINE", "never"))
                .systemProperties();

        assertThatThrownBy(sources::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("7 settings are wrong:\n")
                .hasMessageContaining("jitter: some (expected: ")
                .hasMessageContaining("a.properties:3: base-delay: soon (expected: a duration >= 0")
                .hasMessageContaining("a.properties:4: waitDuration: 3s (expected: a known key; that is base-delay)")
                .hasMessageContaining("a.properties:5: max_attempts: 5 (expected: once; it is also written as"
                        + " a.properties:1: max-attempts: 4)")
                .hasMessageContaining("none.properties: nothing (expected: a file that can be read: ")
                .hasMessageContaining("FORBEAR_DEADLINE: never (expected: a duration >= 1ms")
                .hasMessageContaining("forbear.service.orders.max-atempts: 8 (expected: a known key; did you mean"
                        + " max-attempts?)");
    }

    @Test
    void aSystemPropertyThatNoKeyIsNearIsSomeoneElses() {
        System.setProperty("forbear.spaceship", "yes");
        System.setProperty("forbear.config", "x");

        assertThat(ConfigSources.none().systemProperties().read().toMap()).isEmpty();
    }

    @Test
    void aDirectoryHasFilesOfPropertiesAndFilesThatAreOneKey() throws IOException {
        file("orders.properties", "service.orders.max-attempts=2");
        file("users.properties", "service.users.max-attempts=4");
        file("base-delay", "70ms");
        file("README", "what this is for");
        file(".hidden.properties", "max-attempts=9");
        Files.createDirectory(dir.resolve("deeper"));

        RetryConfig config = ConfigSources.none().file(dir).read();

        assertThat(config.toMap())
                .containsOnly(
                        Map.entry("service.orders.max-attempts", "2"),
                        Map.entry("service.users.max-attempts", "4"),
                        Map.entry("base-delay", "70ms"));
        assertThat(config.origins("orders").get("base-delay"))
                .isEqualTo(new ConfigOrigin(Source.FILE, "base-delay (base-delay)"));
        file("users.properties", "service.orders.max-attempts=4");
        assertThatThrownBy(() -> ConfigSources.none().file(dir).read())
                .hasMessage("users.properties:1: service.orders.max-attempts: 4 (expected: once; it is also written as"
                        + " orders.properties:1: service.orders.max-attempts: 2)");
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws IOException {
        Path large = file("a.properties", "#".repeat((int) ConfigFile.LARGEST));

        assertThatThrownBy(() -> ConfigSources.none().file(large).read())
                .hasMessageEndingWith("nothing (expected: a file that can be read: it has more than 1048576 bytes)");
    }

    @Test
    void theStandardSourcesAreNamedByAPropertyOfTheSystem() throws IOException {
        Path one = file("a.properties", "max-attempts=5");
        Path other = file("b.properties", "max-attempts=6");
        System.setProperty("forbear.config", one + ", " + other);

        assertThat(attempts(ConfigSources.standard().read())).isEqualTo(6);
        assertThat(ConfigSources.standard()).asString().contains("a.properties", "b.properties", "system properties");
    }

    @Test
    void twoLooksAreEqualWhileNothingChanges() throws IOException {
        ConfigSources sources = ConfigSources.none()
                .file(file("a.properties", "max-attempts=5"))
                .systemProperties();
        ConfigSources.Reading first = sources.look();

        assertThat(sources.look()).isEqualTo(first).hasSameHashCodeAs(first);
        file("a.properties", "max-attempts=6");
        assertThat(sources.look()).isNotEqualTo(first);
        assertThat(attempts(first.config())).as("what it found then").isEqualTo(5);
        file("a.properties", "max-attempts=5");
        assertThat(sources.look()).isEqualTo(first);
        System.setProperty("forbear.deadline", "1s");
        assertThat(sources.look()).isNotEqualTo(first);
    }

    @Test
    void howOftenAWatchLooksIsBounded() {
        assertThat(ConfigSources.none().every()).isEqualTo(Duration.ofMillis(500));
        assertThat(ConfigSources.none().lookEvery(Duration.ofSeconds(5)).every())
                .isEqualTo(Duration.ofSeconds(5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigSources.none().lookEvery(Duration.ofMillis(9)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigSources.none().lookEvery(Duration.ofDays(2)));
    }

    private static ConfigEntry entry(String key, String value, Source source, String place) {
        return new ConfigEntry(key, value, "spring." + key, source, place);
    }

    @Test
    void whatAnotherReaderFoundIsBelowFilesAndAboveTheProgram() {
        RetryConfig config = ConfigSources.none()
                .settings(Map.of("max-attempts", 2, "deadline", "1s"))
                .entries(() -> List.of(
                        List.of(entry("services.orders.max-attempts", "7", Source.SYSTEM_PROPERTY, "")),
                        List.of(
                                entry("services.orders.max-attempts", "6", Source.FILE, "application.yml:3"),
                                entry("default.max-attempts", "5", Source.FILE, "application.yml:1"))))
                .read();

        assertThat(config.toMap())
                .containsEntry("service.orders.max-attempts", "7")
                .containsEntry("max-attempts", "5")
                .containsEntry("deadline", "1s");
        assertThat(config.origins("users"))
                .containsEntry(
                        "max-attempts",
                        new ConfigOrigin(Source.FILE, "spring.default.max-attempts (application.yml:1)"));
    }

    @Test
    void anEntryOfAnEnvironmentMeansAServiceInAnySpellingAndIsIgnoredWhereItIsNoKey() {
        RetryConfig config = ConfigSources.none()
                .entries(() -> List.of(List.of(
                        entry("service.user.service.max.attempts", "6", Source.ENVIRONMENT, ""),
                        entry("default.max.delay", "7s", Source.ENVIRONMENT, ""),
                        entry("service.port", "80", Source.ENVIRONMENT, ""),
                        entry("something", "else", Source.ENVIRONMENT, ""))))
                .read();

        assertThat(config.service("user-service").policy().maxAttempts()).isEqualTo(6);
        assertThat(config.service("userService").policy().maxAttempts()).isEqualTo(6);
        assertThat(config.service("any").policy().backoff().max()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void anUnknownEntryIsAnErrorWithItsPlace() {
        ConfigSources sources = ConfigSources.none()
                .entries(() -> List.of(List.of(
                        entry("services.orders.max-atempts", "6", Source.FILE, "application.yml:3"),
                        entry("something", "else", Source.KEY, "test"))));

        assertThatThrownBy(sources::read)
                .hasMessageContaining("application.yml:3: spring.services.orders.max-atempts: 6"
                        + " (expected: a known key; did you mean max-attempts?)")
                .hasMessageContaining("test: spring.something: else (expected: one of ");
    }

    @Test
    void yamlWritesOnAsTrue() {
        assertThat(RetryConfig.of(Map.of("logging", true)).isLogged()).isTrue();
        assertThat(RetryConfig.of(Map.of("logging", false)).isLogged()).isFalse();
    }

    @Test
    void aReaderThatThrowsIsOneMoreError() {
        ConfigSources sources = ConfigSources.none()
                .settings(Map.of("max-attempts", 0))
                .entries(() -> {
                    throw new IllegalStateException("while scanning:\n  line 3");
                });

        assertThatThrownBy(sources::read)
                .hasMessageContaining("max-attempts: 0 (expected: a whole number >= 1)")
                .hasMessageContaining("entries: nothing (expected: settings that can be read: "
                        + "java.lang.IllegalStateException: while scanning:\\n  line 3)");
    }
}
