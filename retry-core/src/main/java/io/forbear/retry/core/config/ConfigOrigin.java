package io.forbear.retry.core.config;

import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.Objects;

/**
 * Where a value of a key comes from.
 *
 * @param source the kind of the place
 * @param label the key or the variable as it was written, and the line of the file, such as {@code
 *     service.orders.max-attempts (orders.properties:12)}
 * @since 0.1
 */
public record ConfigOrigin(Source source, String label) {

    /** Creates an origin. */
    public ConfigOrigin {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(label, "label");
    }

    static ConfigOrigin of(Setting setting) {
        return new ConfigOrigin(setting.place().source(), setting.place().and(setting.label()));
    }
}
