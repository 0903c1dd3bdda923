package io.forbear.retry.export;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the redrive policy and the visibility timeout of a queue of SQS. */
final class SqsExport {

    private static final int MOST_RECEIVES = 1000;
    private static final int MOST_VISIBILITY = 43_200;

    private SqsExport() {}

    static ExportResult redrive(ExportedPolicy policy, String queueArn, String deadLetterArn) {
        QueueArn queue = QueueArn.of("queueArn", queueArn);
        QueueArn dead = QueueArn.of("deadLetterArn", deadLetterArn);
        if (queue.isFifo() != dead.isFifo()) {
            throw new IllegalArgumentException("deadLetterArn: " + deadLetterArn + " (expected: a "
                    + (queue.isFifo() ? "FIFO" : "standard") + " queue, as " + queueArn + " is)");
        }
        return redrive(policy, deadLetterArn);
    }

    static ExportResult redrive(ExportedPolicy policy, String deadLetterArn) {
        Losses losses = new Losses("SQS");
        Map<String, Object> block = new LinkedHashMap<>();
        block.put(
                "deadLetterTargetArn",
                QueueArn.of("deadLetterArn", deadLetterArn).text());
        block.put("maxReceiveCount", losses.count("maxReceiveCount", policy.attempts(), 1, MOST_RECEIVES));
        losses.dropped(
                "backoff and jitter: " + policy.policy().backoff(),
                "the consumer sets the visibility timeout of each message");
        losses.unsaid(
                policy,
                EnumSet.noneOf(Feature.class),
                Map.of(
                        Feature.DEADLINE, "the retention period of the queue, for all messages",
                        Feature.ATTEMPT_TIMEOUT, "the visibility timeout of the queue",
                        Feature.IDEMPOTENT, "a message may come more than once in any case"));
        return losses.json(block);
    }

    static ExportResult visibility(ExportedPolicy policy) {
        Losses losses = new Losses("SQS");
        Map<String, Object> block = new LinkedHashMap<>();
        long nanos = policy.policy().attemptTimeoutNanos();
        if (nanos == Long.MAX_VALUE) {
            losses.note("attempt-timeout: none", "the default of the queue, 30 s");
        } else {
            block.put("VisibilityTimeout", losses.seconds("VisibilityTimeout", nanos, 0, MOST_VISIBILITY));
        }
        return losses.json(block);
    }
}
