package io.forbear.retry.redis;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Measures a fleet budget with Micrometer, from its snapshot: reading a meter asks no store. Each meter has the tag
 * {@code retry.service}, with the name under which processes share the budget.
 *
 * <ul>
 *   <li>{@code forbear.fleet.granted}: tokens that the store leased to this process, counted
 *   <li>{@code forbear.fleet.denied}: messages that asked for tokens and got less than one, counted
 *   <li>{@code forbear.fleet.lease}: answers of the store, and how long they took
 *   <li>{@code forbear.fleet.age}: seconds since the last answer
 *   <li>{@code forbear.fleet.holders}: processes that share the budget
 *   <li>{@code forbear.fleet.balance}: tokens that the store had left when it last answered
 *   <li>{@code forbear.fleet.floor}: 1 while the store does not lease, 0 otherwise
 * </ul>
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class FleetMetrics implements MeterBinder {

    private static final double TOKEN = FleetBudget.TOKEN;

    private final FleetBudget fleet;

    /**
     * Makes a binder.
     *
     * @param fleet the budget, which the meters hold weakly
     */
    public FleetMetrics(FleetBudget fleet) {
        this.fleet = Objects.requireNonNull(fleet, "fleet");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Tags tags = Tags.of("retry.service", fleet.snapshot().service());
        FunctionCounter.builder(
                        "forbear.fleet.granted", fleet, f -> f.snapshot().granted() / TOKEN)
                .tags(tags)
                .description("tokens that the store leased to this process")
                .register(registry);
        FunctionCounter.builder("forbear.fleet.denied", fleet, f -> f.snapshot().denied())
                .tags(tags)
                .description("messages that asked for tokens and got less than one")
                .register(registry);
        FunctionTimer.builder(
                        "forbear.fleet.lease",
                        fleet,
                        f -> f.snapshot().leases(),
                        f -> f.snapshot().leaseTime().toNanos(),
                        TimeUnit.NANOSECONDS)
                .tags(tags)
                .description("answers of the store")
                .register(registry);
        gauge("age", "time since the last answer of the store")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
        gauge("holders", "processes that share the budget").tags(tags).register(registry);
        gauge("balance", "tokens that the store had left when it last answered")
                .tags(tags)
                .register(registry);
        gauge("floor", "1 while the store does not lease").tags(tags).register(registry);
    }

    private Gauge.Builder<FleetBudget> gauge(String name, String description) {
        return Gauge.builder("forbear.fleet." + name, fleet, f -> value(name, f.snapshot()))
                .description(description);
    }

    private static double value(String name, FleetSnapshot snapshot) {
        return switch (name) {
            case "age" -> snapshot.age().toNanos() / 1e9;
            case "holders" -> snapshot.holders();
            case "balance" -> snapshot.fleetBalance() / TOKEN;
            default -> snapshot.state() == FleetState.FLOOR ? 1 : 0;
        };
    }
}
