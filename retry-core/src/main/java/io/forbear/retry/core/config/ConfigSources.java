package io.forbear.retry.core.config;

import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.internal.Checks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where settings are read from. Of two sources that have the same key, the stronger one holds, in this order whatever
 * the order of the calls: system properties, the environment, files (a later one before an earlier one), what another
 * reader of configuration has found, the settings of the program. What the builder of a registry says is weaker than
 * all of them, and code that decides last ({@code customize}) is stronger. A key of one service is always stronger than
 * a key for all, whichever source wrote it.
 *
 * <pre>{@code
 * ConfigSources sources = ConfigSources.none()
 *         .file(Path.of("/etc/forbear"))
 *         .environment(System.getenv())
 *         .systemProperties();
 * RetryRegistry registry = RetryRegistry.builder().build(sources.read());
 * registry.watch(sources);
 * }</pre>
 *
 * <p>Immutable: each method returns a new instance. Thread-safe.
 *
 * @since 0.1
 */
public final class ConfigSources {

    /** The system property that names the files of {@link #standard()}. */
    public static final String FILE_PROPERTY = "forbear.config";

    /** The variable of the environment that names the files of {@link #standard()}. */
    public static final String FILE_VARIABLE = "FORBEAR_CONFIG";

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final ConfigSources NONE =
            new ConfigSources(Map.of(), List::of, List.of(), Map.of(), false, Duration.ofMillis(500));

    private final Map<String, ?> settings;
    private final Supplier<List<List<ConfigEntry>>> entries;
    private final List<ConfigFile> files;
    private final Map<String, String> environment;
    private final boolean systemProperties;
    private final Duration every;

    private ConfigSources(
            Map<String, ?> settings,
            Supplier<List<List<ConfigEntry>>> entries,
            List<ConfigFile> files,
            Map<String, String> environment,
            boolean systemProperties,
            Duration every) {
        this.settings = settings;
        this.entries = entries;
        this.files = files;
        this.environment = environment;
        this.systemProperties = systemProperties;
        this.every = every;
    }

    /**
     * Returns no sources, to which others are added.
     *
     * @return sources without a setting
     */
    public static ConfigSources none() {
        return NONE;
    }

    /**
     * Returns the sources of a program that names none: the files that the system property {@value #FILE_PROPERTY}
     * names, else the variable {@value #FILE_VARIABLE}, separated by commas; the environment; the system properties.
     *
     * @return those of this process
     */
    public static ConfigSources standard() {
        String named = System.getProperty(FILE_PROPERTY, System.getenv().getOrDefault(FILE_VARIABLE, ""));
        ConfigSources sources = NONE;
        for (String file : named.split(",", -1)) {
            sources = file.isBlank() ? sources : sources.file(Path.of(file.trim()));
        }
        return sources.environment(System.getenv()).systemProperties();
    }

    /**
     * Sets the settings of the program, the weakest of all.
     *
     * @param value keys and values, as {@link RetryConfig#of(Map)} takes them
     * @return new sources
     */
    public ConfigSources settings(Map<String, ?> value) {
        return new ConfigSources(new HashMap<>(value), entries, files, environment, systemProperties, every);
    }

    /**
     * Sets what another reader of configuration has found, such as the environment of Spring. It is asked each time.
     * Its entries are above the settings of the program and below files, also those that it found in an environment or
     * in system properties.
     *
     * @param value returns layers, strongest first: of two layers that have the same key, the first holds. Where it
     *     throws, that is one more error of the settings
     * @return new sources
     */
    public ConfigSources entries(Supplier<List<List<ConfigEntry>>> value) {
        Objects.requireNonNull(value, "entries");
        return new ConfigSources(settings, value, files, environment, systemProperties, every);
    }

    /**
     * Adds a file of properties, or a directory. In a directory each file whose name ends with {@code .properties} is
     * one of settings, and any other is one setting, whose key is its name. A file that is not there is an error when
     * the sources are read.
     *
     * @param value the path, through links or not
     * @return new sources, in which this file is stronger than those before
     */
    public ConfigSources file(Path value) {
        Objects.requireNonNull(value, "file");
        List<ConfigFile> all =
                Stream.concat(files.stream(), Stream.of(new ConfigFile(value))).toList();
        return new ConfigSources(settings, entries, all, environment, systemProperties, every);
    }

    /**
     * Sets the environment, as {@link RetryConfig#ofEnvironment} reads it.
     *
     * @param value names and values, such as {@link System#getenv()}
     * @return new sources
     */
    public ConfigSources environment(Map<String, String> value) {
        return new ConfigSources(settings, entries, files, Map.copyOf(value), systemProperties, every);
    }

