package io.forbear.retry.export;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Writes the retry settings of Lambda: of asynchronous calls, and of an event source mapping. */
final class LambdaExport {

    private static final int MOST_ASYNC_RETRIES = 2;
    private static final int LEAST_AGE = 60;
    private static final int MOST_EVENT_AGE = 21_600;
    private static final int MOST_MAPPING_RETRIES = 10_000;
    private static final int MOST_RECORD_AGE = 604_800;
    private static final int FOR_EVER = -1;

    private static final Set<Feature> SAID = EnumSet.of(Feature.DEADLINE);
    private static final Map<Feature, String> INSTEAD = Map.of(
            Feature.ATTEMPT_TIMEOUT, "the timeout of the function",
            Feature.IDEMPOTENT, "a record may come more than once in any case");

    private LambdaExport() {}

    static ExportResult invoke(ExportedPolicy policy) {
        Losses losses = new Losses("Lambda");
        Map<String, Object> block = new LinkedHashMap<>();
        block.put(
                "MaximumRetryAttempts",
                losses.count("MaximumRetryAttempts", policy.attempts() - 1, 0, MOST_ASYNC_RETRIES));
        Ages.put(block, "MaximumEventAgeInSeconds", policy, losses, LEAST_AGE, MOST_EVENT_AGE);
        losses.dropped(
                "backoff and jitter: " + policy.policy().backoff(),
                "1 min, then 2 min after errors of the function; 1 s to 5 min after throttles and system errors");
        losses.unsaid(policy, SAID, INSTEAD);
        return losses.json(block);
    }

    static ExportResult eventSource(ExportedPolicy policy, EventSource source) {
        Losses losses = new Losses("Lambda");
        Map<String, Object> block = new LinkedHashMap<>();
        losses.dropped("backoff and jitter: " + policy.policy().backoff(), "none to set");
        if (source.hasRetryFields()) {
            block.put(
                    "MaximumRetryAttempts",
                    losses.count("MaximumRetryAttempts", policy.attempts() - 1, 0, MOST_MAPPING_RETRIES));
            block.put("MaximumRecordAgeInSeconds", FOR_EVER);
            Ages.put(block, "MaximumRecordAgeInSeconds", policy, losses, LEAST_AGE, MOST_RECORD_AGE);
        } else {
            String deadline = Feature.DEADLINE.saidBy(policy);
            losses.dropped(
                    "max-attempts: " + policy.attempts() + (deadline.isEmpty() ? "" : ", " + deadline),
                    source == EventSource.SQS
                            ? "the redrive policy of the queue says how often"
                            : "MaximumRetryAttempts and MaximumRecordAgeInSeconds are for streams and Kafka");
        }
        losses.unsaid(policy, SAID, INSTEAD);
        return losses.json(block);
    }
}
