package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.ContextCapture;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.execution.ServiceRetry;
import io.forbear.retry.core.internal.Notices;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.service.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The services of an application, configured by text that can be read again while calls go on, and by code where text
 * does not suffice.
 *
 * <p>A service whose keys say nothing is the one that {@code Retries.named(..).build()} makes. Where clients have
 * budgets ({@code max-budget}), each client has one, which its calls to all services share; calls without a client
 * share one more. A client's figures and its recent success rate are kept for each service. A service is made when it
 * is first asked for and lives until it or the registry is closed: names of services come from the program, not from
 * its users. Thread-safe.
 *
 * <p>Closing the {@link Retry} of a service, or a view of it, takes the service out of the registry; asked for again,
 * the registry makes a new one, with new figures and a new budget and breaker. The budgets of clients stay, for they
 * belong to no service. Calls through the closed one go on by the rules of that time, and count for it alone. Closing
 * is idempotent.
 *
 * @since 0.1
 */
public final class RetryRegistry implements AutoCloseable {
    /*
     * State      config; services by name; for each the parts that its plan was made from; which services are being
     *            made, and whether settings are being read again, to tell when the user's code calls back.
     * Invariant  every service follows config, but for the moment of a reload. A reload makes all parts before it
     *            changes the first service, so that one that throws has changed nothing. A service that is closed is
     *            not in services once close has returned, and takes no other of its name along.
     * Writers    get, which adds a service; reload, close; each under the lock. A service that is closed by hand,
     *            without it, by one atomic step of the map.
     * Ordering   services is a concurrent map: get of a known service takes no lock.
     */

    private final Surroundings surroundings;
    private final List<BiConsumer<String, ServiceCustomizer>> customizers;
    private final ServiceNames names;
    private final ClientTable budgets;
    private final Map<String, Entry> services = new ConcurrentHashMap<>();
    private final Set<String> making = new HashSet<>();
    private boolean reloading;
    private RetryConfig config;

    /** A service, and what its plan was made from. */
    private record Entry(Service service, ServiceRetry retry, ServiceParts parts) {}

    private RetryRegistry(Builder builder, RetryConfig config) {
        this.surroundings = builder.surroundings.copy();
        this.customizers = List.copyOf(builder.customizers);
        this.names = new ServiceNames(builder.named, builder.strict, Notices::log);
        this.config = config;
        this.budgets = new ClientTable(config.maxClients(), clientBudget(config), surroundings.clock);
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
    public static RetryRegistry load(Map<String, String> settings) {
        return builder().build(RetryConfig.of(settings));
    }

    /**
     * Returns a builder, for a registry that is given more than text.
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
        return known != null ? known.retry : add(Retries.checkedName(service));
    }

    private Retry add(String service) {
        Entry added;
        synchronized (this) {
            Entry known = services.get(service);
            if (known != null) {
                return known.retry;
            }
            names.check(service, config);
            if (!making.add(service)) {
                throw new IllegalStateException(
                        "service " + OneLine.of(service) + ": its customizer asks the registry for the service itself");
            }
            try {
                added = made(service, () -> make(service));
            } finally {
                making.remove(service);
            }
            OpenServices.opened(added.service); // before anybody can close it
            services.put(service, added);
        }
        added.service.open(added.retry);
        return added.retry;
    }

    /** Makes something by the user's code; what that throws names the service. */
    private static <T> T made(String service, Supplier<T> making) {
        try {
            return making.get();
        } catch (VirtualMachineError dying) {
            throw dying;
        } catch (Throwable fault) {
            throw new IllegalArgumentException(
                    "service " + OneLine.of(service) + ": "
                            + (fault instanceof IllegalArgumentException
                                    ? fault.getMessage()
                                    : "its customizer threw " + fault),
                    fault);
        }
    }

    /** Asks the customizers about a service. */
    private ServiceCustomizer customized(String name, RetryConfig text) {
        ServiceCustomizer given = new ServiceCustomizer(name, text.service(name), surroundings.gate);
        customizers.forEach(customizer -> customizer.accept(name, given));
        return given;
    }

    private Entry make(String name) {
        NanoClock clock = surroundings.clock;
        ServiceCustomizer given = customized(name, config);
        ServiceParts parts = ServiceParts.of(given, config, budgets, clock, null);
        List<RetryListener> listeners = new ArrayList<>(surroundings.listeners);
        listeners.addAll(given.listeners());
        AttemptGate.Spec gate = given.gate();
        Service service = new Service(
                name,
                clock,
                surroundings.random,
                parts.policy(),
                parts.budget().guarded(),
                parts.breaker().guarded(),
                parts.clients(),
                listeners,
                surroundings.overloaded,
                gate == null ? null : gate.create(clock));
        service.whenClosed(() -> forget(service));
        return new Entry(service, new ServiceRetry(service, surroundings.means()), parts);
    }

    /** Takes a service out, and none that was made in its place. */
    private void forget(Service closed) {
        services.computeIfPresent(closed.name(), (name, entry) -> entry.service == closed ? null : entry);
        OpenServices.closed(closed);
    }

    /**
     * Reads the settings again. Calls that begin from now on follow them; budgets, windows and breakers of which
     * nothing was changed keep their state.
     *
     * @param properties the settings, all of them
     * @throws IllegalArgumentException if any setting is wrong, or as {@link #reload(RetryConfig)} says; nothing has
     *     changed then
     */
    public void reload(Properties properties) {
        reload(RetryConfig.of(properties));
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
    public synchronized void reload(RetryConfig next) {
        Objects.requireNonNull(next, "next");
        if (reloading || !making.isEmpty()) {
            throw new IllegalStateException("reload: called by a customizer (expected: none while one runs)");
        }
        reloading = true;
        try {
            apply(next, parts(next));
        } finally {
            reloading = false;
        }
    }

    /** Makes the parts of every service, those too that a customizer asked for meanwhile. Changes nothing. */
    private Map<Service, ServiceParts> parts(RetryConfig next) {
        Map<Service, ServiceParts> parts = new HashMap<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Entry entry : services.values()) {
                if (!parts.containsKey(entry.service)) {
                    parts.put(entry.service, made(entry.service.name(), () -> remade(entry, next)));
                    more = true;
                }
            }
        }
        return parts;
    }

