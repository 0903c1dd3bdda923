package io.forbear.retry.core.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of all services, read from text and checked whole. Immutable.
 *
 * <p>{@code max-attempts=4} and {@code default.max-attempts=4} hold for all services, {@code
 * service.orders.max-attempts=2} for the service {@code orders} alone. A key may be written with underscores. The keys, with
 * their defaults, are those of the specification:
 *
 * <pre>
 * max-attempts 3 · base-delay 100ms · max-delay 30s · multiplier 2 · jitter-factor 0.1 · strategy exponential
 * enabled true · max-budget 100 (tokens of each client) · replenishment-rate 10 (tokens a minute)
 * </pre>
 *
 * and, beyond it, {@code jitter}, {@code retry-budget}, {@code deadline}, {@code idempotent}, {@code refuse-nested}, {@code
 * max-clients}, {@code circuit-breaker}, {@code circuit-breaker-window}, {@code circuit-breaker-minimum-calls} and {@code
 * circuit-breaker-open-for}. Durations are {@code 100ms}, {@code 5s}, {@code 2m} or {@code PT5S}; a plain number is
 * milliseconds.
 *
 * @since 0.1
 */
public final class RetryConfig {

    private static final String SERVICE = "service.";
    private static final String DEFAULT = "default.";

    private final ServiceConfig defaults;
    private final Map<String, ServiceConfig> services;
    private final int maxBudget;
    private final double replenishmentPerMinute;
    private final int maxClients;

    private RetryConfig(Values values, EnumMap<Key, String> common, Map<String, EnumMap<Key, String>> own) {
        this.maxBudget = values.integer(written(common, Key.MAX_BUDGET), 1, 100);
        this.replenishmentPerMinute = replenishment(values, written(common, Key.REPLENISHMENT_RATE));
        this.maxClients = values.integer(written(common, Key.MAX_CLIENTS), 1, 10_000);
        this.defaults = new ServiceReader(values, "", common, new EnumMap<>(Key.class)).read(replenishmentPerMinute);
        this.services = new TreeMap<>();
        own.forEach((name, settings) ->
                services.put(name, new ServiceReader(values, name, common, settings).read(replenishmentPerMinute)));
    }

    private static double replenishment(Values values, Values.Setting setting) {
        return values.read(setting, 10.0, "0, or a number from 0.001 to 1000000", text -> {
            double value = Double.parseDouble(text);
            return value == 0 || value >= 0.001 && value <= 1_000_000 ? value : null;
        });
    }

    private static Values.Setting written(EnumMap<Key, String> settings, Key key) {
        return new Values.Setting(key.text(), settings.get(key));
    }

    /**
     * Reads settings.
     *
     * @param properties keys and values, defaults of the object included
     * @return what they say
     * @throws IllegalArgumentException if any key or value is wrong; the message names each of them, its value and the rule
     */
    public static RetryConfig of(Properties properties) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String key : properties.stringPropertyNames()) {
            settings.put(key, Objects.requireNonNullElse(properties.getProperty(key), ""));
        }
        Values values = new Values();
        properties.forEach((key, value) -> {
            if (!(key instanceof String) || !(value instanceof String)) {
                values.wrong(String.valueOf(key), String.valueOf(value), "text for key and value");
            }
        });
        return read(values, settings);
    }

    /**
     * Reads settings.
     *
     * @param settings keys and values
     * @return what they say
     * @throws IllegalArgumentException if any key or value is wrong; the message names each of them, its value and the rule
     */
    public static RetryConfig of(Map<String, String> settings) {
        return read(new Values(), settings);
    }

    private static RetryConfig read(Values values, Map<String, String> settings) {
        EnumMap<Key, String> common = new EnumMap<>(Key.class);
        Map<String, EnumMap<Key, String>> own = new TreeMap<>();
        new TreeMap<>(settings).forEach((key, value) -> {
            int split = key.startsWith(SERVICE) ? key.lastIndexOf('.') : -1;
            boolean ofService = split > SERVICE.length();
            String text = ofService
                    ? key.substring(split + 1)
                    : key.startsWith(DEFAULT) ? key.substring(DEFAULT.length()) : key;
            Key known = Key.of(text);
            if (known == null) {
                values.wrong(key, value, Key.all() + ", after default. or service.<name>. or nothing");
            } else if (!ofService) {
                put(values, common, known, key, value);
            } else if (known.common) {
                values.wrong(key, value, "not for one service: write " + known.text() + " for all");
            } else {
                String service = key.substring(SERVICE.length(), split);
                put(values, own.computeIfAbsent(service, name -> new EnumMap<>(Key.class)), known, key, value);
            }
        });
        RetryConfig config = new RetryConfig(values, common, own);
        values.check();
        return config;
    }

    private static void put(Values values, EnumMap<Key, String> into, Key known, String key, String value) {
        String other = into.put(known, value);
        if (other != null) {
            values.wrong(key, value, "once; it is also written as " + other);
        }
    }

    /**
     * Returns what holds for a service.
     *
     * @param service the name
     * @return its own settings over those for all
     */
    public ServiceConfig service(String service) {
        return services.getOrDefault(Objects.requireNonNull(service, "service"), defaults);
    }

    /**
     * Returns which services have settings of their own.
     *
     * @return names, in order
     */
    public Set<String> services() {
        return Collections.unmodifiableSet(services.keySet());
    }

    /**
     * Returns the budget of each client.
     *
     * @return tokens
     */
    public int maxBudget() {
        return maxBudget;
    }

    /**
     * Returns how fast the budget of a client refills.
     *
     * @return tokens a minute
     */
    public double replenishmentPerMinute() {
        return replenishmentPerMinute;
    }

    /**
     * Returns how many clients a service keeps apart at most.
     *
     * @return clients
     */
    public int maxClients() {
        return maxClients;
    }
}
