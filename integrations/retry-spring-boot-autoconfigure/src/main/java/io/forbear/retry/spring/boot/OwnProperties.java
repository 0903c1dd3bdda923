package io.forbear.retry.spring.boot;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/** The names under {@code forbear.} that are about Spring Boot, and so not for the parser of the engine. */
final class OwnProperties {

    /** Each with the type of its value and what it sets, for the metadata. */
    static final List<Own> ALL = List.of(
            new Own(
                    "strict",
                    Boolean.class,
                    "false",
                    "Whether a service is refused that no property and no customizer names."),
            new Own(
                    "retryable-bridge.enabled",
                    Boolean.class,
                    "false",
                    "Whether methods with @Retryable, of Spring or of spring-retry, are retried by the services of"
                            + " Forbear."),
            new Own("metrics.enabled", Boolean.class, "true", "Whether the meters are bound to Micrometer."),
            new Own("metrics.durations", Boolean.class, "false", "Whether calls and attempts are timed."),
            new Own("tracing.enabled", Boolean.class, "true", "Whether calls and attempts are spans of OpenTelemetry."),
            new Own(
                    "tracing.only-calls-that-retry",
                    Boolean.class,
                    "false",
                    "Whether a call that succeeds at once has no span."),
            new Own("tracing.client-attribute", Boolean.class, "false", "Whether spans name the client."),
            new Own(
                    "reload.every",
                    Duration.class,
                    "",
                    "How often the environment is read again without being asked to, from 10 ms to a day. By default"
                            + " never."));

    private static final ConfigurationPropertyName HTTP = ConfigurationPropertyName.of("forbear.http");

    private static final Set<ConfigurationPropertyName> NAMES = new HashSet<>();

    static {
        for (Own own : ALL) {
            NAMES.add(ConfigurationPropertyName.of("forbear." + own.name));
        }
    }

    private OwnProperties() {}

    /** Tells whether a property is one of these, or names the hosts of a service. */
    static boolean has(ConfigurationPropertyName name) {
        return NAMES.contains(name) || isHosts(name);
    }

    /** Tells whether a property names the hosts of a service: {@code forbear.http.<service>}, a list or not. */
    static boolean isHosts(ConfigurationPropertyName name) {
        int elements = name.getNumberOfElements();
        return HTTP.isAncestorOf(name) && (elements == 3 || elements == 4 && name.isNumericIndex(3));
    }

    /** Tells whether a word, without dashes, begins the name of one of these. */
    static boolean isGroup(String word) {
        return word.equals("http")
                || ALL.stream().map(own -> own.name.replace("-", "")).anyMatch(name -> (name + ".")
                        .startsWith(word + "."));
    }

    /**
     * A property.
     *
     * @param name without {@code forbear.}
     * @param type the type of its value
     * @param defaultValue empty for none
     * @param description a sentence
     */
    record Own(String name, Class<?> type, String defaultValue, String description) {}
}