    /**
     * Adds the system properties that begin with {@code forbear.}, such as {@code forbear.service.orders.max-attempts}.
     * They are read each time. One of which no key is near is ignored.
     *
     * @return new sources
     */
    public ConfigSources systemProperties() {
        return new ConfigSources(settings, entries, files, environment, true, every);
    }

    /**
     * Sets how often a watch looks at these sources; every half second by default.
     *
     * @param value the time between two looks, from 10 ms to a day
     * @return new sources
     * @throws IllegalArgumentException if the time is out of range
     */
    public ConfigSources lookEvery(Duration value) {
        Checks.nanosBetween(SHORTEST, LONGEST, value, "lookEvery");
        return new ConfigSources(settings, entries, files, environment, systemProperties, value);
    }

    /**
     * Returns how often a watch looks at these sources.
     *
     * @return the time between two looks
     */
    public Duration every() {
        return every;
    }

    /**
     * Reads the settings.
     *
     * @return all sources together
     * @throws IllegalArgumentException if a file cannot be read, or any key or value of any source is wrong; the
     *     message names each, its value, the rule, and the line of the file
     */
    public RetryConfig read() {
        return look().config();
    }

    /**
     * Looks at the sources: loads what they hold, without reading what it means.
     *
     * @return what they hold now, equal to any other look while nothing changes
     */
    public Reading look() {
        List<Map<String, String>> loaded = new ArrayList<>();
        files.forEach(file -> loaded.add(file.load()));
        Map<String, String> properties = systemProperties ? ownProperties() : Map.of();
        try {
            return new Reading(this, List.copyOf(entries.get()), "", loaded, properties);
        } catch (RuntimeException | Error unreadable) {
            return new Reading(this, List.of(), OneLine.of(unreadable.toString()), loaded, properties);
        }
    }

    private static Map<String, String> ownProperties() {
        Map<String, String> own = new TreeMap<>();
        Properties all = System.getProperties();
        for (String name : all.stringPropertyNames()) {
            String value = all.getProperty(name);
            if (name.startsWith(TextReader.PROPERTY) && value != null) {
                own.put(name, value);
            }
        }
        return own;
    }

    private RetryConfig config(Reading reading) {
        List<Map<String, String>> loaded = reading.files;
        Values values = new Values();
        TextReader program = new TextReader(values);
        program.takeAll(settings, Place.OF_PROGRAM);
        Text all = program.text();
        if (!reading.unreadable.isEmpty()) {
            values.wrong("entries", null, "settings that can be read: " + reading.unreadable);
        }
        for (int i = reading.entries.size() - 1; i >= 0; i--) {
            TextReader layer = new TextReader(values);
            reading.entries.get(i).forEach(layer::take);
            all = layer.text().over(all);
        }
        for (int i = 0; i < loaded.size(); i++) {
            TextReader file = new TextReader(values);
            files.get(i).read(loaded.get(i), file, values);
            all = file.text().over(all);
        }
        TextReader variables = new TextReader(values);
        variables.takeEnvironment(environment);
        TextReader own = new TextReader(values);
        own.takeSystemProperties(reading.properties);
        return RetryConfig.checked(own.text().over(variables.text().over(all)), values);
    }

    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        files.forEach(file -> names.add(file.path().toString()));
        return "ConfigSources(files " + names + ", " + environment.size() + " variables"
                + (systemProperties ? ", system properties)" : ")");
    }

    /**
     * What the sources held at one look. Immutable.
     *
     * @since 0.1
     */
    public static final class Reading {

        private final ConfigSources sources;
        private final List<List<ConfigEntry>> entries;
        /** Why there are no entries; empty where there may be some. */
        private final String unreadable;

        private final List<Map<String, String>> files;
        private final Map<String, String> properties;

        private Reading(
                ConfigSources sources,
                List<List<ConfigEntry>> entries,
                String unreadable,
                List<Map<String, String>> files,
                Map<String, String> properties) {
            this.sources = sources;
            this.entries = entries;
            this.unreadable = unreadable;
            this.files = files;
            this.properties = properties;
        }

        /**
         * Reads what it means.
         *
         * @return the settings
         * @throws IllegalArgumentException as {@link ConfigSources#read} says
         */
        public RetryConfig config() {
            return sources.config(this);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Reading that
                    && sources == that.sources
                    && entries.equals(that.entries)
                    && unreadable.equals(that.unreadable)
                    && files.equals(that.files)
                    && properties.equals(that.properties);
        }

        @Override
        public int hashCode() {
            return Objects.hash(entries, files, properties);
        }
    }
}
