package io.forbear.retry.aws.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the real client against a server that counts requests. */
class SecretSettingsTest {

    private static final String GOOD = "{\"max-attempts\": \"4\"}";

    private static StoredSettings started(Store store) throws InterruptedException {
        StoredSettings settings =
                store.ofSecret("shop/forbear").refreshEvery(Duration.ofHours(1)).start();
        assertThat(settings.await(Duration.ofSeconds(60))).isTrue();
        return settings;
    }

    @Test
    void anObjectOfJsonIsSettingsAndEachOfThemIsASecret() throws Exception {
        try (Store store = new Store()) {
            store.secret("""
                    {"max-attempts": 4, "logging": true,
                     "service": {"orders": {"max-attempts": "2",
                     "retry-on": ["java.io.IOException", "a.B"]}}}""", "v7");
            try (StoredSettings settings = started(store)) {
                assertThat(settings.get().get(0))
                        .allMatch(ConfigEntry::secret)
                        .contains(new ConfigEntry(
                                "service.orders.max-attempts",
                                "2",
                                "shop/forbear:service.orders.max-attempts",
                                Source.STORE,
                                "Secrets Manager, version v7",
                                true));
                assertThat(ConfigSources.none().entries(settings).read().toMap())
                        .isEqualTo(Map.of(
                                "max-attempts", "4",
                                "logging", "on",
                                "service.orders.max-attempts", "2",
                                "service.orders.retry-on", "a.B, java.io.IOException"));
                assertThat(store.server().count()).isEqualTo(1);
            }
        }
    }

    @Test
    void anotherVersionIsTakenAndTheSameOneCostsOneRequest() throws Exception {
        try (Store store = new Store()) {
            store.secret(GOOD, "v1");
            try (StoredSettings settings = started(store)) {
                assertThat(settings.refresh().get(60, TimeUnit.SECONDS)).isEmpty();
                assertThat(store.server().count()).isEqualTo(2);

                store.secret("{\"max-attempts\": \"5\"}", "v2");
                assertThat(settings.refresh().get(60, TimeUnit.SECONDS)).isEmpty();

                assertThat(store.server().count()).as("a change is read twice").isEqualTo(4);
                assertThat(settings.get().get(0).get(0).value()).isEqualTo("5");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"password": hunter2}       | (expected: JSON)
            hunter2                     | (expected: JSON)
            {"a": "hunter2"} hunter2    | (expected: JSON)
            {"hunter2": "a              | (expected: JSON)
            "hunter2"                   | no object (expected: an object of JSON)
            {}                          | none (expected: one setting at least)
            {"a": null, "b": "hunter2"} | a: a secret (expected: text, a number, a boolean or a list of these)
            {"a": [["hunter2"]]}        | a: a secret (expected: text, a number, a boolean or a list of these)
            """)
    void aSecretThatIsNoSettingsChangesNothingAndIsInNoMessage(String text, String told) throws Exception {
        try (Store store = new Store()) {
            store.secret(GOOD, "v1");
            try (StoredSettings settings = started(store)) {
                store.secret(text, "v2");

                assertThat(settings.refresh().get(60, TimeUnit.SECONDS))
                        .get()
                        .asString()
                        .startsWith("secret shop/forbear: ")
                        .endsWith(told)
                        .doesNotContain("hunter2");
                assertThat(settings.get().get(0)).hasSize(1);
            }
        }
    }

    @Test
    void aSecretOfBytesIsRefused() throws Exception {
        try (Store store = new Store()) {
            store.secret(null, "v1");
            try (StoredSettings settings = store.ofSecret("shop/forbear").start()) {
                assertThat(settings.refresh().get(60, TimeUnit.SECONDS))
                        .contains("secret shop/forbear: bytes (expected: text)");
            }
        }
    }

    @Test
    void aKeyThatIsNoneIsAnErrorWithoutItsValue() throws Exception {
        try (Store store = new Store()) {
            store.secret("{\"max-atempts\": \"hunter2\", \"username\": \"hunter2\"}", "v1");
            try (StoredSettings settings = started(store)) {
                assertThatThrownBy(() -> ConfigSources.none().entries(settings).read())
                        .hasMessageContaining("Secrets Manager, version v1: shop/forbear:max-atempts: a secret"
                                + " (expected: a known key; did you mean max-attempts?)")
                        .hasMessageContaining("shop/forbear:username: a secret (expected: one of ")
                        .hasMessageNotContaining("hunter2");
            }
        }
    }

    @Test
    void ofSeveralStoresTheFirstThatHasAKeyHolds() throws Exception {
        try (Store store = new Store().put("/shop/forbear/max-attempts", "7").put("/shop/forbear/deadline", "5s")) {
            store.secret(GOOD, "v1");
            try (StoredSettings secret = started(store);
                    StoredSettings parameters =
                            store.ofParameters("/shop/forbear").start()) {
                assertThat(parameters.await(Duration.ofSeconds(60))).isTrue();

                assertThat(ConfigSources.none()
                                .entries(StoredSettings.strongestFirst(secret, parameters))
                                .read()
                                .toMap())
                        .isEqualTo(Map.of("max-attempts", "4", "deadline", "5s"));
            }
        }
    }

    @Test
    void aBlankNameIsRefused() {
        try (Store store = new Store()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.ofSecret(" "))
                    .withMessage("secretId: \" \" (expected: name or ARN of a secret)");
        }
    }
}
