package io.forbear.retry.core.config;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of all services, read from text and checked whole. Immutable.
 *
 * <p>{@code max-attempts=4} and {@code default.max-attempts=4} hold for all services, {@code
 * service.orders.max-attempts=2} for the service {@code orders} alone. {@code maxAttempts}, {@code max_attempts} and
 * {@code MAX_ATTEMPTS} are the same key.
 *
 * <p>Without any key, a service is the same as one from {@code Retries.named(..).build()}. {@code
 * preset=specification} sets the defaults of the specification instead, for all services or for one:
 *
 * <pre>
 * max-attempts 3 · base-delay 100ms · max-delay 30s · multiplier 2 · jitter-factor 0.1 · strategy exponential
 * no budget of the service · no circuit breaker
 * max-budget 100 (tokens of each client) · replenishment-rate 10 (tokens a minute)
 * </pre>
 *
 * <p>The keys are {@code preset}, {@code max-attempts}, {@code base-delay}, {@code max-delay}, {@code multiplier},
 * {@code jitter}, {@code jitter-factor}, {@code strategy}, {@code max-pushback}, {@code pushback-beyond}, {@code
 * attempt-timeout}, {@code enabled}, {@code deadline}, {@code idempotent}, {@code refuse-nested}, {@code retry-budget},
 * {@code max-budget}, {@code replenishment-rate}, {@code max-clients}, {@code circuit-breaker}, {@code
 * circuit-breaker-window}, {@code circuit-breaker-minimum-calls}, {@code circuit-breaker-open-for} and {@code
 * circuit-breaker-open-for-errors}; {@code
 * docs/guide/configuration.md} lists their values. Durations are {@code 100ms}, {@code 5s}, {@code 2m} or {@code PT5S};
 * a plain number is milliseconds.
 *
 * @since 0.1
 */
public final class RetryConfig {

    private static final int DEFAULT_MAX_CLIENTS = 10_000;
    private static final double DEFAULT_REPLENISHMENT = 10;

    private final Text text;
    private final ServiceConfig defaults;
    private final Map<String, ServiceConfig> services = new TreeMap<>();
    private final Map<String, ServiceConfig> anySpelling = new TreeMap<>();
    private final int maxBudget;
    private final double replenishmentPerMinute;
    private final int maxClients;

    /** Reads the text. Errors are collected in the values. */
    private RetryConfig(Text text, Values values) {
        this.text = text;
        this.replenishmentPerMinute = replenishment(values, text.common(Key.REPLENISHMENT_RATE));
        this.maxClients = values.integer(text.common(Key.MAX_CLIENTS), 1, DEFAULT_MAX_CLIENTS);
        this.defaults = read(new EnumMap<>(Key.class), values);
        text.own().keySet().forEach(name -> services.put(name, read(text.of(name), values)));
        text.anySpelling().keySet().forEach(name -> anySpelling.put(name, read(text.of(name), values)));
        boolean bySpecification = defaults.hasClientBudget()
                || services.values().stream().anyMatch(ServiceConfig::hasClientBudget)
                || anySpelling.values().stream().anyMatch(ServiceConfig::hasClientBudget);
        int usual = bySpecification ? Preset.SPECIFICATION.clientTokens() : 0;
        this.maxBudget = values.integer(text.common(Key.MAX_BUDGET), 1, usual);
    }

    private ServiceConfig read(EnumMap<Key, Setting> own, Values values) {
        return new ServiceReader(values, text.common(), own).read(replenishmentPerMinute);
    }

    private static double replenishment(Values values, Setting setting) {
        return values.read(setting, DEFAULT_REPLENISHMENT, "0, or a number from 0.001 to 1000000", text -> {
            double value = Double.parseDouble(text);
            return value == 0 || value >= 0.001 && value <= 1_000_000 ? value : null;
        });
    }

    private static RetryConfig checked(Text text, Values values) {
        RetryConfig config = new RetryConfig(text, values);
        values.check();
        return config;
    }

    /**
     * Reads settings.
     *
     * @param properties keys and values, defaults of the object included
     * @return the settings
     * @throws IllegalArgumentException if any key or value is wrong; the message names each of them, its value and the
     *     rule
     */
    public static RetryConfig of(Properties properties) {
        Map<Object, Object> settings = new LinkedHashMap<>();
        for (String key : properties.stringPropertyNames()) {
            settings.put(key, Objects.requireNonNullElse(properties.getProperty(key), ""));
        }
        settings.putAll(properties);
        Values values = new Values();
        return checked(Text.of(settings, values), values);
    }

