package io.forbear.retry.core.jmx;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.internal.Switches;
import io.forbear.retry.operations.ServiceOperations;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Shows services as MXBeans: a listener, given to the builder of a registry or of a service, that registers a {@link
 * ServiceMXBean} when a service is made and takes it away when the service is closed, and one {@link AllServicesMXBean}
 * for all of them.
 *
 * <pre>{@code
 * RetryMBeans beans = RetryMBeans.ofPlatform();
 * RetryRegistry registry = RetryRegistry.builder().listener(beans).build(config);
 * }</pre>
 *
 * <p>The names are {@code io.forbear.retry:type=Service,group="default",name="users"} and {@code
 * io.forbear.retry:type=AllServices,group="default"}; the quotes are those of {@link ObjectName#quote}, so that any
 * name of a service will do. Of two open services of one name the later is shown. A service that is dropped without
 * being closed stays registered. Thread-safe.
 *
 * @since 0.1
 */
public final class RetryMBeans implements RetryListener, AutoCloseable {
    /*
     * State      shown, the services that have a bean, by name; the pause of all that was set last; whether this is
     *            closed.
     * Invariant  a bean is registered exactly as long as its service is in shown.
     * Writers    whoever makes or closes a service, and consoles, under the lock of shown; never a call.
     * Ordering   that of the lock.
     */

    private static final String DOMAIN = "io.forbear.retry";

    private final MBeanServer server;
    private final String group;
    private final ObjectName all;
    private final Map<String, Retry> shown = new TreeMap<>();
    private @Nullable PauseOfAll pause;
    private boolean closed;

    /** A pause that services made later have too. */
    private record PauseOfAll(long endNanos, String who, String why) {

        void hand(ServiceOperations service) {
            long left = endNanos - System.nanoTime();
            if (left > 0) {
                service.pauseRetries(Duration.ofNanos(left), who, why);
            }
        }
    }

    private RetryMBeans(MBeanServer server, String group) {
        this.server = server;
        this.group = group;
        this.all = name("type=AllServices,group=" + ObjectName.quote(group));
    }

    /**
     * Shows services at the server of the platform, in the group {@code default}.
     *
     * @return a listener for one registry or service, or for many
     * @throws IllegalStateException if the group is shown there already
     */
    public static RetryMBeans ofPlatform() {
        return of(ManagementFactory.getPlatformMBeanServer(), "default");
    }

    /**
     * Shows services.
     *
     * @param server where
     * @param group a name that tells these services from others of the same server, such as the name of a registry
     * @return a listener for one registry or service, or for many
     * @throws IllegalStateException if the group is shown there already
     */
    public static RetryMBeans of(MBeanServer server, String group) {
        RetryMBeans beans =
                new RetryMBeans(Objects.requireNonNull(server, "server"), Objects.requireNonNull(group, "group"));
        beans.show(beans.all, beans.new AllServices());
        return beans;
    }

    private static ObjectName name(String properties) {
        try {
            return new ObjectName(DOMAIN + ":" + properties);
        } catch (MalformedObjectNameException impossible) { // the values are quoted
            throw new IllegalStateException(impossible);
        }
    }

    private ObjectName nameOf(String service) {
        return name("type=Service,group=" + ObjectName.quote(group) + ",name=" + ObjectName.quote(service));
    }

    private void show(ObjectName name, Object bean) {
        try {
            server.registerMBean(bean, name);
        } catch (JMException refused) {
            throw new IllegalStateException(
                    "MBean: " + name + " (expected: a name that is not registered yet)", refused);
        }
    }

    private void hide(ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) { // somebody else took it away, and that is what is wanted
            return;
        } catch (JMException refused) {
            throw new IllegalStateException("MBean: " + name + " (expected: one that can be unregistered)", refused);
        }
    }

    /** Registers the bean of a service. */
    @Override
    public void registered(Retry retry) {
        String service = retry.name();
        PauseOfAll holds;
        synchronized (shown) {
            if (closed) {
                return;
            }
            if (shown.remove(service) != null) {
                hide(nameOf(service));
            }
            show(nameOf(service), new ServiceBean(retry.operations()));
            shown.put(service, retry);
            holds = pause;
        }
        if (holds != null) {
            holds.hand(retry.operations());
        }
    }

    /** Takes the bean of a service away, and none of a later service of its name. */
    @Override
    public void closed(Retry retry) {
        synchronized (shown) {
            if (retry.equals(shown.get(retry.name()))) {
                shown.remove(retry.name());
                hide(nameOf(retry.name()));
            }
        }
    }

    /** Takes all beans away. Services made later are not shown. Closing twice does nothing. */
    @Override
    public void close() {
        synchronized (shown) {
            if (closed) {
                return;
            }
            closed = true;
            shown.keySet().forEach(service -> hide(nameOf(service)));
            shown.clear();
            hide(all);
        }
    }

    private List<Retry> services() {
        synchronized (shown) {
            return new ArrayList<>(shown.values());
        }
    }

    /** The switch of all services; what it does to a service it does outside of the lock, where listeners are told. */
    private final class AllServices implements AllServicesMXBean {

        @Override
        public List<String> getServices() {
            return services().stream().map(Retry::name).toList();
        }

        @Override
        public void pauseRetries(long seconds, String who, String why) {
            Duration time = Duration.ofSeconds(seconds);
            long end = System.nanoTime() + Switches.timeToLive(time);
            PauseOfAll next = new PauseOfAll(end, Switches.who(who), Switches.why(why));
            synchronized (shown) {
                pause = next;
            }
            services().forEach(retry -> retry.operations().pauseRetries(time, who, why));
        }

        @Override
        public void resumeRetries(String who, String why) {
            Switches.who(who);
            Switches.why(why);
            synchronized (shown) {
                pause = null;
            }
            services().forEach(retry -> retry.operations().resumeRetries(who, why));
        }
    }
}
