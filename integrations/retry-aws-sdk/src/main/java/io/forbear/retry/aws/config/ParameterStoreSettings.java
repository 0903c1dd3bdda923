package io.forbear.retry.aws.config;

import io.forbear.retry.Retry;
import io.forbear.retry.aws.internal.SingleAttempt;
import io.forbear.retry.core.config.ConfigEntry;
import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.ParameterType;

/**
 * Settings in Parameter Store of Systems Manager: one parameter for each, under one path. The rest of its name is the
 * key, with slashes as dots: under {@code /shop/forbear} the parameter {@code
 * /shop/forbear/service/orders/max-attempts} is {@code service.orders.max-attempts}.
 *
 * <p>Values of type {@code SecureString} are decrypted, hold, and are shown nowhere. The list of a {@code StringList}
 * is what text has between commas. A key that is not known is an error, as in a file: the path is for settings alone.
 * An error names the parameter: {@code Parameter Store, version 3: /shop/forbear/max-attempts: none (expected: rule)}.
 *
 * <p>One reading is a request for ten parameters, {@code GetParametersByPath}. The role needs {@code
 * ssm:GetParametersByPath} on the path, and {@code kms:Decrypt} for a {@code SecureString}.
 *
 * @since 0.1
 */
public final class ParameterStoreSettings {

    private static final int MOST_OF_A_PAGE = 10;

    private final SsmClient client;
    private final String path;
    private final String place;
    private final Retry retry;

    private ParameterStoreSettings(SsmClient client, String path, String place, Retry retry) {
        this.client = client;
        this.path = path;
        this.place = place;
        this.retry = retry;
    }

    /**
     * Names a path.
     *
     * @param client of Systems Manager; not closed here
     * @param path such as {@code /shop/forbear}
     * @return what reads it, to be {@linkplain StoredSettings.Builder#start() started}
     * @throws IllegalArgumentException if the path does not begin with a slash, or is nothing else
     */
    public static StoredSettings.Builder of(SsmClient client, String path) {
        Objects.requireNonNull(client, "client");
        String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        if (!bare.startsWith("/") || bare.endsWith("/")) {
            throw new IllegalArgumentException("path: " + path + " (expected: a path such as /shop/forbear)");
        }
        String place = "parameters " + bare;
        return new StoredSettings.Builder(place, retry -> new ParameterStoreSettings(client, bare, place, retry)::read);
    }

    private Content read() {
        List<Parameter> all = new ArrayList<>();
        String token = null;
        int pages = 0;
        do {
            GetParametersByPathResponse page = page(token);
            all.addAll(page.parameters());
            token = page.nextToken();
            pages++;
        } while (token != null && !token.isEmpty());
        if (all.isEmpty()) {
            throw new IllegalStateException(place + ": none (expected: one at least)");
        }
        List<ConfigEntry> entries = all.stream()
                .sorted(Comparator.comparing(Parameter::name))
                .map(this::entry)
                .toList();
        return new Content(entries, pages == 1);
    }

    private GetParametersByPathResponse page(@Nullable String token) {
        return retry.call(() -> client.getParametersByPath(r -> r.path(path)
                .recursive(true)
                .withDecryption(true)
                .maxResults(MOST_OF_A_PAGE)
                .nextToken(token)
                .overrideConfiguration(SingleAttempt.ONCE)));
    }

    private ConfigEntry entry(Parameter parameter) {
        String name = parameter.name();
        if (!name.startsWith(path + "/")) {
            throw new IllegalStateException(place + ": " + name + " (expected: names under the path)");
        }
        return new ConfigEntry(
                name.substring(path.length() + 1).replace('/', '.'),
                parameter.value(),
                name,
                Source.STORE,
                "Parameter Store, version " + parameter.version(),
                parameter.type() == ParameterType.SECURE_STRING);
    }
}
