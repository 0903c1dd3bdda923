package io.forbear.retry.core;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.client.ClientBudget;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.core.execution.ServiceRetry;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.operations.ConfiguredValue;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the services of a registry from text and customizers, and again the parts of one after a reload. All code of
 * the user that a registry calls is called here. Keeps no service. Guarded by the lock of its registry.
 */
final class CustomizedServices {

    private final ServiceMaker maker;
    private final List<BiConsumer<String, ServiceCustomizer>> customizers;

    /** The services that are being made, and whether settings are read again: the user's code may call back then. */
    private final Set<String> making = new HashSet<>();

    private boolean reloading;

    /** The clients of all services, and their budgets where the text describes one. */
    private final ClientTable clients;

    /**
     * A service of a registry.
     *
     * @param service the state that its calls share
     * @param retry the view that the registry hands out
     * @param parts what its plan was made from
     * @param gate the description of its gate, {@code null} for none
     * @param hasGateOfBuilder whether the gate is that of the registry's builder
     */
    record Entry(
            Service service,
            ServiceRetry retry,
            ServiceParts parts,
            AttemptGate.@Nullable Spec gate,
            boolean hasGateOfBuilder) {

        Settings settings(RetryConfig config) {
            ServiceParts.Clients clients = parts.clientBudgets();
            Object budgets = clients.ofService() == null && !clients.apart()
                    ? Settings.clientBudget(config)
                    : clients.ofService();
            return new Settings(
                    parts.policy(),
                    parts.budget().spec(),
                    parts.breaker().spec(),
                    budgets,
                    parts.clients().maxClients(),
                    gate);
        }

        /** Lets the service follow other parts, made from other settings. */
        Entry update(ServiceParts changed, RetryConfig next) {
            Entry after = new Entry(service, retry, changed, gate, hasGateOfBuilder);
            service.update(
                    changed.policy(),
                    changed.budget().guarded(),
                    changed.breaker().guarded(),
                    changed.clients());
            after.describe(next);
            return after;
        }

        /** Says how the service is configured from now on, by these settings as text and what code made of them. */
        void describe(RetryConfig config) {
            Settings now = settings(config);
            String name = service.name();
            service.operators.configuration(() -> now
                    .listed(
                            Settings.ofText(config, name, now.maxClients()),
                            ConfiguredValue.Source.CUSTOMIZER,
                            config.origins(name),
                            config.preset(name))
                    .stream()
                    .map(this::ofBuilder)
                    .toList());
        }

        /** No text says anything of a gate that is the builder's, so that it looks like the code of a customizer. */
        private ConfiguredValue ofBuilder(ConfiguredValue value) {
            boolean isBuilders = hasGateOfBuilder
                    && value.name().equals("gate")
                    && value.source() == ConfiguredValue.Source.CUSTOMIZER;
            return isBuilders
                    ? new ConfiguredValue(value.name(), value.value(), ConfiguredValue.Source.BUILDER, "")
                    : value;
        }
    }

    CustomizedServices(
            ServiceMaker maker, List<BiConsumer<String, ServiceCustomizer>> customizers, RetryConfig config) {
        this.maker = maker;
        this.customizers = customizers;
        this.clients = new ClientTable(config.maxClients(), clientBudget(config), maker.clock());
    }

    /**
     * Makes a service.
     *
     * @throws IllegalArgumentException if a customizer, a budget, a breaker or a gate throws; the message names the
     *     service
     * @throws IllegalStateException if a customizer asks for the service that it is asked about
     */
    Entry make(String name, RetryConfig config) {
        if (!making.add(name)) {
            throw new IllegalStateException(
                    "service " + OneLine.of(name) + ": its customizer asks the registry for the service itself");
        }
        try {
            return made(name, config);
        } finally {
            making.remove(name);
        }
    }

