package io.forbear.retry.core;

import io.forbear.retry.NanoClock;
import io.forbear.retry.core.CustomizedServices.Entry;
import io.forbear.retry.core.internal.Switches;
import io.forbear.retry.core.service.Pause;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.operations.RetryOperations;
import io.forbear.retry.operations.ServiceOperations;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The services of a registry, and the pause of all of them. */
final class RegistryOperations implements RetryOperations {
    /*
     * State      services, those of the registry; all, the pause of all services that was set last.
     * Invariant  while all holds, every service of the registry is paused by it, unless it was resumed alone or paused
     *            for itself.
     * Writers    operators, any thread. A service that is made meanwhile looks at all after it can be found.
     * Ordering   volatile: a pause is stored before the services are gone through, and a service can be found before it
     *            looks. So one of the two sees the other; where both do, the second changes nothing. A pause that is
     *            ended between the two looks of made() is ended there.
     * Progress   wait-free for each service; takes no lock, so that a customizer that hangs keeps no operator waiting.
     */

    private final Map<String, Entry> services;
    private final NanoClock clock;
    private volatile @Nullable Pause all;

    RegistryOperations(Map<String, Entry> services, NanoClock clock) {
        this.services = services;
        this.clock = clock;
    }

    /** A service can be found from now on. */
    void made(Service service) {
        Pause pause = all;
        if (pause != null && pause.remainingNanos(clock.nanoTime()) > 0) {
            service.operators.pause(pause);
            if (all != pause) {
                service.operators.endPause(pause);
            }
        }
    }

    @Override
    public Map<String, ServiceOperations> services() {
        Map<String, ServiceOperations> found = new TreeMap<>();
        services.forEach((name, entry) -> found.put(name, entry.retry().operations()));
        return found;
    }

    @Override
    public Optional<ServiceOperations> service(String name) {
        Entry entry = services.get(Objects.requireNonNull(name, "name"));
        return entry == null ? Optional.empty() : Optional.of(entry.retry().operations());
    }

    @Override
    public void pauseRetries(Duration timeToLive, String who, String why) {
        Pause pause = Pause.of(timeToLive, who, why, clock.nanoTime());
        all = pause;
        services.values().forEach(entry -> entry.service().operators.pause(pause));
    }

    @Override
    public void resumeRetries(String who, String why) {
        String by = Switches.who(who);
        String because = Switches.why(why);
        all = null;
        services.values().forEach(entry -> entry.service().operators.resume(by, because));
    }
}
