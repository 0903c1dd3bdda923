package io.forbear.retry.core.config;

import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import java.util.Set;
import java.util.TreeSet;

/** Reads the policy of a service. */
final class PolicyReader {

    private PolicyReader() {}

    static RetryPolicy read(Effective settings) {
        RetryPolicy.Builder policy = RetryPolicy.builder();
        for (ErrorCategory category : ErrorCategory.values()) {
            policy.reset(category); // what holds after a category is said by keys, those of the preset included
        }
        for (Key<?> key : Keys.ALL) {
            change(policy, key, settings);
        }
        new BackoffReader(settings).read(policy);
        failures(policy, settings);
        return policy.build();
    }

    /** Reads the value of a key only where it is a setting of the policy: others are read where their part is made. */
    private static <V> void change(RetryPolicy.Builder policy, Key<V> key, Effective settings) {
        if (key.changesPolicy()) {
            key.change(policy, settings.get(key));
        }
    }

    private static void failures(RetryPolicy.Builder policy, Effective settings) {
        Set<String> retried = settings.getOr(PolicyKeys.RETRY_ON, Set.of());
        Set<String> never = settings.getOr(PolicyKeys.NEVER_ON, Set.of());
        Set<String> both = new TreeSet<>(retried);
        both.retainAll(never);
        if (!both.isEmpty()) {
            settings.wrong(PolicyKeys.NEVER_ON, "none of the names that retry-on has: " + String.join(", ", both));
        }
        if (!retried.isEmpty() || !never.isEmpty()) {
            policy.classifier(new NamedTypes(retried, never));
        }
        Set<Integer> statuses = new TreeSet<>(settings.getOr(PolicyKeys.RETRY_ON_STATUS, Set.of()));
        statuses.retainAll(settings.getOr(PolicyKeys.NEVER_ON_STATUS, Set.of()));
        if (!statuses.isEmpty()) {
            settings.wrong(
                    PolicyKeys.NEVER_ON_STATUS,
                    "none of the statuses that retry-on-status has: " + Statuses.write(statuses));
        }
    }
}
