package io.forbear.retry.export;

import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;

/** What Envoy, and Istio on top of it, are to retry: conditions by name. */
final class ProxyConditions {

    private ProxyConditions() {}

    /** Returns the conditions for {@code retry_on}, separated by commas. */
    static String of(ExportedPolicy policy, List<Integer> statuses) {
        List<String> conditions = new ArrayList<>(connection(policy));
        if (!statuses.isEmpty()) {
            conditions.add("retriable-status-codes");
        }
        return String.join(",", conditions);
    }

    /** Returns those that are no statuses. */
    static List<String> connection(ExportedPolicy policy) {
        List<String> conditions = new ArrayList<>();
        boolean network = policy.policy().isRetryable(ErrorCategory.NETWORK_ERROR);
        if (network) {
            conditions.add("connect-failure");
        }
        if (policy.policy().isRetryable(ErrorCategory.TRANSIENT)) {
            conditions.add("refused-stream");
        }
        // a reset is also what an attempt ends with that takes too long
        if (network && policy.policy().isIdempotent()) {
            conditions.add("reset");
        }
        return conditions;
    }

    /** Tells what of the conditions means something else. */
    static void tell(ExportedPolicy policy, Losses losses) {
        boolean network = policy.policy().isRetryable(ErrorCategory.NETWORK_ERROR);
        boolean timeouts = policy.policy().isRetryable(ErrorCategory.TIMEOUT);
        if (network && !timeouts && policy.policy().isIdempotent()) {
            losses.lossy(
                    "retryable.timeout: false", "reset, which network errors need, is a time-out of an attempt too");
        }
        if (!network && timeouts) {
            losses.lossy("retryable.network-error: false", "a time-out of an attempt is retried as 504 alone");
        }
        losses.note("statuses: every 5xx that no table names", "those that are listed");
    }
}
