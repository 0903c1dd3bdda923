package io.forbear.retry.spring;

import io.forbear.retry.Retry;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** The services of an application context: by its bean of type {@link RetryLookup}, else its {@link Retry} beans. */
final class Services implements RetryLookup {

    private final ConfigurableListableBeanFactory beans;

    Services(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
    }

    /** Asks for beans when a service is looked up, so that none is made before its time. */
    @Override
    public Retry get(String service) {
        RetryLookup lookup = beans.getBeanProvider(RetryLookup.class).getIfAvailable();
        if (lookup != null) {
            Retry found = lookup.get(service);
            if (found == null) {
                throw new IllegalArgumentException(service + ": null (expected: the Retry of a service that exists)");
            }
            return found;
        }
        Map<String, Retry> named = new TreeMap<>();
        beans.getBeansOfType(Retry.class, false, true)
                .values()
                .forEach(retry -> named.putIfAbsent(retry.name(), retry));
        @Nullable Retry retry = named.get(service);
        if (retry == null) {
            String known =
                    named.isEmpty() ? "a bean of type RetryLookup, or one of type Retry" : "one of " + named.keySet();
            throw new IllegalArgumentException(service + " (expected: " + known + ")");
        }
        return retry;
    }
}
