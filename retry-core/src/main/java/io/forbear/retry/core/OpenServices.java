package io.forbear.retry.core;

import io.forbear.retry.core.internal.Notices;
import io.forbear.retry.core.service.Service;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The services of this process that are open, by name, so that two of one name are noticed: each has a budget and a
 * breaker of its own, and neither sees all calls.
 */
final class OpenServices {
    /*
     * State      the last service of each name; names that were noticed, at most MOST_NOTICES of them.
     * Invariant  a service is not kept alive: references are weak, and names of services that are gone are
     *            removed when the next one is opened.
     * Writers    opened, closed: by atomic steps of the map.
     * Ordering   that of the map. Progress as the map: on the path that makes or closes a service, never on that of a
     *            call.
     */

    private static final int MOST_NOTICES = 20;

    private static final OpenServices ALL = new OpenServices(text -> Notices.log(System.Logger.Level.WARNING, text));

    private final Consumer<String> notices;
    private final Map<String, Named> last = new ConcurrentHashMap<>();
    private final Set<String> noticed = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Service> gone = new ReferenceQueue<>();

    /** A service, which is known by its name when it is gone. */
    private static final class Named extends WeakReference<Service> {

        final String name;

        Named(Service service, ReferenceQueue<Service> gone) {
            super(service, gone);
            this.name = service.name();
        }
    }

    OpenServices(Consumer<String> notices) {
        this.notices = notices;
    }

    /** Notes that a service was made; logs one line for each name of which another is open. */
    static void opened(Service service) {
        ALL.open(service);
    }

    /** Notes that a service was closed. */
    static void closed(Service service) {
        ALL.close(service);
    }

    void open(Service service) {
        for (Reference<? extends Service> dead = gone.poll(); dead != null; dead = gone.poll()) {
            Named named = (Named) dead;
            last.remove(named.name, named);
        }
        Named before = last.put(service.name(), new Named(service, gone));
        Service other = before == null ? null : before.get();
        if (other != null && other != service && noticed.size() < MOST_NOTICES && noticed.add(service.name())) {
            notices.accept("two services that are open are named \"" + service.name()
                    + "\": each has a budget and a circuit breaker of its own; keep one Retry for each service, "
                    + "or close the one before");
        }
    }

    void close(Service service) {
        last.computeIfPresent(service.name(), (name, named) -> named.refersTo(service) ? null : named);
    }

    int size() {
        return last.size();
    }
}