    private Entry made(String name, RetryConfig config) {
        return named(name, () -> {
            ServiceCustomizer given = customized(name, config);
            ServiceParts parts = parts(given, config, null);
            ServiceMaker.Made made = maker.make(
                    name,
                    parts.policy(),
                    parts.budget().guarded(),
                    parts.breaker().guarded(),
                    parts.clients(),
                    given.listeners(),
                    given.gate());
            Entry entry = new Entry(made.service(), made.retry(), parts, given.gate(), isOfBuilder(given.gate()));
            entry.describe(config);
            return entry;
        });
    }

    /**
     * Makes the parts of every service again, those too that a customizer asks for meanwhile, and keeps those whose
     * description is the same. Changes nothing.
     *
     * @param entries a view of the services there are
     * @throws IllegalArgumentException as {@link #make} says
     */
    Map<Service, ServiceParts> remake(Collection<Entry> entries, RetryConfig next) {
        Map<Service, ServiceParts> parts = new HashMap<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Entry entry : entries) {
                if (!parts.containsKey(entry.service)) {
                    parts.put(entry.service, remake(entry, next));
                    more = true;
                }
            }
        }
        return parts;
    }

    /**
     * Runs a reload.
     *
     * @throws IllegalStateException if a customizer runs, which has called back
     */
    <T> T whileReloading(Supplier<T> reload) {
        if (reloading || !making.isEmpty()) {
            throw new IllegalStateException("reload: called by a customizer (expected: none while one runs)");
        }
        reloading = true;
        try {
            return reload.get();
        } finally {
            reloading = false;
        }
    }

    /** Lets all services follow other settings. Returns what has changed for each, in order. */
    static Map<Service, Map<String, String>> follow(
            Map<String, Entry> services, Map<Service, ServiceParts> parts, RetryConfig before, RetryConfig next) {
        Map<Service, Map<String, String>> changes = new LinkedHashMap<>();
        services.replaceAll((name, entry) -> {
            ServiceParts changed = Objects.requireNonNullElse(parts.get(entry.service), entry.parts);
            Entry after = entry.update(changed, next);
            changes.put(
                    entry.service,
                    after.settings(next)
                            .changesFrom(
                                    entry.settings(before),
                                    key -> Settings.isSecret(key, before.origins(name))
                                            || Settings.isSecret(key, next.origins(name))));
            return after;
        });
        return changes;
    }

    private boolean isOfBuilder(AttemptGate.@Nullable Spec gate) {
        return gate != null && gate.equals(maker.gate());
    }

    private ServiceParts remake(Entry entry, RetryConfig next) {
        String name = entry.service.name();
        return named(name, () -> parts(customized(name, next), next, entry.parts));
    }

    NanoClock clock() {
        return maker.clock();
    }

    /** Gives all clients the budget that the text describes now. */
    void update(RetryConfig next) {
        clients.updateBudget(clientBudget(next));
    }

    private ServiceParts parts(ServiceCustomizer given, RetryConfig config, @Nullable ServiceParts before) {
        NanoClock clock = maker.clock();
        return ServiceParts.of(given, config, clients, clock, before);
    }

    /** Asks the customizers about a service. */
    private ServiceCustomizer customized(String name, RetryConfig text) {
        ServiceConfig own = text.service(name);
        ServiceCustomizer given = new ServiceCustomizer(name, own, own.gate(maker.gate()));
        customizers.forEach(customizer -> customizer.accept(name, given));
        return given;
    }

    /** Runs code of the user; the failure that it throws names the service. */
    private static <T> T named(String service, Supplier<T> making) {
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

    private static @Nullable ClientBudget clientBudget(RetryConfig config) {
        if (config.maxBudget() == 0) {
            return null;
        }
        return new ClientBudget(
                config.maxBudget() * RetryBudget.TOKEN,
                Math.round(config.replenishmentPerMinute() * RetryBudget.TOKEN),
                Duration.ofMinutes(1).toNanos());
    }
}
