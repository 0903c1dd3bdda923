package io.forbear.retry.micrometer;

import io.forbear.retry.operations.ConfiguredValue;
import io.forbear.retry.operations.ServiceEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The meters of one service that are written when something happens to it: its events by kind, and which configuration
 * it has.
 */
final class Happenings {
    /*
     * Writers    any thread that is told of an event; registered and reloaded services, one at a time, set the hash.
     * Ordering   the map is not changed once made; hash is volatile.
     */

    private final Map<ServiceEvent.Kind, Counter> events = new EnumMap<>(ServiceEvent.Kind.class);
    private final List<Meter> meters = new ArrayList<>();
    private volatile double hash = Double.NaN;

    private Happenings() {}

    static Happenings register(MeterRegistry registry, Naming naming, String service) {
        Happenings happenings = new Happenings();
        for (ServiceEvent.Kind kind : ServiceEvent.Kind.values()) {
            Throttled.guard(
                    "meter registry",
                    () -> happenings.events.put(
                            kind,
                            Counter.builder(naming.of("events"))
                                    .description("What happened to the service")
                                    .tags(naming.serviceTag(), service, "kind", Words.of(kind))
                                    .register(registry)));
        }
        happenings.meters.addAll(happenings.events.values());
        Throttled.guard(
                "meter registry",
                () -> happenings.meters.add(
                        Gauge.builder(naming.of("configuration.hash"), happenings, source -> source.hash)
                                .description("A number that is the same where the configuration is")
                                .tag(naming.serviceTag(), service)
                                .register(registry)));
        return happenings;
    }

    List<Meter> meters() {
        return meters;
    }

    void happened(ServiceEvent event) {
        Counter counter = events.get(event.kind());
        if (counter != null) {
            counter.increment();
        }
    }

    /** Notes the configuration of one of the services shown here; of several the latest counts. */
    void configured(List<ConfiguredValue> configuration) {
        int next = 1;
        for (ConfiguredValue value : configuration) {
            next = 31 * next + value.name().hashCode();
            next = 31 * next + value.value().hashCode();
        }
        hash = next & Integer.MAX_VALUE;
    }

    /** Several services are shown as one: there is no configuration of theirs. */
    void severalServices() {
        hash = Double.NaN;
    }
}
