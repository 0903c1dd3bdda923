package io.forbear.retry.spring.boot;

import io.forbear.retry.core.ConfigWatch;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.ConfigSources;
import java.time.Instant;
import java.util.Optional;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Reads the settings again: when the environment says that it has changed (the {@code EnvironmentChangeEvent} of Spring
 * Cloud, which is known by its name), when an operator says so at the endpoint, and every {@code forbear.reload.every}
 * where that is set. What is wrong changes nothing: the settings before stay in force, and the problem is told by the
 * log, by an event of every service and by {@link #problem()}. Thread-safe.
 *
 * @since 0.1
 */
public final class ForbearReload implements SmartApplicationListener, AutoCloseable {

    private static final String CHANGED = "org.springframework.cloud.context.environment.EnvironmentChangeEvent";

    private final ConfigWatch watch;

    /**
     * Makes a listener that reloads a registry.
     *
     * @param registry the registry
     * @param sources where its settings are read from
     */
    public ForbearReload(RetryRegistry registry, ConfigSources sources) {
        this.watch = registry.watch(sources);
    }

    /**
     * Reads the settings and takes them.
     *
     * @return what is wrong: every wrong property; empty if they were taken
     */
    public Optional<String> reload() {
        return watch.reload();
    }

    /**
     * Returns what is wrong with the settings that were read last; those before are in force.
     *
     * @return every wrong property; empty if nothing is wrong
     */
    public Optional<String> problem() {
        return watch.problem();
    }

    /**
     * Returns when settings were taken last.
     *
     * @return empty if the application runs on those that it began with
     */
    public Optional<Instant> lastReload() {
        return watch.lastReload();
    }

    /**
     * Returns how many changes were refused because something in them was wrong.
     *
     * @return since the application began
     */
    public long refusals() {
        return watch.refusals();
    }

    @Override
    public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
        for (Class<?> type = eventType; type != null; type = type.getSuperclass()) {
            if (type.getName().equals(CHANGED)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        reload();
    }

    /** Stops reading. The settings stay as they are. Idempotent. */
    @Override
    public void close() {
        watch.close();
    }
}
