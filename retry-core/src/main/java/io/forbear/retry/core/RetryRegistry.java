package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.CustomizedServices.Entry;
import io.forbear.retry.core.config.ConfigSources;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.internal.Notices;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.operations.RetryOperations;
import io.forbear.retry.operations.ServiceOperations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The services of an application, configured by text that can be read again while calls go on, and by code where text
 * does not suffice.
 *
 * <p>A service without keys is the same as one of {@code Retries.named(..).build()}. Where clients have
 * budgets ({@code max-budget}), each client has one, which its calls to all services share; calls without a client
 * share one more. A client's figures and its recent success rate are kept for each service. A service is made when it
 * is first asked for and lives until it or the registry is closed: names of services come from the program, not from
 * its users. Thread-safe.
 *
 * <p>Closing the {@link Retry} of a service, or a view of it, takes the service out of the registry; asked for again,
 * the registry makes a new one, with new figures and a new budget and breaker. The budgets of clients stay: they belong
 * to no service. Calls through the closed one go on by the rules of that time, and count for it. Closing is idempotent.
 *
 * @since 0.1
 */
public final class RetryRegistry implements AutoCloseable {
    /*
     * State      config; services by name; for each the parts that its plan was made from.
     * Invariant  every service follows config, but for the moment of a reload. A reload makes all parts before it
     *            changes the first service, so that one that throws has changed nothing. A service that is closed is
     *            not in services once close has returned, and takes no other of its name along.
     * Writers    get, which adds a service; reload, close; each under the lock. A service that is closed by hand,
     *            without it, by one atomic step of the map.
     * Ordering   services is a concurrent map: get of a known service takes no lock. config is volatile, for those who
     *            explain it.
     */

    private final CustomizedServices source;
    private final ServiceNames names;
    private final Map<String, Entry> services = new ConcurrentHashMap<>();
    private volatile RetryConfig config;
    private final List<ConfigWatch> watches = new CopyOnWriteArrayList<>();
    private final RegistryOperations operations;

    private RetryRegistry(Builder builder, RetryConfig config) {
        this.source = new CustomizedServices(
                new ServiceMaker(builder.maker).follow(config), List.copyOf(builder.customizers), config);
        this.names = new ServiceNames(builder.named, builder.strict, Notices::log);
        this.config = config;
        this.operations = new RegistryOperations(services, source.clock());
    }

    /**
     * Makes a registry.
     *
     * @param properties the settings, as {@link RetryConfig} describes them
     * @return a new registry
     * @throws IllegalArgumentException if any setting is wrong; the message names each
     */
    public static RetryRegistry load(Properties properties) {
        return builder().build(RetryConfig.of(properties));
    }

    /**
     * Makes a registry.
     *
     * @param settings the settings, as {@link RetryConfig} describes them
     * @return a new registry
     * @throws IllegalArgumentException if any setting is wrong; the message names each
     */
    public static RetryRegistry load(Map<String, ?> settings) {
        return builder().build(RetryConfig.of(settings));
    }

    /**
     * Returns a builder, for a registry with parts that are not text.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the {@link Retry} of a service, which is made where there is none yet, or none any more.
     *
     * @param service the name of the service
     * @return the same instance each time, until it is closed
     * @throws IllegalArgumentException if the name is blank; if the registry is {@linkplain Builder#strict strict} and
     *     nothing names the service; or if its customizer, budget or breaker throws
     */
    public Retry get(String service) {
        Entry known = services.get(Objects.requireNonNull(service, "service"));
        return known != null ? known.retry() : add(Retries.checkedName(service));
    }

    private Retry add(String service) {
        Entry added;
        synchronized (this) {
            Entry known = services.get(service);
            if (known != null) {
                return known.retry();
            }
            names.check(service, config);
            added = source.make(service, config);
            Service made = added.service();
            made.whenClosed(() -> forget(made));
            OpenServices.opened(added.service()); // before any other thread can close it
            services.put(service, added);
        }
        operations.made(added.service());
        added.service().open(added.retry());
        return added.retry();
    }

