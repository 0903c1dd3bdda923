package io.forbear.retry.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.RetryListener;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.operations.ServiceEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings in YAML mean what they mean in properties, and errors name the line. */
class YamlSettingsTest {

    @TempDir
    private Path folder;

    /** Puts a whole file in the place of another: one that is written bit by bit can be read while it is empty. */
    private Path write(String text) throws IOException {
        Path whole = Files.writeString(folder.resolve("new.yml"), text);
        return Files.move(whole, folder.resolve("retry.yml"), StandardCopyOption.REPLACE_EXISTING);
    }

    private ConfigSources sources(String text) throws IOException {
        return ConfigSources.none().entries(YamlSettings.of(write(text)));
    }

    private static RetryConfig properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
        }
        return RetryConfig.of(properties);
    }

    @Test
    void mapsListsAndWordsAreTheKeysOfProperties() throws IOException {
        RetryConfig read = sources("""
                        max-attempts: 4
                        circuit-breaker: on
                        retry-on: [java.io.IOException, com.example.Busy]
                        services:
                          orders:
                            max_attempts: 2
                            retry-budget: 10%
                          "a.b": {deadline: 2s}
                        """).read();

        assertThat(read.toMap())
                .isEqualTo(properties(
                                "max-attempts",
                                "4",
                                "circuit-breaker",
                                "on",
                                "retry-on",
                                "java.io.IOException, com.example.Busy",
                                "service.orders.max-attempts",
                                "2",
                                "service.orders.retry-budget",
                                "10%",
                                "service.a.b.deadline",
                                "2s")
                        .toMap());
    }

    @Test
    void keysMayStandBelowForbearAndBelowDefault() throws IOException {
        RetryConfig read =
                sources("forbear:\n  default:\n    max-attempts: 5\n").read();

        assertThat(read.service("orders").policy().maxAttempts()).isEqualTo(5);
        assertThat(read.origins("orders").get("max-attempts").toString()).contains("retry.yml:3");
    }

    @Test
    void everyErrorNamesTheLine() {
        assertThatThrownBy(() -> sources("max-attempts: 0\nservices:\n  orders:\n    max-atempts: 2\n")
                        .read())
                .hasMessageContaining("2 settings are wrong")
                .hasMessageContaining("retry.yml:1: max-attempts: 0 (expected: a whole number >= 1)")
                .hasMessageContaining("retry.yml:4: services.orders.max-atempts: 2")
                .hasMessageContaining("did you mean");
    }

    @Test
    void whatIsNoYamlOrNoMapIsRefusedWithItsLine() {
        assertThatThrownBy(() -> sources("a: 1\nb: [\n").read()).hasMessageContaining("retry.yml:");
        assertThatThrownBy(() -> sources("a: 1\na: 2\n").read()).hasMessageContaining("retry.yml:2");
        assertThatThrownBy(() -> sources("- a\n- b\n").read()).hasMessageContaining("retry.yml:1: no map");
        assertThatThrownBy(() -> sources("retry-on: [[a]]\n").read()).hasMessageContaining("a list of words");
        assertThatThrownBy(() -> sources("a: 1\n---\nb: 2\n").read()).hasMessageContaining("retry.yml");
        assertThatThrownBy(() -> sources("a: &a {b: *a}\n").read()).hasMessageContaining("retry.yml");
        assertThatThrownBy(() -> ConfigSources.none()
                        .entries(YamlSettings.of(folder.resolve("none.yml")))
                        .read())
                .hasMessageContaining("none.yml");
    }

    @Test
    void anEmptyFileAndACommentSayNothing() throws IOException {
        assertThat(sources("").read().toMap()).isEmpty();
        assertThat(sources("# nothing yet\n").read().toMap()).isEmpty();
    }

    @Test
    void aLaterFileIsStronger() throws IOException {
        Path first = Files.writeString(folder.resolve("first.yml"), "max-attempts: 2\nbase-delay: 7ms\n");
        Path second = Files.writeString(folder.resolve("second.yml"), "max-attempts: 6\n");

        RetryConfig read =
                ConfigSources.none().entries(YamlSettings.of(first, second)).read();

        assertThat(read.toMap()).isEqualTo(Map.of("max-attempts", "6", "base-delay", "7ms"));
    }

    @Test
    void aWatchFollowsTheFileAndABrokenOneChangesNothing() throws Exception {
        ConfigSources sources = sources("max-attempts: 2\n").lookEvery(Duration.ofMillis(10));
        CountDownLatch refused = new CountDownLatch(1);
        try (RetryRegistry registry = RetryRegistry.builder()
                .listener(new RetryListener() {
                    @Override
                    public void onEvent(ServiceEvent event) {
                        if (event.kind() == ServiceEvent.Kind.RELOAD_REFUSED) {
                            refused.countDown();
                        }
                    }
                })
                .build(sources.read())) {
            registry.get("orders");
            registry.watch(sources);

            write("max-attempts: [\n");
            assertThat(refused.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(2);

            write("max-attempts: 7\n");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (registry.get("orders").policy().maxAttempts() != 7) {
                assertThat(System.nanoTime() - end).isNegative();
                Thread.onSpinWait();
            }
        }
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefusedInWords(@ForAll String text) throws IOException {
        Path file = Files.createTempFile("any", ".yml");
        try {
            Files.writeString(file, text);
            ConfigSources.none().entries(YamlSettings.of(file)).read();
        } catch (IllegalArgumentException refused) {
            assertThat(refused).hasMessageContaining("expected");
        } finally {
            Files.delete(file);
        }
    }
}
