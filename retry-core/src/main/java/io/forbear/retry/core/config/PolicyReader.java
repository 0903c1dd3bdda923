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
        refuseBoth(PolicyKeys.RETRY_ON, PolicyKeys.NEVER_ON, "names", settings);
        refuseBoth(PolicyKeys.RETRY_ON_STATUS, PolicyKeys.NEVER_ON_STATUS, "statuses", settings);
        Set<String> retried = settings.getOr(PolicyKeys.RETRY_ON, Set.of());
        Set<String> never = settings.getOr(PolicyKeys.NEVER_ON, Set.of());
        if (!retried.isEmpty() || !never.isEmpty()) {
            policy.classifier(new NamedTypes(retried, never));
        }
    }

    /** Adds an error if two keys of which one says the contrary of the other have something in common. */
    private static <V extends Comparable<V>> void refuseBoth(
            Key<Set<V>> retry, Key<Set<V>> never, String what, Effective settings) {
        Set<V> both = new TreeSet<>(settings.getOr(retry, Set.of()));
        both.retainAll(settings.getOr(never, Set.of()));
        if (!both.isEmpty()) {
            settings.wrong(
                    never,
                    "none of the " + what + " that " + retry.text + " has: "
                            + never.type.writer().apply(both));
        }
    }
}
