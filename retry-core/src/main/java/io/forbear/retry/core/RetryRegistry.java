package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.Sleeper;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.core.decision.Service;
import io.forbear.retry.core.execution.ServiceRetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The services of an application, configured by text that can be read again while calls go on.
 *
 * <p>Each client has one budget, which its calls to all services share; its figures and its recent success rate are kept for
 * each service. A service is made when it is first asked for and lives until it or the registry is closed: names of services come
 * from the program, not from its users. Thread-safe.
 *
 * <p>Closing the {@link Retry} of a service, or a view of it, takes the service out of the registry; asked for again, the registry
 * makes a new one, whose figures, budget and breaker start afresh. The budgets of clients stay, for they belong to no service. Whoever
 * still holds the closed one can call through it: by the rules of that time, and counted by it alone.
 *
 * @since 0.1
 */
public final class RetryRegistry implements AutoCloseable {
    /*
     * State      config; services by name; for each the configuration, budget and breaker that its plan was made from.
     * Invariant  every service follows config, but for the moment of a reload. A service that is closed is not in services once
     *            close has returned, and takes no other of its name along.
     * Writers    get, which adds a service; reload, close; each under the lock. A service that is closed by hand, without it, by
     *            one atomic step of the map.
     * Ordering   services is a concurrent map: get of a known service takes no lock.
     */

    private final Surroundings surroundings;
    private final ClientTable budgets;
    private final Map<String, Entry> services = new ConcurrentHashMap<>();
    private RetryConfig config;

    /** A service, and what its plan was made from. */
    private record Entry(
            Service service,
            ServiceRetry retry,
            ClientTable clients,
            ServiceConfig config,
            @Nullable RetryBudget budget,
            @Nullable CircuitBreaker breaker) {}

    private RetryRegistry(Surroundings surroundings, RetryConfig config) {
        this.surroundings = surroundings;
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
     * @throws IllegalArgumentException if the name is blank
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
            added = make(service);
            services.put(service, added);
        }
        added.service.open(added.retry);
        return added.retry;
    }

    private Entry make(String name) {
        NanoClock clock = surroundings.clock;
        ServiceConfig own = config.service(name);
        RetryBudget.Spec budgetSpec = own.budget();
        CircuitBreaker.Spec breakerSpec = own.circuitBreaker();
        RetryBudget budget = budgetSpec == null ? null : budgetSpec.create(clock);
        CircuitBreaker breaker = breakerSpec == null ? null : breakerSpec.create(name, clock);
        ClientTable clients = ClientTable.sharingBudgetsOf(budgets);
        Service service = new Service(
                name,
                clock,
                surroundings.random,
                own.policy(),
                budget,
                breaker,
                clients,
                surroundings.listeners,
                surroundings.overloaded,
                surroundings.newGate());
        service.whenClosed(() -> forget(service));
        return new Entry(service, new ServiceRetry(service, surroundings.means()), clients, own, budget, breaker);
    }

    /** Takes a service out, and none that was made in its place. */
    private void forget(Service closed) {
        services.computeIfPresent(closed.name(), (name, entry) -> entry.service == closed ? null : entry);
    }

    /**
     * Reads the settings again. Calls that begin from now on follow them; budgets, windows and breakers of which nothing was
     * changed keep their state.
     *
     * @param properties the settings, all of them
     * @throws IllegalArgumentException if any setting is wrong; nothing has changed then
     */
    public void reload(Properties properties) {
        reload(RetryConfig.of(properties));
    }

    /**
     * Takes other settings. Calls that begin from now on follow them; budgets, windows and breakers of which nothing was changed
     * keep their state; so does the number of clients that are kept apart, which is that of the first settings.
     *
     * @param next the settings, all of them
     */
    public synchronized void reload(RetryConfig next) {
        config = Objects.requireNonNull(next, "next");
        budgets.updateBudget(clientBudget(next));
        services.replaceAll((name, entry) -> updated(name, entry));
    }

    private Entry updated(String name, Entry old) {
        ServiceConfig own = config.service(name);
        RetryBudget.Spec budgetSpec = own.budget();
        CircuitBreaker.Spec breakerSpec = own.circuitBreaker();
        NanoClock clock = surroundings.clock;
        RetryBudget budget =
                own.hasBudgetOf(old.config) ? old.budget : budgetSpec == null ? null : budgetSpec.create(clock);
        CircuitBreaker breaker = own.hasBreakerOf(old.config)
                ? old.breaker
                : breakerSpec == null ? null : breakerSpec.create(name, clock);
        old.service.update(own.policy(), budget, breaker, old.clients);
        return new Entry(old.service, old.retry, old.clients, own, budget, breaker);
    }

    private static ClientBudget clientBudget(RetryConfig config) {
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

    /** Closes every service. Calls under way go on; a service that is asked for later is made anew. */
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

        private Builder() {}

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
         * Sets what every attempt of each service passes before it is made, such as {@link io.forbear.retry.core.gate.AttemptGates#adaptive()};
         * by default nothing.
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
         * Makes the registry.
         *
         * @param config the settings
         * @return a new registry
         */
        public RetryRegistry build(RetryConfig config) {
            return new RetryRegistry(surroundings, Objects.requireNonNull(config, "config"));
        }
    }
}