    /**
     * Reads settings.
     *
     * @param settings keys and values
     * @return the settings
     * @throws IllegalArgumentException if any key or value is wrong; the message names each of them, its value and the
     *     rule
     */
    public static RetryConfig of(Map<String, String> settings) {
        Values values = new Values();
        return checked(Text.of(Objects.requireNonNull(settings, "settings"), values), values);
    }

    /**
     * Reads the variables of an environment: {@code FORBEAR_MAX_ATTEMPTS} for all services, {@code
     * FORBEAR_SERVICE_USER_SERVICE_MAX_ATTEMPTS} for one. The longest end of a name that is a key is the key; the part
     * before it is the name of the service. Variables cannot contain most characters of a name, so every spelling is
     * meant: {@code user-service}, {@code user_service}, {@code user.service} and {@code userService}.
     *
     * <p>A variable that does not end with a key is ignored, so that other programs may use names that begin with
     * {@code FORBEAR_}. Kubernetes sets such variables if it has a service named {@code forbear}; then variables that
     * begin with {@code FORBEAR_SERVICE_PORT_} are ignored.
     *
     * @param environment names and values, as {@link System#getenv()} returns them
     * @return the settings
     * @throws IllegalArgumentException if any value is wrong; the message names each variable, its value and the rule
     */
    public static RetryConfig ofEnvironment(Map<String, String> environment) {
        Values values = new Values();
        return checked(Text.ofEnvironment(environment, values), values);
    }

    /**
     * Lays these settings over others, key by key: a key that is written in both has the value that is written here.
     * {@code RetryConfig.ofEnvironment(System.getenv()).over(RetryConfig.of(file))} lets the environment replace values
     * of a file. A key of one service is always stronger than a key for all services, whichever of the two wrote it.
     *
     * @param lower the settings whose values hold for keys that are not written here
     * @return both together
     * @throws IllegalArgumentException if settings that are right alone are wrong together, such as a {@code max-delay}
     *     of these that is below a {@code base-delay} of the others
     */
    public RetryConfig over(RetryConfig lower) {
        return checked(text.over(lower.text), new Values());
    }

    /**
     * Returns the settings of a service.
     *
     * @param service the name
     * @return its own settings, and for all other keys those of all services
     */
    public ServiceConfig service(String service) {
        ServiceConfig exact = services.get(Objects.requireNonNull(service, "service"));
        if (exact != null) {
            return exact;
        }
        return anySpelling.getOrDefault(Key.folded(service), defaults);
    }

    /**
     * Returns whether a service has settings of its own.
     *
     * @param service the name
     * @return {@code true} if a key or a variable of the environment names it
     */
    public boolean names(String service) {
        return text.names(Objects.requireNonNull(service, "service"));
    }

    /**
     * Returns which keys are written for a service, its own and those for all.
     *
     * @param service the name
     * @return by key, such as {@code max-attempts}: the key or the variable as it was written. Of two, the one that
     *     holds
     */
    public Map<String, String> written(String service) {
        Map<String, String> written = new TreeMap<>();
        text.common().forEach((key, setting) -> written.put(key.text(), setting.label()));
        text.of(Objects.requireNonNull(service, "service"))
                .forEach((key, setting) -> written.put(key.text(), setting.label()));
        return written;
    }

    /**
     * Returns the preset that gives a service the values of keys that are not written.
     *
     * @param service the name
     * @return as it was written; empty where none is
     */
    public String preset(String service) {
        Setting own = text.of(Objects.requireNonNull(service, "service")).get(Key.PRESET);
        return Objects.requireNonNullElse((own == null ? text.common(Key.PRESET) : own).value(), "");
    }

    /**
     * Returns the services that have settings of their own.
     *
     * @return names, in order; a name that only the environment has is in lower case without separators
     */
    public Set<String> services() {
        Set<String> names = new TreeSet<>(services.keySet());
        for (String folded : anySpelling.keySet()) {
            if (services.keySet().stream().map(Key::folded).noneMatch(folded::equals)) {
                names.add(folded);
            }
        }
        return Collections.unmodifiableSet(names);
    }

    /**
     * Returns the budget of each client. A client has one budget for all services that have client budgets.
     *
     * @return tokens; 0 if no service has client budgets, see {@link ServiceConfig#hasClientBudget()}
     */
    public int maxBudget() {
        return maxBudget;
    }

    /**
     * Returns how fast the budget of a client refills; a {@code retry-budget} of tokens refills as fast.
     *
     * @return tokens per minute
     */
    public double replenishmentPerMinute() {
        return replenishmentPerMinute;
    }

    /**
     * Returns the largest number of clients that a service keeps separate state for.
     *
     * @return clients
     */
    public int maxClients() {
        return maxClients;
    }
}
