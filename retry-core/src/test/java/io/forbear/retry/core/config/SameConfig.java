package io.forbear.retry.core.config;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that a configuration says of a service, for comparisons. */
final class SameConfig {

    private SameConfig() {}

    static List<Object> of(RetryConfig config, String service) {
        ServiceConfig of = config.service(service);
        RetryPolicy policy = of.policy();
        List<Object> all = new ArrayList<>(Arrays.asList(
                policy.isEnabled(),
                policy.maxAttempts(),
                policy.backoff(),
                policy.deadlineNanos(),
                policy.attemptTimeoutNanos(),
                policy.isInterruptedOnTimeout(),
                policy.pushback().toString(),
                policy.isFailedResultThrown(),
                policy.isIdempotent(),
                policy.isNestedRefused(),
                of.budget(),
                of.circuitBreaker(),
                of.hasClientBudget(),
                of.ownClientBudget(),
                String.valueOf(of.gate(null)),
                config.maxBudget(),
                config.maxClients(),
                config.replenishmentPerMinute(),
                config.topClients(-1) == -1 ? 10 : config.topClients(-1),
                config.isLogged(),
                config.isLoggedWithClients(),
                config.overloadSignal() != null));
        if (policy.classifier() instanceof NamedTypes) {
            all.add(policy.classifier());
        } else {
            all.add(policy.classifier().getClass().getName());
        }
        for (ErrorCategory category : ErrorCategory.values()) {
            all.add(policy.isRetryable(category));
            all.add(policy.backoff(category));
            for (Criticality criticality : Criticality.values()) {
                all.add(policy.maxAttempts(category, criticality));
            }
        }
        return all;
    }
}