    /** Takes a service out, and none that was made in its place. */
    private void forget(Service closed) {
        services.computeIfPresent(closed.name(), (name, entry) -> entry.service() == closed ? null : entry);
        OpenServices.closed(closed);
    }

    /**
     * Asks the customizers again, with the same settings, as {@link #reload(RetryConfig)} does.
     *
     * @throws IllegalArgumentException as there; nothing has changed then
     */
    public void reload() {
        tell(change(null));
    }

    /**
     * Takes other settings, and asks the customizers again. Calls that begin from now on follow them; budgets, windows
     * and breakers whose descriptions are equal to those before keep their state. Listeners and gates stay those with
     * which a service was made; so does the number of clients that are kept apart, which is that of the first settings.
     *
     * @param next the settings, all of them
     * @throws IllegalArgumentException if a customizer throws, or a budget or a breaker cannot be made; the message
     *     names the service, and nothing has changed
     */
    public void reload(RetryConfig next) {
        tell(change(Objects.requireNonNull(next, "next")));
    }

    private static void tell(Map<Service, Map<String, String>> changes) {
        changes.forEach((service, changed) -> service.operators.reloaded(changed));
    }

    /** Takes other settings, or the same again. Returns what is to be told of each service, outside the lock. */
    private synchronized Map<Service, Map<String, String>> change(@Nullable RetryConfig other) {
        RetryConfig next = other == null ? config : other;
        return source.whileReloading(() -> {
            Map<Service, ServiceParts> parts = source.remake(services.values(), next);
            RetryConfig before = config;
            config = next;
            source.update(next);
            return CustomizedServices.follow(services, parts, before, next);
        });
    }

    /**
     * Lets this registry follow sources from now on: it looks at what they hold {@linkplain
     * ConfigSources#lookEvery again and again}, and {@linkplain #reload(RetryConfig) reloads} where that has changed.
     * What is wrong changes nothing, and is told by the log of the library, as an event {@link
     * io.forbear.retry.operations.ServiceEvent.Kind#RELOAD_REFUSED} of every service, so also to listeners, and by the
     * watch.
     *
     * @param sources where the settings of this registry are read from
     * @return the watch, which ends when it or the registry is closed
     */
    public ConfigWatch watch(ConfigSources sources) {
        ConfigWatch watch =
                new ConfigWatch(sources, this::reload, problems -> Explanation.refused(services.values(), problems));
        watches.removeIf(ConfigWatch::isClosed);
        watches.add(watch);
        watch.start(config);
        return watch;
    }

    /**
     * Explains the settings of a service: one line for each, with its value and where that comes from, such as {@code
     * max-attempts = 2 <- file: service.orders.max-attempts (orders.properties:12)}.
     *
     * @param service the name of the service. Where it is not made yet, its customizers are not asked
     * @return text for people; {@link #operations()} has the same for programs
     */
    public String explain(String service) {
        return Explanation.of(services.get(Objects.requireNonNull(service, "service")), config, service);
    }

    /**
     * Returns the figures of all services that are open, by name.
     *
     * @return new map, in order
     */
    public Map<String, RetrySnapshot> snapshot() {
        Map<String, RetrySnapshot> figures = new TreeMap<>();
        services.forEach((name, entry) -> figures.put(name, entry.retry().snapshot()));
        return figures;
    }

    /**
     * Returns what operators look at and switch: events, configuration, failing clients, breakers, pauses.
     *
     * @return the operations of this registry, the same object each time
     */
    public RetryOperations operations() {
        return operations;
    }

    /**
     * Closes every watch and every service. Calls under way go on; a service that is asked for later is a new one.
     * Closing again closes what was made since.
     */
    @Override
    public void close() {
        watches.forEach(ConfigWatch::close);
        watches.clear();
        List<Entry> closing;
        synchronized (this) {
            closing = List.copyOf(services.values());
            services.clear();
        }
        closing.forEach(entry -> entry.retry().close()); // listeners are told outside the lock
    }

