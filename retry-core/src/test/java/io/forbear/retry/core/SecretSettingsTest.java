package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.ConfigOrigin;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The value of a secret setting holds, and is shown nowhere. */
class SecretSettingsTest {

    private static ConfigEntry secret(String key, String value) {
        return new ConfigEntry(key, value, "/shop/" + key, Source.STORE, "", true);
    }

    private static ConfigSources sources(ConfigEntry... entries) {
        return ConfigSources.none().entries(() -> List.of(List.of(entries)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            db-password    | 31337                  | max-delay | 31338 | /shop/db-password: a secret (expected: one of
            max-attempts   | 31337x                 | max-delay | 31338 | attempts: a secret (expected: a whole number
            max-delay      | 31337ms                | base-delay | 31338ms | a value that fits those beside it
            maxAttempts    | 31337                  | max-attempts | 31338 | also written as /shop/maxAttempts: a secret
            never-on-status | 418                   | retry-on-status | 418 | a value that fits those beside it
            service.orders.logging | 31337          | max-delay | 31338 | /shop/service.orders.logging: a secret
            jitter         | 31337                  | backoff   | 31338 | : a secret (expected:
            """)
    void aWrongSecretIsToldByItsLabelAlone(String key, String value, String otherKey, String other, String told) {
        Throwable wrong = catchThrowable(
                () -> sources(secret(key, value), secret(otherKey, other)).read());

        assertThat(wrong)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told)
                .hasMessageNotContainingAny("3133", "418");
    }

    @Test
    void anEntryShowsItsSecretNeither() {
        assertThat(secret("max-attempts", "31337"))
                .hasToString("ConfigEntry[key=max-attempts, value=a secret, label=/shop/max-attempts, source=STORE,"
                        + " place=]");
        assertThat(new ConfigEntry("max-attempts", "4", "l", Source.STORE, ""))
                .asString()
                .contains("value=4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConfigEntry("max-attempts", "4", "l", Source.ENVIRONMENT, "", true))
                .withMessage("secret: true (expected: false in the environment)");
    }

    @Test
    void theConfigurationOfAServiceItsExplanationTheReloadAndTheLogSayThatItIsASecret() {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("io.forbear.retry");
        boolean toParents = log.getUseParentHandlers();
        log.addHandler(handler);
        log.setUseParentHandlers(false);
        RetryConfig first = sources(secret("max-attempts", "31337"), secret("logging", "true"))
                .read();
        RetryConfig second = sources(secret("service.orders.max-attempts", "31338"), secret("logging", "true"))
                .read();
        try (RetryRegistry registry = RetryRegistry.builder().build(first)) {
            assertThat(first.origins("orders"))
                    .containsEntry("max-attempts", new ConfigOrigin(Source.STORE, "/shop/max-attempts", true));
            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(31337);
            assertThat(registry.get("orders").operations().configuration())
                    .contains(new ConfiguredValue("max-attempts", "a secret", Source.STORE, "/shop/max-attempts"));
            assertThat(registry.explain("orders"))
                    .containsPattern("max-attempts +=? *= a secret  <- store: /shop/max-attempts")
                    .doesNotContain("3133");
            assertThat(registry.explain("users")).doesNotContain("3133");

            registry.reload(second);

            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(31338);
            assertThat(registry.get("orders").operations().events().toString())
                    .contains("max-attempts a secret")
                    .doesNotContain("3133");
            assertThat(String.join("\n", logged)).contains("a secret").doesNotContain("3133");
        } finally {
            log.removeHandler(handler);
            log.setUseParentHandlers(toParents);
        }
    }

    @Test
    void aPresetThatIsASecretIsNotShownByWhatItSets() {
        RetryConfig config = sources(secret("preset", "aws-legacy")).read();

        try (RetryRegistry registry = RetryRegistry.builder().build(config)) {
            assertThat(registry.get("orders").policy().maxAttempts()).isEqualTo(4);
            assertThat(registry.explain("orders"))
                    .doesNotContain("aws-legacy")
                    .contains("a secret  <- preset: a secret");
        }
    }
}
