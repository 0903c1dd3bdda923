package io.forbear.retry.core.config;

import io.forbear.retry.core.signal.OverloadSignals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

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
 * <p>{@link #keys()} returns all keys; {@code docs/guide/configuration.md} lists them with their values. Durations are
 * {@code 100ms}, {@code 5s}, {@code 2m} or {@code PT5S}; a plain number is milliseconds.
 *
 * @since 0.1
 */
public final class RetryConfig {

    private static final Map<Key<Types.Levels>, BiFunction<Double, Double, BooleanSupplier>> LEVELS = Map.of(
            CommonKeys.CPU_LOAD, OverloadSignals::cpuLoad,
            CommonKeys.SYSTEM_CPU_LOAD, OverloadSignals::systemCpuLoad,
            CommonKeys.HEAP_USAGE, OverloadSignals::heapUsage);

    private final Text text;
    private final ServiceConfig defaults;
    private final Map<String, ServiceConfig> services = new TreeMap<>();
    private final Map<String, ServiceConfig> anySpelling = new TreeMap<>();
    private final int maxBudget;
    private final double replenishmentPerMinute;
    private final int maxClients;
    private final @Nullable Integer topClients;
    private final CommonKeys.Logging logging;
    private final Map<Key<Types.Levels>, Types.Levels> overload = new TreeMap<>();

    /** Reads the text. Errors are collected in the values. */
    private RetryConfig(Text text, Values values) {
        this.text = text;
        this.replenishmentPerMinute = common(values, CommonKeys.REPLENISHMENT_RATE);
        this.maxClients = common(values, CommonKeys.MAX_CLIENTS);
        this.topClients = values.read(text.common(CommonKeys.TOP_CLIENTS), CommonKeys.TOP_CLIENTS.type);
        this.logging = common(values, CommonKeys.LOGGING);
        LEVELS.keySet().forEach(key -> {
            Types.Levels levels = values.read(text.common(key), key.type);
            if (levels != null) {
                overload.put(key, levels);
            }
        });
        this.defaults = read(Map.of(), values);
        text.own().keySet().forEach(name -> services.put(name, read(text.of(name), values)));
        text.anySpelling().keySet().forEach(name -> anySpelling.put(name, read(text.of(name), values)));
        boolean byPreset = defaults.hasClientBudget()
                || services.values().stream().anyMatch(ServiceConfig::hasClientBudget)
                || anySpelling.values().stream().anyMatch(ServiceConfig::hasClientBudget);
        Integer tokens = values.read(text.common(CommonKeys.MAX_BUDGET), CommonKeys.MAX_BUDGET.type);
        Setting usual = Preset.SPECIFICATION.setting(CommonKeys.MAX_BUDGET);
        this.maxBudget = tokens != null ? tokens : byPreset ? read(values, usual, CommonKeys.MAX_BUDGET) : 0;
    }

    private ServiceConfig read(Map<Key<?>, Setting> own, Values values) {
        return new ServiceReader(values, text.common(), own).read(replenishmentPerMinute);
    }

    /** Returns the value of a key for all services together: as it is written, else the usual one. */
    private <V> V common(Values values, Key<V> key) {
        V written = values.read(text.common(key), key.type);
        return written == null ? read(values, Setting.ofPreset(key, Usual.of(key)), key) : written;
    }

    private static <V> V read(Values values, Setting usual, Key<V> key) {
        return Objects.requireNonNull(values.read(usual, key.type), key.text);
    }

    static RetryConfig checked(Text text, Values values) {
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
        return ofMap(settings);
    }

    private static RetryConfig ofMap(Map<?, ?> settings) {
        Values values = new Values();
        TextReader reader = new TextReader(values);
        reader.takeAll(settings, Place.OF_PROGRAM);
        return checked(reader.text(), values);
    }

    /**
     * Reads settings, which may be nested: {@code Map.of("service.orders", Map.of("max-attempts", 2))} is the same as
     * {@code Map.of("service.orders.max-attempts", "2")}.
     *
     * @param settings keys and values: text, numbers, booleans, lists of these, and maps
     * @return the settings
     * @throws IllegalArgumentException if any key or value is wrong; the message names each of them, its value and the
     *     rule
     */
    public static RetryConfig of(Map<String, ?> settings) {
        return ofMap(Objects.requireNonNull(settings, "settings"));
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
        TextReader reader = new TextReader(values);
        reader.takeEnvironment(environment);
        return checked(reader.text(), values);
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
     * Returns where the values of the keys come from that are written for a service, its own and those for all.
     *
     * @param service the name
     * @return by key, such as {@code max-attempts}. Of two that are written, the one that holds
     */
    public Map<String, ConfigOrigin> origins(String service) {
        Map<String, ConfigOrigin> origins = new TreeMap<>();
        text.common().forEach((key, setting) -> origins.put(key.text, ConfigOrigin.of(setting)));
        text.of(Objects.requireNonNull(service, "service"))
                .forEach((key, setting) -> origins.put(key.text, ConfigOrigin.of(setting)));
        return origins;
    }

    /**
     * Returns the values that hold for a service: of each key its own, else that for all services, else that of the
     * preset.
     *
     * @param service the name
     * @return values in one form, by key without {@code service.<name>.}; a key that neither was written nor is set by
     *     the preset is not there
     */
    public Map<String, String> effective(String service) {
        return new Effective(new Values(), text.common(), text.of(Objects.requireNonNull(service, "service")))
                .canonical();
    }

    /**
     * Returns these settings as text: {@code RetryConfig.of(config.toMap())} has equal settings, and the same text.
     *
     * @return what is written, by keys in their own spelling, such as {@code service.orders.max-attempts}, with values
     *     in one form. A service of the environment is there by its name in lower case without separators, and by that
     *     spelling alone
     */
    public Map<String, String> toMap() {
        return text.written();
    }

    /**
     * Returns all keys that there are.
     *
     * @return in the order of the documentation
     */
    public static List<ConfigKey> keys() {
        return Keys.ALL.stream().map(ConfigKey::of).toList();
    }

    /**
     * Returns the preset that gives a service the values of keys that are not written.
     *
     * @param service the name
     * @return as it was written; empty where none is
     */
    public String preset(String service) {
        Setting own = text.of(Objects.requireNonNull(service, "service")).get(Keys.PRESET);
        return Objects.requireNonNullElse((own == null ? text.common(Keys.PRESET) : own).value(), "");
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

    /**
     * Returns how many of the clients that fail most are told to operators.
     *
     * @param otherwise what holds where the settings say nothing of it
     * @return clients
     */
    public int topClients(int otherwise) {
        return topClients == null ? otherwise : topClients;
    }

    /**
     * Returns whether what stops and what changes is written to the log.
     *
     * @return {@code true} if {@code logging} is {@code on} or {@code with-clients}
     */
    public boolean isLogged() {
        return logging != CommonKeys.Logging.OFF;
    }

    /**
     * Returns whether the log names clients.
     *
     * @return {@code true} if {@code logging} is {@code with-clients}
     */
    public boolean isLoggedWithClients() {
        return logging == CommonKeys.Logging.WITH_CLIENTS;
    }

    /**
     * Makes what says that this process is overloaded; it measures from then on.
     *
     * @return {@code null} if no {@code overload-} key is set
     */
    public @Nullable BooleanSupplier overloadSignal() {
        if (overload.isEmpty()) {
            return null;
        }
        List<BooleanSupplier> signals = new ArrayList<>();
        overload.forEach((key, levels) ->
                signals.add(Objects.requireNonNull(LEVELS.get(key)).apply(levels.above(), levels.below())));
        return OverloadSignals.anyOf(signals.toArray(BooleanSupplier[]::new));
    }
}
