package io.forbear.retry.redis;

import io.forbear.retry.core.ServiceCustomizer;
import io.forbear.retry.core.config.FleetSpec;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Makes the fleet budgets that text describes: a customizer of a {@code RetryRegistry}.
 *
 * <pre>{@code
 * FleetBudgets fleets = FleetBudgets.of(LettuceStore.of(connection.async()));
 * RetryRegistry registry = RetryRegistry.builder().customize(fleets).build(config);
 * }</pre>
 *
 * <p>A service whose settings have {@code retry-budget=fleet}, or a {@code fleet-budget}, gets a {@link FleetBudget};
 * all others stay as they are. Services of one process that name the same budget with the same settings share its
 * tokens. A reload that does not change these settings keeps the budget and its lease; one that does makes another
 * budget, and the one before is forgotten. What text does not say is as in {@link FleetBudget.Builder}. Needs
 * {@code retry-core}. Thread-safe.
 *
 * @since 0.1
 */
public final class FleetBudgets implements BiConsumer<String, ServiceCustomizer>, AutoCloseable {
    /*
     * A budget is held by the services that use it, and here only weakly, so that one which a reload has replaced ends
     * its lease.
     */

    private final StoreConnection store;
    private final Consumer<FleetBudget> whenMade;
    private final Map<FleetSpec, WeakReference<FleetBudget>> made = new HashMap<>();

    private FleetBudgets(StoreConnection store, Consumer<FleetBudget> whenMade) {
        this.store = Objects.requireNonNull(store, "store");
        this.whenMade = Objects.requireNonNull(whenMade, "whenMade");
    }

    /**
     * Makes a customizer.
     *
     * @param store the connection, which stays the caller's
     * @return a customizer for {@code RetryRegistry.Builder.customize}
     */
    public static FleetBudgets of(StoreConnection store) {
        return new FleetBudgets(store, fleet -> {});
    }

    /**
     * Makes a customizer that tells of each budget, such as to measure it: {@code FleetBudgets.of(store, fleet -> new
     * FleetMetrics(fleet).bindTo(meters))}.
     *
     * @param store the connection, which stays the caller's
     * @param whenMade told of each budget when it is made, under the lock of the registry
     * @return a customizer for {@code RetryRegistry.Builder.customize}
     */
    public static FleetBudgets of(StoreConnection store, Consumer<FleetBudget> whenMade) {
        return new FleetBudgets(store, whenMade);
    }

    /**
     * Gives a service its fleet budget, if the text says that it has one.
     *
     * @throws IllegalArgumentException if the settings do not fit together; the message names them
     */
    @Override
    public void accept(String service, ServiceCustomizer customizer) {
        customizer.budget().ifPresent(described -> {
            if (described instanceof FleetSpec spec) {
                customizer.budget(budget(spec.name() == null ? named(spec, service) : spec));
            }
        });
    }

    private static FleetSpec named(FleetSpec spec, String name) {
        return new FleetSpec(
                name,
                spec.capacity(),
                spec.refillPerSecond(),
                spec.ratio(),
                spec.initial(),
                spec.reserveForCritical(),
                spec.processes());
    }

    private synchronized FleetBudget budget(FleetSpec spec) {
        WeakReference<FleetBudget> known = made.get(spec);
        FleetBudget same = known == null ? null : known.get();
        if (same != null) {
            return same;
        }
        FleetBudget budget = make(spec);
        made.values().removeIf(reference -> reference.get() == null);
        made.put(spec, new WeakReference<>(budget));
        whenMade.accept(budget);
        return budget;
    }

    private FleetBudget make(FleetSpec spec) {
        FleetBudget.Builder builder = FleetBudget.builder(store, Objects.requireNonNull(spec.name(), "name"));
        Integer capacity = spec.capacity();
        Double refill = spec.refillPerSecond();
        Double ratio = spec.ratio();
        Integer initial = spec.initial();
        Double reserve = spec.reserveForCritical();
        Integer processes = spec.processes();
        if (capacity != null) {
            builder.capacity(capacity);
        }
        if (refill != null) {
            builder.refillPerSecond(refill);
        }
        if (ratio != null) {
            builder.ratio(ratio);
        }
        if (initial != null) {
            builder.initial(initial);
        }
        if (reserve != null) {
            builder.reserveForCritical(reserve);
        }
        if (processes != null) {
            builder.expectedProcesses(processes);
        }
        return builder.build();
    }

    /**
     * Returns the budgets that services use now.
     *
     * @return new list, in no order
     */
    public synchronized List<FleetBudget> budgets() {
        List<FleetBudget> open = new ArrayList<>();
        for (WeakReference<FleetBudget> reference : made.values()) {
            FleetBudget budget = reference.get();
            if (budget != null) {
                open.add(budget);
            }
        }
        return open;
    }

    /** Closes the budgets that services use: their retries are refused from then on. Close the registry first. */
    @Override
    public void close() {
        budgets().forEach(FleetBudget::close);
    }
}
