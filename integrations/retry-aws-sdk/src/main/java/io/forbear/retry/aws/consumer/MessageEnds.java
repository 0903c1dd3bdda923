package io.forbear.retry.aws.consumer;

import io.forbear.retry.BatchResult;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.consumer.QueueCalls.Hide;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * What becomes of messages that have been handled: they are deleted, hidden for a while, or moved to the dead-letter
 * queue. Ends are collected while a request is under way, so that many go in one.
 */
final class MessageEnds {

    private static final int MOST_AT_ONCE = 50;

    /** An end: to be deleted, if need be after a copy to the dead-letter queue, or to be hidden. */
    private record End(InFlight received, Kind kind, int seconds) {}

    private enum Kind {
        DELETE,
        DEAD_LETTER,
        HIDE,
        LEAVE
    }

    /** The last of all ends. It is no interrupt, which would break a request off. */
    private static final End STOP = new End(new InFlight(Message.builder().build()), Kind.LEAVE, 0);

    private final ConsumerSettings settings;
    private final QueueCalls calls;
    private final Heartbeat heartbeat;
    private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final Thread sender = SqsConsumer.daemon(this::send, "sqs-ends");

    MessageEnds(ConsumerSettings settings, QueueCalls calls, Heartbeat heartbeat) {
        this.settings = settings;
        this.calls = calls;
        this.heartbeat = heartbeat;
    }

    void start() {
        sender.start();
    }

    // ---- what ends how

    void succeeded(InFlight received) {
        ends.add(new End(received, Kind.DELETE, 0));
    }

    /** Gives a message back that was not handled. */
    void release(InFlight received) {
        ends.add(new End(received, Kind.HIDE, 0));
    }

    void failed(InFlight received, Throwable failure) {
        try {
            ends.add(endOf(received, failure));
        } catch (RuntimeException broken) { // a classifier or a backoff of the user: the message comes again
            SqsConsumer.LOG.log(
                    Level.WARNING,
                    () -> "message " + received.message().messageId() + " comes again, since its failure, " + failure
                            + ", could not be judged: " + broken,
                    broken);
            ends.add(new End(received, Kind.LEAVE, 0));
        }
    }

    private End endOf(InFlight received, Throwable failure) {
        boolean last = isLast(received.receiveCount(), failure);
        SqsConsumer.LOG.log(
                Level.WARNING,
                () -> "message " + received.message().messageId() + " failed at receive " + received.receiveCount()
                        + (last ? ", the last: " : ": ") + failure,
                failure);
        return last && settings.deadLetterQueueUrl() != null
                ? new End(received, Kind.DEAD_LETTER, 0)
                : hidden(received);
    }

    private boolean isLast(int receiveCount, Throwable failure) {
        RetryPolicy policy = settings.messagePolicy();
        Classification found = policy.classifier().classify(failure);
        ErrorCategory category = found == null ? ErrorCategory.TRANSIENT : found.category();
        boolean retried = found == null || found.isRetryable(policy.isRetryable(category));
        return !retried || receiveCount >= policy.maxAttempts(category, Criticality.NORMAL);
    }

    private End hidden(InFlight received) {
        OptionalInt seconds = settings.backoff().seconds(received.receiveCount(), ThreadLocalRandom.current());
        return seconds.isEmpty()
                ? new End(received, Kind.LEAVE, 0)
                : new End(
                        received, Kind.HIDE, VisibilityBackoff.cutToLeft(seconds.getAsInt(), received.sinceReceive()));
    }

    // ---- telling the queue

    private void send() {
        List<End> some = new ArrayList<>();
        boolean stopped = false;
        while (!stopped) {
            try {
                some.add(ends.take());
            } catch (InterruptedException unexpected) { // no one has this thread
                return;
            }
            ends.drainTo(some, MOST_AT_ONCE - 1);
            stopped = some.remove(STOP);
            try {
                tell(some);
            } catch (RuntimeException broken) { // these messages come again
                SqsConsumer.LOG.log(Level.WARNING, "the queue could not be told of messages: " + broken, broken);
            } finally {
                some.forEach(end -> heartbeat.remove(end.received()));
                some.clear();
            }
        }
    }

    private void tell(List<End> some) {
        List<InFlight> done = new ArrayList<>();
        List<Hide> hides = new ArrayList<>();
        for (End end : some) {
            heartbeat.remove(end.received()); // so that no beat hides again what is made visible
            switch (end.kind()) {
                case DELETE -> done.add(end.received());
                case HIDE -> hides.add(new Hide(end.received(), end.seconds()));
                case DEAD_LETTER -> {
                    if (calls.copyTo(deadLetterQueue(), end.received().message())) {
                        done.add(end.received());
                    } else {
                        hidden(hides, end.received());
                    }
                }
                case LEAVE -> {}
            }
        }
        warn("deleted", calls.delete(done));
        warn("hidden", calls.hide(hides));
    }

    private String deadLetterQueue() {
        String url = settings.deadLetterQueueUrl();
        return url == null ? "" : url;
    }

    /** The dead-letter queue did not take it: it comes again. */
    private void hidden(List<Hide> hides, InFlight received) {
        End later = hidden(received);
        if (later.kind() == Kind.HIDE) {
            hides.add(new Hide(received, later.seconds()));
        }
    }

    private static void warn(String what, BatchResult<?, ?> result) {
        if (!result.isComplete()) {
            SqsConsumer.LOG.log(Level.WARNING, () -> "messages that could not be " + what + " come again: " + result);
        }
    }

    /** Tells the queue of all that has ended, then stops. */
    void close() {
        ends.add(STOP);
        try {
            sender.join(settings.shutdownTimeout().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
