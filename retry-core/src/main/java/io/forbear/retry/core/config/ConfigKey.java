package io.forbear.retry.core.config;

import java.util.Objects;

/**
 * A setting of text configuration: for editors, documentation and whatever else lists settings.
 *
 * @param name the key in its own spelling, such as {@code max-attempts} or {@code base-delay.rate-limit}
 * @param type the kind of its values, such as {@code duration}
 * @param rule the values that it takes, as errors say it
 * @param description what it sets, one sentence or several, in Markdown
 * @param defaultValue its value where no preset is written, empty for none
 * @param isForAllServices whether it holds for all services together, so that no service has a value of its own
 * @since 0.1
 */
public record ConfigKey(
        String name, String type, String rule, String description, String defaultValue, boolean isForAllServices) {

    /** Creates a key. */
    public ConfigKey {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(defaultValue, "defaultValue");
    }

    static ConfigKey of(Key<?> key) {
        String byPreset = Preset.FORBEAR.written().get(key.text);
        return new ConfigKey(
                key.text,
                key.type.name(),
                key.type.rule(),
                key.about,
                byPreset == null ? Usual.of(key) : byPreset,
                key.common);
    }
}
