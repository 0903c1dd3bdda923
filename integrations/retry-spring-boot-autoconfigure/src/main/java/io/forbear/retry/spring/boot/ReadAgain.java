package io.forbear.retry.spring.boot;

import io.forbear.retry.core.config.ConfigEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The environment of an application, and once it runs its files as they are then: Boot reads {@code application.yml}
 * once and never again. A second environment is made of the sources that are no files, and Boot lets it have its files;
 * what the application itself sees does not change.
 */
final class ReadAgain implements Supplier<List<List<ConfigEntry>>>, ApplicationListener<ContextRefreshedEvent> {

    /** What Boot calls the sources that it read from files: "Config resource ..." and "Config tree ...". */
    private static final String OF_FILE = "Config ";

    /** What Boot puts over all sources; each environment has its own. */
    private static final String ATTACHED = "configurationProperties";

    private final ConfigurableEnvironment running;
    private volatile boolean again;

    ReadAgain(ConfigurableEnvironment running) {
        this.running = running;
    }

    /** The application runs, so that its files may have changed since. */
    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        again = true;
    }

    @Override
    public List<List<ConfigEntry>> get() {
        return new EnvironmentSettings(again ? withFiles() : running).get();
    }

    private ConfigurableEnvironment withFiles() {
        List<PropertySource<?>> before = new ArrayList<>();
        List<PropertySource<?>> after = new ArrayList<>();
        boolean hasFiles = false;
        for (PropertySource<?> source : running.getPropertySources()) {
            if (source.getName().startsWith(OF_FILE)) {
                hasFiles = true;
            } else if (!source.getName().equals(ATTACHED)) {
                (hasFiles ? after : before).add(source);
            }
        }
        return hasFiles ? withFiles(before, after) : running; // a slice of a test has none
    }

    @SuppressWarnings("ReferenceEquality") // one that Boot has read again has the name of the one before
    private ConfigurableEnvironment withFiles(List<PropertySource<?>> before, List<PropertySource<?>> after) {
        StandardEnvironment fresh = new StandardEnvironment();
        MutablePropertySources sources = fresh.getPropertySources();
        sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
        before.forEach(sources::addLast);
        after.forEach(sources::addLast);
        ConfigurationPropertySources.attach(fresh);
        fresh.setActiveProfiles(running.getActiveProfiles());
        ConfigDataEnvironmentPostProcessor.applyTo(fresh);
        // Boot adds files last; what was below them is below them again
        for (PropertySource<?> source : after) {
            if (sources.get(source.getName()) == source) {
                sources.remove(source.getName());
                sources.addLast(source);
            }
        }
        return fresh;
    }
}
