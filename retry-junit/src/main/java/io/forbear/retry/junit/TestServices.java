package io.forbear.retry.junit;

import io.forbear.retry.Retry;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualRuntime;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import io.forbear.retry.testkit.RecordingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** The services of one test, and the time that they live by. */
final class TestServices {

    static final String PARTS = "ManualRuntime, ManualClock, ManualSleeper, ManualScheduler, RecordingListener";

    private final ManualRuntime runtime = new ManualRuntime();
    private final RecordingListener heard = RecordingListener.ofEveryCall();
    private final AttemptLog log = new AttemptLog(runtime.clock());
    private final Map<String, Service> services = new TreeMap<>();

    /** One service: made when it is first asked for, so that its settings are known by then. */
    private record Service(RetryRegistry registry, Retry retry, List<String> settings, boolean mayStayOpen) {}

    static boolean isPart(Class<?> type) {
        return type == ManualRuntime.class
                || type == ManualClock.class
                || type == ManualSleeper.class
                || type == ManualScheduler.class
                || type == RecordingListener.class;
    }

    /** Returns the part of the virtual time that has a type, {@code null} where none has. */
    @Nullable
    Object part(Class<?> type) {
        if (type == ManualRuntime.class) {
            return runtime;
        }
        if (type == ManualClock.class) {
            return runtime.clock();
        }
        if (type == ManualSleeper.class) {
            return runtime.sleeper();
        }
        if (type == ManualScheduler.class) {
            return runtime.scheduler();
        }
        return type == RecordingListener.class ? heard : null;
    }

    /** Returns the service that has no name. */
    Retry retry() {
        return retry(ForbearExtension.SERVICE, List.of(), false);
    }

    Retry retry(TestRetry wanted) {
        return retry(wanted.service(), Arrays.asList(wanted.settings()), wanted.mayStayOpen());
    }

    private synchronized Retry retry(String name, List<String> settings, boolean mayStayOpen) {
        Service known = services.get(name);
        if (known != null) {
            if (!settings.isEmpty() && !settings.equals(known.settings)) {
                throw new ExtensionConfigurationException("settings of service " + name + ": " + settings
                        + " (expected: once in a test; it has " + known.settings + " already)");
            }
            return known.retry;
        }
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(runtime.runtime())
                .listener(heard)
                .listener(log)
                .build(RetryConfig.of(parsed(name, settings)));
        Retry retry = registry.get(name);
        services.put(name, new Service(registry, retry, List.copyOf(settings), mayStayOpen));
        return retry;
    }

    private static Map<String, String> parsed(String name, List<String> settings) {
        Map<String, String> parsed = new TreeMap<>();
        for (String line : settings) {
            int sign = line.indexOf('=');
            if (sign < 1) {
                throw new ExtensionConfigurationException(
                        "settings of service " + name + ": " + line + " (expected: key=value)");
            }
            parsed.put(line.substring(0, sign).strip(), line.substring(sign + 1).strip());
        }
        return parsed;
    }

    List<String> attempts() {
        return log.lines();
    }

    synchronized void close() {
        services.values().forEach(service -> service.registry.close());
    }

    /** Fails where a call has not ended, of a service whose calls must. */
    synchronized void requireEnded() {
        List<String> open = new ArrayList<>();
        services.forEach((name, service) -> {
            if (!service.mayStayOpen) {
                open.addAll(log.open(name));
            }
        });
        if (!open.isEmpty()) {
            AssertionError failure = new AssertionError("open calls: " + open
                    + " (expected: none at the end of a test; let time pass by ManualRuntime.advance, or allow it by"
                    + " @TestRetry(mayStayOpen = true))");
            AttemptsOfTest.add(failure, log.lines());
            throw failure;
        }
    }
}
