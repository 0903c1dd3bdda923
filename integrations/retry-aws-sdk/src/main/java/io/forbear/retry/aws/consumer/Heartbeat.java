package io.forbear.retry.aws.consumer;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.aws.consumer.QueueCalls.Hide;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;

/** Hides messages that are being handled again and again, so that no other consumer gets them. */
final class Heartbeat {

    private final QueueCalls calls;
    private final Duration visibilityTimeout;
    private final Set<InFlight> inFlight = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(task -> SqsConsumer.daemon(task, "sqs-heartbeat"));

    Heartbeat(QueueCalls calls, Duration visibilityTimeout) {
        this.calls = calls;
        this.visibilityTimeout = visibilityTimeout;
    }

    void start() {
        long period = visibilityTimeout.toMillis() / 3;
        timer.scheduleWithFixedDelay(this::beat, period, period, TimeUnit.MILLISECONDS);
    }

    void add(InFlight received) {
        inFlight.add(received);
    }

    void remove(InFlight received) {
        inFlight.remove(received);
    }

    int size() {
        return inFlight.size();
    }

    private void beat() {
        try {
            List<Hide> due = new ArrayList<>();
            for (InFlight one : inFlight) {
                int seconds = VisibilityBackoff.cutToLeft(visibilityTimeout.toSeconds(), one.sinceReceive());
                boolean fresh = one.sinceReceive().compareTo(visibilityTimeout.dividedBy(4)) < 0;
                if (!fresh && seconds > 0) {
                    due.add(new Hide(one, seconds));
                }
            }
            if (!due.isEmpty()) {
                extend(due);
            }
        } catch (RuntimeException broken) { // the next beat tries again; a timer that throws beats no more
            SqsConsumer.LOG.log(Level.WARNING, "messages could not be hidden again: " + broken, broken);
        }
    }

    private void extend(List<Hide> due) {
        BatchResult<ChangeMessageVisibilityBatchRequestEntry, ?> result = calls.hide(due);
        for (ItemResult.Failure<ChangeMessageVisibilityBatchRequestEntry, ?> failure : result.failed()) {
            InFlight lost = due.get(failure.position()).received();
            if (inFlight.contains(lost)) { // else it ended meanwhile
                SqsConsumer.LOG.log(
                        Level.WARNING,
                        () -> "message " + lost.message().messageId() + " could not be hidden again: "
                                + failure.failure());
            }
        }
    }

    void close() {
        timer.shutdownNow();
    }
}
