package io.forbear.retry.aws.config;

import io.forbear.retry.Retry;
import io.forbear.retry.aws.internal.Json;
import io.forbear.retry.aws.internal.SingleAttempt;
import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/**
 * Settings in a secret of Secrets Manager: an object of JSON, as its console writes keys and values. Maps in it may
 * stand for dots, and a list for text with commas:
 *
 * <pre>{@code
 * {"max-attempts": "4", "service": {"orders": {"max-attempts": 2, "retry-on": ["java.io.IOException"]}}}
 * }</pre>
 *
 * <p>The values hold, and are shown nowhere. A key that is not known is an error, as in a file. An error names secret
 * and key: {@code Secrets Manager, version v: shop/forbear:max-attempts: a secret (expected: rule)}.
 *
 * <p>One reading is one request, {@code GetSecretValue}, for the version {@code AWSCURRENT}. The role needs {@code
 * secretsmanager:GetSecretValue}. Needs {@code jackson-core}.
 *
 * @since 0.1
 */
public final class SecretSettings {

    /** Deeper maps are no settings. */
    private static final int DEEPEST = 8;

    private final SecretsManagerClient client;
    private final String secretId;
    private final String place;
    private final Retry retry;

    private SecretSettings(SecretsManagerClient client, String secretId, String place, Retry retry) {
        this.client = client;
        this.secretId = secretId;
        this.place = place;
        this.retry = retry;
    }

    /**
     * Names a secret.
     *
     * @param client of Secrets Manager; not closed here
     * @param secretId name or ARN of the secret
     * @return what reads it, to be {@linkplain StoredSettings.Builder#start() started}
     * @throws IllegalArgumentException if the name is blank
     */
    public static StoredSettings.Builder of(SecretsManagerClient client, String secretId) {
        Objects.requireNonNull(client, "client");
        if (secretId.isBlank()) {
            throw new IllegalArgumentException("secretId: \"" + secretId + "\" (expected: name or ARN of a secret)");
        }
        String place = "secret " + secretId;
        return new StoredSettings.Builder(place, retry -> new SecretSettings(client, secretId, place, retry)::read);
    }

    private Content read() {
        GetSecretValueResponse answer = retry.call(
                () -> client.getSecretValue(r -> r.secretId(secretId).overrideConfiguration(SingleAttempt.ONCE)));
        String text = answer.secretString();
        if (text == null) {
            throw new IllegalStateException(place + ": bytes (expected: text)");
        }
        List<ConfigEntry> entries = new ArrayList<>();
        if (!(Json.read(place, text) instanceof Map<?, ?> settings)) {
            throw new IllegalStateException(place + ": no object (expected: an object of JSON)");
        }
        flatten("", settings, "Secrets Manager, version " + answer.versionId(), 0, entries);
        if (entries.isEmpty()) {
            throw new IllegalStateException(place + ": none (expected: one setting at least)");
        }
        entries.sort(Comparator.comparing(ConfigEntry::key));
        return new Content(entries, true);
    }

    private void flatten(String prefix, Map<?, ?> settings, String version, int depth, List<ConfigEntry> into) {
        settings.forEach((name, value) -> {
            String key = prefix + name;
            if (value instanceof Map<?, ?> inner && depth < DEEPEST) {
                flatten(key + ".", inner, version, depth + 1, into);
            } else {
                into.add(new ConfigEntry(key, text(key, value), secretId + ":" + key, Source.STORE, version, true));
            }
        });
    }

    private String text(String key, @Nullable Object value) {
        if (value instanceof List<?> list) {
            StringJoiner all = new StringJoiner(", ");
            for (Object each : list) {
                all.add(each instanceof List<?> ? refused(key) : text(key, each));
            }
            return all.toString();
        }
        return value == null || value instanceof Map<?, ?> ? refused(key) : value.toString();
    }

    private String refused(String key) {
        throw new IllegalStateException(
                place + ": " + key + ": a secret (expected: text, a number, a boolean or a list of these)");
    }
}
