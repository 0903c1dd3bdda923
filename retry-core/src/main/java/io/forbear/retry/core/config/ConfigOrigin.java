package io.forbear.retry.core.config;

import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.Objects;

/**
 * Where a value of a key comes from.
 *
 * @param source the kind of the place
 * @param label the key or the variable as it was written, and the line of the file, such as {@code
 *     service.orders.max-attempts (orders.properties:12)}
 * @param secret whether the value is shown nowhere
 * @since 0.1
 */
public record ConfigOrigin(Source source, String label, boolean secret) {

    /** Creates an origin. */
    public ConfigOrigin {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(label, "label");
    }

    /**
     * Creates an origin that keeps no secrets.
     *
     * @param source as above
     * @param label as above
     */
    public ConfigOrigin(Source source, String label) {
        this(source, label, false);
    }

    static ConfigOrigin of(Setting setting) {
        Place place = setting.place();
        return new ConfigOrigin(place.source(), place.and(setting.label()), place.secret());
    }
}