    /**
     * Collects the parts of a registry that are not text. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final ServiceMaker maker = new ServiceMaker();
        private final List<BiConsumer<String, ServiceCustomizer>> customizers = new ArrayList<>();
        private final Set<String> named = new HashSet<>();
        private boolean strict;

        private Builder() {}

        /**
         * Adds code that decides last about every service. It runs when a service is made and again at each reload, in
         * the order of these calls, under the lock of the registry. A budget, breaker or client budget whose
         * description is equal to the one before keeps its state through a reload; the descriptions of this library are
         * equal where their settings are, a lambda is equal only to itself.
         *
         * @param value given the name of a service and what the text says of it. Where it throws, no service is made,
         *     or nothing is changed by the reload, and the error names the service
         * @return this
         */
        public Builder customize(BiConsumer<String, ServiceCustomizer> value) {
            customizers.add(Objects.requireNonNull(value, "customizer"));
            return this;
        }

        /**
         * Adds code that decides last about one service. A {@linkplain #strict() strict} registry knows the service by
         * that.
         *
         * @param service the name of the service
         * @param value given what the text says of the service
         * @return this
         * @throws IllegalArgumentException if the name is blank
         * @see #customize(BiConsumer)
         */
        public Builder customize(String service, Consumer<ServiceCustomizer> value) {
            String name = Retries.checkedName(service);
            Objects.requireNonNull(value, "customizer");
            named.add(name);
            customizers.add((asked, given) -> {
                if (asked.equals(name)) {
                    value.accept(given);
                }
            });
            return this;
        }

        /**
         * Refuses services that no key and no {@link #customize(String, Consumer)} names. Without this they have the
         * settings for all; where others are named, that is logged once for each such name.
         *
         * @return this
         */
        public Builder strict() {
            this.strict = true;
            return this;
        }

        /**
         * Adds a listener, which is told of every retry, stop and recovery of every service.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(RetryListener value) {
            maker.listener(value);
            return this;
        }

        /**
         * Sets the signal that stops retries while this process is overloaded; none by default. It is asked once for
         * each retry, on the caller's thread, and must not block.
         *
         * @param value {@code true} to stop retries for now
         * @return this
         */
        public Builder overloadSignal(BooleanSupplier value) {
            maker.overloadSignal(value);
            return this;
        }

        /**
         * Sets the gate that every attempt of each service passes before it is made, such as {@link
         * io.forbear.retry.core.gate.AttemptGates#adaptive()}; none by default. Each service gets its own.
         *
         * @param value the description that the gates are made from
         * @return this
         */
        public Builder gate(AttemptGate.Spec value) {
            maker.gate(value);
            return this;
        }

        /**
         * Sets how many clients {@link ServiceOperations#topClientsByFailures()} and {@link
         * ServiceOperations#topClientsByBudget()} tell; 10 by default. Each takes some 1.5 KB at most, once clients
         * fail; zero keeps none.
         *
         * @param value from 0 to 1000
         * @return this
         */
        public Builder topClients(int value) {
            maker.topClients(value);
            return this;
        }

        /**
         * Sets the clock, the random generator, the sleeper, the executor, the scheduler and the context capture;
         * {@link RetryRuntime#system()} by default.
         *
         * @param value the runtime, which replaces the one before
         * @return this
         */
        public Builder runtime(RetryRuntime value) {
            maker.runtime(value);
            return this;
        }

        /**
         * Changes parts of the runtime and leaves the others as they are: {@code runtime(r -> r.executor(pool))}.
         *
         * @param change sets parts on a builder that starts from the runtime so far
         * @return this
         */
        public Builder runtime(Consumer<? super RetryRuntime.Builder> change) {
            maker.runtime(change);
            return this;
        }

        /**
         * Sets the clock; short for {@code runtime(r -> r.clock(value))}.
         *
         * @param value the clock
         * @return this
         */
        public Builder clock(NanoClock value) {
            return runtime(r -> r.clock(value));
        }

        /**
         * Makes the registry. The builder may be used again; that does not change what it has made.
         *
         * @param config the settings
         * @return a new registry
         */
        public RetryRegistry build(RetryConfig config) {
            return new RetryRegistry(this, Objects.requireNonNull(config, "config"));
        }
    }
}
