package io.forbear.retry.spring.boot;

import io.forbear.retry.operations.ConfiguredValue.Source;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.Resource;

/**
 * A property that one source of the environment has.
 *
 * @param value as text, placeholders resolved
 * @param label the name as it is written there
 * @param source the kind of the place
 * @param service the third word of the name, as it was written; empty if there is none
 * @param placeName the place for people, such as {@code application.yml:12}; empty if the label says it
 */
record Found(String value, String label, Source source, String service, String placeName) {

    Found(
            IterableConfigurationPropertySource source,
            ConfigurationPropertyName name,
            ConfigurableEnvironment environment) {
        this(property(source, name), name, source.getUnderlyingSource(), environment);
    }

    private Found(
            @Nullable ConfigurationProperty property,
            ConfigurationPropertyName name,
            @Nullable Object underlying,
            ConfigurableEnvironment environment) {
        this(
                value(property, environment),
                label(property, name),
                kind(origin(property), underlying),
                name.getNumberOfElements() < 3 ? "" : name.getElement(2, Form.ORIGINAL),
                placeName(origin(property), underlying));
    }

    /** Returns the property of this very spelling: of several that are equal to it, Boot returns the same each time. */
    private static @Nullable ConfigurationProperty property(
            IterableConfigurationPropertySource source, ConfigurationPropertyName name) {
        ConfigurationProperty found = source.getConfigurationProperty(name);
        if (found == null
                || !(found.getOrigin() instanceof PropertySourceOrigin origin)
                || isSpelled(origin.getPropertyName(), name)
                || !(source.getUnderlyingSource() instanceof EnumerablePropertySource<?> all)
                || all instanceof SystemEnvironmentPropertySource) {
            return found;
        }
        for (String spelling : all.getPropertyNames()) {
            Object value = isSpelled(spelling, name) ? all.getProperty(spelling) : null;
            if (value != null) {
                return new ConfigurationProperty(name, value, PropertySourceOrigin.get(all, spelling));
            }
        }
        return found;
    }

    private static boolean isSpelled(String spelling, ConfigurationPropertyName name) {
        return ConfigurationPropertyName.adapt(spelling, '.').toString().equals(name.toString());
    }

    private static @Nullable Origin origin(@Nullable ConfigurationProperty property) {
        Origin origin = property == null ? null : property.getOrigin();
        if (origin instanceof PropertySourceOrigin source) {
            Origin inner = source.getOrigin();
            return inner == null ? origin : inner;
        }
        return origin;
    }

    private static String value(@Nullable ConfigurationProperty property, ConfigurableEnvironment environment) {
        Object value = property == null ? null : property.getValue();
        return value == null ? "" : environment.resolvePlaceholders(value.toString());
    }

    private static String label(@Nullable ConfigurationProperty property, ConfigurationPropertyName name) {
        if (origin(property) instanceof SystemEnvironmentOrigin variable) {
            return variable.getProperty();
        }
        Origin origin = property == null ? null : property.getOrigin();
        return origin instanceof PropertySourceOrigin source ? source.getPropertyName() : name.toString();
    }

    private static Source kind(@Nullable Origin origin, @Nullable Object underlying) {
        if (origin instanceof SystemEnvironmentOrigin || underlying instanceof SystemEnvironmentPropertySource) {
            return Source.ENVIRONMENT;
        }
        if (origin instanceof TextResourceOrigin) {
            return Source.FILE;
        }
        return isSystemProperties(underlying) ? Source.SYSTEM_PROPERTY : Source.KEY;
    }

    private static boolean isSystemProperties(@Nullable Object underlying) {
        return underlying instanceof PropertySource<?> source
                && source.getName().equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
    }

    private static String placeName(@Nullable Origin origin, @Nullable Object underlying) {
        if (origin instanceof TextResourceOrigin text) {
            return fileName(text)
                    + (text.getLocation() == null
                            ? ""
                            : ":" + (text.getLocation().getLine() + 1));
        }
        boolean isSaid = kind(origin, underlying) != Source.KEY;
        return isSaid || !(underlying instanceof PropertySource<?> source) ? "" : source.getName();
    }

    private static String fileName(TextResourceOrigin text) {
        Resource resource = text.getResource();
        String name = resource == null ? null : resource.getFilename();
        return name == null ? String.valueOf(resource) : name;
    }

    /** Returns what an error begins with. */
    String place() {
        return placeName.isEmpty() ? "" : placeName + ": ";
    }
}
