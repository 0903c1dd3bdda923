package io.forbear.retry.micrometer;

import io.forbear.retry.Retry;
import io.forbear.retry.operations.ServiceEvent;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The services that are bound to one registry. All listeners of a registry share it, since retries of one name share
 * their meters, and the limit of names is the registry's.
 */
final class Catalog {
    /*
     * State      services by the name that meters show; which of them each live retry belongs to; the settings.
     * Invariant  a service is in the map while a retry of it lives, and its meters in the registry as long.
     * Writers    registered, closed, settings: under the lock of this object. Calls and scrapes take it never.
     * Ordering   services is a concurrent map: durations are looked up by calls without the lock.
     */

    private static final System.Logger LOG = System.getLogger("io.forbear.retry.micrometer");

    /** Weak: a registry that is not used any more is collected together with its catalog. */
    private static final Map<MeterRegistry, Map<Naming, Catalog>> BY_REGISTRY = new WeakHashMap<>();

    /** A service: the values that its meters read, the meters, and the durations of the listeners that ask for them. */
    private static final class Entry {
        final ServiceFigures figures;
        final List<Meter> meters;
        final Happenings happenings;
        final Map<DurationOptions, Durations> durations = new ConcurrentHashMap<>();

        Entry(ServiceFigures figures, List<Meter> meters, Happenings happenings) {
            this.figures = figures;
            this.meters = meters;
            this.happenings = happenings;
        }

        List<Meter> allMeters() {
            List<Meter> all = new ArrayList<>(meters);
            all.addAll(happenings.meters());
            durations.values().forEach(each -> all.addAll(each.meters()));
            return all;
        }
    }

    private final WeakReference<MeterRegistry> registry;
    private final Naming naming;
    private final Map<String, Entry> services = new ConcurrentHashMap<>();
    private final Map<Retry, String> homes = new HashMap<>();
    private int maxServices;
    private long maxAgeNanos = Long.MAX_VALUE;
    private boolean reported;

    private Catalog(MeterRegistry registry, Naming naming) {
        this.registry = new WeakReference<>(registry);
        this.naming = naming;
    }

    static Catalog of(MeterRegistry registry, Naming naming) {
        synchronized (BY_REGISTRY) {
            return BY_REGISTRY
                    .computeIfAbsent(registry, unknown -> new HashMap<>())
                    .computeIfAbsent(naming, unknown -> new Catalog(registry, naming));
        }
    }

    /** Takes the settings of one more listener: the largest limit and the least age hold. */
    synchronized void settings(int services, long ageNanos) {
        maxServices = Math.max(maxServices, services);
        maxAgeNanos = Math.min(maxAgeNanos, ageNanos);
        this.services.values().forEach(entry -> entry.figures.maxAge(maxAgeNanos));
    }

    synchronized void registered(Retry retry, @Nullable DurationOptions options) {
        MeterRegistry target = registry.get();
        if (target == null) {
            return;
        }
        String shown = homes.computeIfAbsent(retry, unknown -> shownName(unknown.name()));
        Entry entry = services.get(shown);
        if (entry == null) {
            entry = entry(shown, target);
            services.put(shown, entry);
        }
        entry.figures.add(retry);
        configured(shown, entry, retry);
        if (options != null) {
            entry.durations.computeIfAbsent(options, asked -> Durations.register(asked, target, naming, shown));
        }
    }

    private Entry entry(String shown, MeterRegistry target) {
        ServiceFigures figures =
                new ServiceFigures(() -> target.config().clock().monotonicTime(), maxAgeNanos);
        return new Entry(
                figures, Meters.register(target, naming, shown, figures), Happenings.register(target, naming, shown));
    }

    private static void configured(String shown, Entry entry, Retry retry) {
        if (shown.equals(Words.OTHER)) {
            entry.happenings.severalServices();
        } else {
            Throttled.guard(
                    "configuration",
                    () -> entry.happenings.configured(retry.operations().configuration()));
        }
    }

    /** Counts an event; a service that was reloaded has another configuration. */
    void happened(ServiceEvent event) {
        Entry entry = entryOf(event.service());
        if (entry == null) {
            return;
        }
        entry.happenings.happened(event);
        if (event.kind() == ServiceEvent.Kind.RELOADED) {
            reloaded(event.service());
        }
    }

    private synchronized void reloaded(String service) {
        homes.forEach((retry, shown) -> {
            Entry entry = services.get(shown);
            if (entry != null && retry.name().equals(service)) {
                configured(shown, entry, retry);
            }
        });
    }

    private String shownName(String name) {
        boolean overflowing = services.containsKey(Words.OTHER);
        int named = services.size() - (overflowing ? 1 : 0);
        if (services.containsKey(name) || named < maxServices) {
            return name;
        }
        if (!reported) {
            reported = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "services with meters of their own: {0}; further ones, the first of them {1}, share "
                            + "{2}=\"other\"",
                    maxServices,
                    name,
                    naming.serviceTag());
        }
        return Words.OTHER;
    }

    synchronized void closed(Retry retry) {
        String shown = homes.remove(retry);
        Entry entry = shown == null ? null : services.get(shown);
        if (shown == null || entry == null || entry.figures.removed(retry)) {
            return;
        }
        services.remove(shown);
        MeterRegistry target = registry.get();
        if (target != null) {
            entry.allMeters().forEach(meter -> Throttled.guard("meter registry", () -> target.remove(meter)));
        }
    }

    /** Returns where the durations of a service go; {@code null} where it is not known. */
    @Nullable
    Durations durations(String service, DurationOptions options) {
        Entry entry = entryOf(service);
        return entry == null ? null : entry.durations.get(options);
    }

    private @Nullable Entry entryOf(String service) {
        Entry entry = services.get(service);
        return entry == null ? services.get(Words.OTHER) : entry;
    }
}
