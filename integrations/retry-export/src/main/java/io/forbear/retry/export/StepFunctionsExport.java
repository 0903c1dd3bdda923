package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a retrier of the Amazon States Language. */
final class StepFunctionsExport {

    private static final String TASK_FAILED = "States.TaskFailed";
    private static final String TIMEOUT = "States.Timeout";

    private StepFunctionsExport() {}

    static ExportResult export(ExportedPolicy policy, List<String> given) {
        Losses losses = new Losses("Step Functions");
        Map<String, Object> retrier = new LinkedHashMap<>();
        retrier.put("ErrorEquals", given.isEmpty() ? usualErrors(policy, losses) : given);
        int attempts = policy.attempts();
        if (attempts == 1) {
            retrier.put("MaxAttempts", 0);
        } else {
            Growth growth = Growth.of(policy, losses);
            retrier.put(
                    "IntervalSeconds",
                    losses.seconds("IntervalSeconds", growth.firstNanos(), 1, StepFunctionsRetry.MOST_INTERVAL));
            retrier.put("MaxAttempts", losses.count("MaxAttempts", attempts - 1, 0, StepFunctionsRetry.MOST_ATTEMPTS));
            retrier.put("BackoffRate", growth.multiplier());
            retrier.put(
                    "MaxDelaySeconds",
                    losses.seconds("MaxDelaySeconds", growth.maxNanos(), 1, StepFunctionsRetry.MOST_DELAY));
            retrier.put("JitterStrategy", jitter(policy.policy().backoff().jitter(), losses));
        }
        losses.unsaid(
                policy,
                EnumSet.noneOf(Feature.class),
                Map.of(
                        Feature.CATEGORIES, "the names of ErrorEquals",
                        Feature.DEADLINE, "TimeoutSeconds of a state is for one attempt",
                        Feature.ATTEMPT_TIMEOUT, "TimeoutSeconds of the state, which is no part of Retry",
                        Feature.CATEGORY_BACKOFF, "a retrier of its own, where the names of its errors are known"));
        List<Object> block = new ArrayList<>(List.of(retrier));
        StepFunctionsRetry.check(block);
        return losses.json(block);
    }

    private static List<String> usualErrors(ExportedPolicy policy, Losses losses) {
        losses.lossy(
                "errors: by category, " + ErrorCategory.CLIENT_ERROR + " not retried",
                "by name, and States.TaskFailed is every error of a task but a time-out");
        return policy.policy().isRetryable(ErrorCategory.TIMEOUT)
                ? List.of(TASK_FAILED, TIMEOUT)
                : List.of(TASK_FAILED);
    }

    private static String jitter(Jitter jitter, Losses losses) {
        if (jitter.kind() == Jitter.Kind.NONE) {
            return "NONE";
        }
        if (jitter.kind() != Jitter.Kind.FULL) {
            losses.lossy("jitter: " + jitter, "FULL, since there is FULL and NONE alone");
        }
        return "FULL";
    }
}
