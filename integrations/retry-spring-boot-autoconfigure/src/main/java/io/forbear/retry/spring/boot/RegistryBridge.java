package io.forbear.retry.spring.boot;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.ServiceCustomizer;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.spring.RetryableBridge;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes the services of methods with {@code @Retryable} by the registry of the application. The annotation says how
 * often and when a method is retried, and after what; the properties say the rest.
 */
final class RegistryBridge implements RetryableBridge, RetryRegistryCustomizer {

    static final String PROPERTY = "forbear.retryable-bridge.enabled";

    private final ObjectProvider<RetryRegistry> registry;

    /** What the annotations say, by the name of the service. */
    private final Map<String, RetryPolicy> annotated = new ConcurrentHashMap<>();

    /** Whether the registry asks here when it makes a service. */
    private volatile boolean isAsked;

    RegistryBridge(ObjectProvider<RetryRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public void customize(RetryRegistry.Builder builder) {
        builder.customize(this::customize);
        isAsked = true;
    }

    private void customize(String service, ServiceCustomizer given) {
        RetryPolicy said = annotated.get(service);
        if (said != null) {
            given.policy(policy -> carryOver(said, policy));
        }
    }

    private static void carryOver(RetryPolicy said, RetryPolicy.Builder policy) {
        for (ErrorCategory category : ErrorCategory.values()) {
            policy.reset(category);
        }
        policy.maxAttempts(said.maxAttempts()).backoff(said.backoff()).classifier(said.classifier());
        if (said.deadlineNanos() != Long.MAX_VALUE) {
            policy.deadline(Duration.ofNanos(said.deadlineNanos()));
        }
    }

    @Override
    public Retry retry(String service, RetryPolicy policy) {
        RetryRegistry services = registry.getObject();
        if (!isAsked) {
            throw new InvalidSettingsException(PROPERTY
                    + ": true (expected: false beside a RetryRegistry of the application, which needs a bean of type"
                    + " RetryableBridge)");
        }
        annotated.put(service, policy);
        return services.get(service);
    }
}
