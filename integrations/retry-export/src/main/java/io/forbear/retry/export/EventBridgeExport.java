package io.forbear.retry.export;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the retry policy of a target of EventBridge or of its scheduler: both have the same fields and ranges. */
final class EventBridgeExport {

    private static final int MOST_RETRIES = 185;
    private static final int LEAST_AGE = 60;
    private static final int MOST_AGE = 86_400;

    private EventBridgeExport() {}

    static ExportResult retryPolicy(String service, ExportedPolicy policy) {
        Losses losses = new Losses(service);
        return losses.json(block(policy, losses));
    }

    static ExportResult target(String service, ExportedPolicy policy, String deadLetterArn) {
        QueueArn queue = QueueArn.of("deadLetterArn", deadLetterArn);
        if (queue.isFifo()) {
            throw new IllegalArgumentException("deadLetterArn: " + deadLetterArn
                    + " (expected: a standard queue, since " + service + " sends to no FIFO queue)");
        }
        Losses losses = new Losses(service);
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("RetryPolicy", block(policy, losses));
        target.put("DeadLetterConfig", Map.of("Arn", deadLetterArn));
        return losses.json(target);
    }

    private static Map<String, Object> block(ExportedPolicy policy, Losses losses) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("MaximumRetryAttempts", losses.count("MaximumRetryAttempts", policy.attempts() - 1, 0, MOST_RETRIES));
        Ages.put(block, "MaximumEventAgeInSeconds", policy, losses, LEAST_AGE, MOST_AGE);
        losses.dropped("backoff and jitter: " + policy.policy().backoff(), "the service has its own");
        losses.unsaid(
                policy,
                EnumSet.of(Feature.DEADLINE),
                Map.of(
                        Feature.ATTEMPT_TIMEOUT, "the service has its own",
                        Feature.IDEMPOTENT, "an event may come more than once in any case"));
        return block;
    }
}
