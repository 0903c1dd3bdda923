package io.forbear.retry.core.config;

import io.forbear.retry.operations.ConfiguredValue.Source;
import java.util.Objects;

/**
 * A setting that another reader of configuration has found, such as the environment of Spring.
 *
 * @param key what is set, in the language of this library: {@code max-attempts} or {@code default.max-attempts} for all
 *     services, {@code service.orders.max-attempts} for one. If the source is the environment, the longest end that is
 *     a key is the key, and the part before it names a service in any spelling: {@code
 *     service.user.service.max.attempts} is of {@code user-service} and of {@code userService}
 * @param value the value as text
 * @param label the key as it is written there, for errors and explanations
 * @param source the kind of the place. In the environment a key that is not known is ignored, in system properties one
 *     that is near none; in any other source it is an error
 * @param place the place for people, such as {@code application.yml:12}; empty if source and label say it all
 * @param secret whether the value is shown nowhere: not in an error, not in the configuration of a service, not in the
 *     event of a reload. What it does is seen. Not in the environment
 * @since 0.1
 */
public record ConfigEntry(String key, String value, String label, Source source, String place, boolean secret) {

    /** Creates an entry. */
    public ConfigEntry {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(place, "place");
        if (secret && source == Source.ENVIRONMENT) {
            throw new IllegalArgumentException("secret: true (expected: false in the environment)");
        }
    }

    /**
     * Creates an entry that is no secret.
     *
     * @param key as above
     * @param value as above
     * @param label as above
     * @param source as above
     * @param place as above
     */
    public ConfigEntry(String key, String value, String label, Source source, String place) {
        this(key, value, label, source, place, false);
    }

    @Override
    public String toString() {
        String shown = secret ? Place.SECRET : value;
        return "ConfigEntry[key=" + key + ", value=" + shown + ", label=" + label + ", source=" + source + ", place="
                + place + "]";
    }
}