    private ServiceParts remade(Entry entry, RetryConfig next) {
        ServiceCustomizer given = customized(entry.service.name(), next);
        return ServiceParts.of(given, next, budgets, surroundings.clock, entry.parts);
    }

    private void apply(RetryConfig next, Map<Service, ServiceParts> parts) {
        config = next;
        budgets.updateBudget(clientBudget(next));
        services.replaceAll((name, entry) -> {
            ServiceParts changed = Objects.requireNonNullElse(parts.get(entry.service), entry.parts);
            entry.service.update(
                    changed.policy(),
                    changed.budget().guarded(),
                    changed.breaker().guarded(),
                    changed.clients());
            return new Entry(entry.service, entry.retry, changed);
        });
    }

    private static @Nullable ClientBudget clientBudget(RetryConfig config) {
        if (config.maxBudget() == 0) {
            return null;
        }
        return new ClientBudget(
                config.maxBudget() * RetryBudget.TOKEN,
                Math.round(config.replenishmentPerMinute() * RetryBudget.TOKEN),
                Duration.ofMinutes(1).toNanos());
    }

    /**
     * Returns the figures of all services that have been asked for and not been closed.
     *
     * @return figures by name, in order
     */
    public Map<String, RetrySnapshot> snapshot() {
        Map<String, RetrySnapshot> figures = new TreeMap<>();
        services.forEach((name, entry) -> figures.put(name, entry.retry.snapshot()));
        return figures;
    }

    /**
     * Closes every service. Calls under way go on; a service that is asked for later is a new one. Closing again closes
     * what was made since.
     */
    @Override
    public void close() {
        List<Entry> closing;
        synchronized (this) {
            closing = List.copyOf(services.values());
            services.clear();
        }
        closing.forEach(entry -> entry.retry.close()); // listeners are told outside the lock
    }

    /**
     * Collects what a registry is given beside its settings. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final Surroundings surroundings = new Surroundings();
        private final List<BiConsumer<String, ServiceCustomizer>> customizers = new ArrayList<>();
        private final Set<String> named = new HashSet<>();
        private boolean strict;

        private Builder() {}

        /**
         * Adds code that has the last word on every service: asked when a service is made and again at each reload, in
         * the order of these calls, under the lock of the registry. A budget, breaker or client budget whose
         * description is equal to the one before keeps its state through a reload; the descriptions of this library are
         * equal where their settings are, a lambda is equal only to itself.
         *
         * <pre>{@code
         * RetryRegistry.builder()
         *         .customize((name, service) -> service.policy(p -> p.classifyResult(HttpResponse.class,
         *                 r -> Classification.ofHttpStatus(r.statusCode()))))
         *         .build(RetryConfig.of(properties));
         * }</pre>
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
         * Adds code that has the last word on one service, which is known by that, see {@link #strict()}.
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
         * Adds who is told what the retries of every service do.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(RetryListener value) {
            surroundings.listeners.add(Objects.requireNonNull(value, "listener"));
            return this;
        }

        /**
         * Sets who says whether this process has no room for extra work; by default nobody does.
         *
         * @param value {@code true} to stop retries for now; must not block
         * @return this
         */
        public Builder overloadSignal(BooleanSupplier value) {
            surroundings.overloaded = Objects.requireNonNull(value, "overloadSignal");
            return this;
        }

        /**
         * Sets what every attempt of each service passes before it is made, such as {@link
         * io.forbear.retry.core.gate.AttemptGates#adaptive()}; by default nothing.
         *
         * @param value what the gate is made from
         * @return this
         */
        public Builder gate(AttemptGate.Spec value) {
            surroundings.gate = Objects.requireNonNull(value, "gate");
            return this;
        }

        /**
         * Sets where asynchronous attempts after the first begin; the common pool by default.
         *
         * @param value the executor; never shut down by the library
         * @return this
         */
        public Builder executor(Executor value) {
            surroundings.executor(value);
            return this;
        }

        /**
         * Sets what wakes asynchronous calls; by default one daemon thread that all services share.
         *
         * @param value the scheduler; never shut down by the library
         * @return this
         */
        public Builder scheduler(ScheduledExecutorService value) {
            surroundings.scheduler(value);
            return this;
        }

        /**
         * Sets what carries the context of a call to the threads on which its later attempts run; by default nothing does.
         *
         * @param value captures the context where an asynchronous call is made
         * @return this
         */
        public Builder context(ContextCapture value) {
            surroundings.context(value);
            return this;
        }

        /**
         * Sets how blocking calls wait; by parking by default.
         *
         * @param value the sleeper
         * @return this
         */
        public Builder sleeper(Sleeper value) {
            surroundings.sleeper(value);
            return this;
        }

        /**
         * Sets the time; {@link NanoClock#system()} by default.
         *
         * @param value the clock
         * @return this
         */
        public Builder clock(NanoClock value) {
            surroundings.clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        /**
         * Sets the source of chance; that of the current thread by default.
         *
         * @param value a thread-safe generator
         * @return this
         */
        public Builder random(RandomGenerator value) {
            surroundings.random = Objects.requireNonNull(value, "random");
            return this;
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
