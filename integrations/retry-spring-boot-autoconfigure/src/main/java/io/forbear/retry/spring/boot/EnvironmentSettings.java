package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The settings under {@code forbear.} in the environment of Spring, as the parser of the engine takes them: one layer
 * for each property source, strongest first. Nothing is judged here, so that there is one rule for each key wherever it
 * is written; only the names of {@link OwnProperties} are left out.
 *
 * <p>Boot's own binding is not used for services: it drops the place of a value, ignores a key that it does not know,
 * and writes the name {@code user_service} as {@code userservice}.
 */
final class EnvironmentSettings implements Supplier<List<List<ConfigEntry>>> {

    private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("forbear");

    /** What Kubernetes sets for a service that is named forbear; then these names are its own. */
    private static final ConfigurationPropertyName KUBERNETES = ConfigurationPropertyName.of("forbear.service.host");

    private static final ConfigurationPropertyName PORTS = ConfigurationPropertyName.of("forbear.service.port");

    private final ConfigurableEnvironment environment;

    EnvironmentSettings(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public List<List<ConfigEntry>> get() {
        List<List<ConfigEntry>> layers = new ArrayList<>();
        for (IterableConfigurationPropertySource source : sources()) {
            List<ConfigEntry> layer = layer(source);
            if (!layer.isEmpty()) {
                layers.add(layer);
            }
        }
        return layers;
    }

    /**
     * Returns what is wrong with the names that are about Spring Boot: those that begin like one and are none.
     *
     * @return a line for each
     */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (IterableConfigurationPropertySource source : sources()) {
            source.stream()
                    .filter(name -> ROOT.isAncestorOf(name) && isNearlyOwn(name) && !OwnProperties.has(name))
                    .map(name -> new Found(source, name, environment))
                    .forEach(found -> problems.add(found.place() + found.label() + ": " + found.value() + " (expected: "
                            + OwnProperties.ALL.stream()
                                    .map(own -> "forbear." + own.name())
                                    .collect(Collectors.joining(", ", "one of forbear.http.<service>, ", ")"))));
        }
        return problems;
    }

    /** Returns what names hosts, of each service that of the strongest source that names any. */
    List<Found> hosts() {
        Map<String, IterableConfigurationPropertySource> strongest = new LinkedHashMap<>();
        List<Found> hosts = new ArrayList<>();
        for (IterableConfigurationPropertySource source : sources()) {
            source.stream().filter(OwnProperties::isHosts).sorted().forEach(name -> {
                String service = name.getElement(2, Form.UNIFORM);
                if (strongest.computeIfAbsent(service, unknown -> source) == source) {
                    hosts.add(new Found(source, name, environment));
                }
            });
        }
        return hosts;
    }

    private List<IterableConfigurationPropertySource> sources() {
        List<IterableConfigurationPropertySource> sources = new ArrayList<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
            if (source instanceof IterableConfigurationPropertySource iterable) {
                sources.add(iterable);
            }
        }
        return sources;
    }

    private List<ConfigEntry> layer(IterableConfigurationPropertySource source) {
        boolean kubernetes = source.stream().anyMatch(KUBERNETES::equals);
        // by spelling: the parser refuses a key that is written twice
        Map<String, List<ConfigurationPropertyName>> byKey = new LinkedHashMap<>();
        source.stream()
                .filter(name -> ROOT.isAncestorOf(name) && !isNearlyOwn(name))
                .filter(name -> !(kubernetes && (PORTS.equals(name) || PORTS.isAncestorOf(name))))
                .sorted()
                .forEach(name -> byKey.computeIfAbsent(key(name).toString(), unknown -> new ArrayList<>())
                        .add(name));
        List<ConfigEntry> layer = new ArrayList<>();
        byKey.values().forEach(names -> {
            ConfigurationPropertyName key = key(names.get(0));
            ConfigEntry entry = entry(
                    key,
                    names.stream()
                            .map(name -> new Found(source, name, environment))
                            .toList());
            if (!isEmptySection(key, entry)) {
                layer.add(entry);
            }
        });
        return layer;
    }

    private static boolean isNearlyOwn(ConfigurationPropertyName name) {
        return OwnProperties.isGroup(name.getElement(1, Form.UNIFORM));
    }

    /** Returns the name without the index that it has as one of a list. */
    private static ConfigurationPropertyName key(ConfigurationPropertyName name) {
        return name.isLastElementIndexed() && name.isNumericIndex(name.getNumberOfElements() - 1)
                ? name.getParent()
                : name;
    }

    private static ConfigEntry entry(ConfigurationPropertyName key, List<Found> found) {
        Found first = found.get(0);
        String value = found.stream().map(Found::value).collect(Collectors.joining(", "));
        return new ConfigEntry(text(key), value, first.label(), first.source(), first.placeName());
    }

    /** A section without keys, as YAML writes one, names no setting. */
    private static boolean isEmptySection(ConfigurationPropertyName key, ConfigEntry entry) {
        String first = key.getElement(1, Form.UNIFORM);
        boolean isSection = key.getNumberOfElements() == 2
                ? List.of("default", "services", "service").contains(first)
                : key.getNumberOfElements() == 3 && first.startsWith("service");
        return isSection && entry.value().isEmpty();
    }

    /** Returns the name as it was written, without {@code forbear.}; a name with dots loses its brackets. */
    private static String text(ConfigurationPropertyName key) {
        List<String> words = new ArrayList<>();
        for (int i = 1; i < key.getNumberOfElements(); i++) {
            words.add(key.getElement(i, Form.ORIGINAL));
        }
        return String.join(".", words);
    }
}
