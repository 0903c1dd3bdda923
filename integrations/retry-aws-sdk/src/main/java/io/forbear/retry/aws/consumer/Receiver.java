package io.forbear.retry.aws.consumer;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;

/** Receives messages on a thread of its own, never more than can be handled at once, and hands them on. */
final class Receiver {

    /** Most messages of a receive. */
    static final int MOST_OF_RECEIVE = 10;

    private static final long FIRST_PAUSE_MILLIS = 500;
    private static final long LONGEST_PAUSE_MILLIS = 20_000;
    private static final int MOST_DOUBLINGS = 6;

    private final ConsumerSettings settings;
    private final QueueCalls calls;
    private final Consumer<List<Message>> received;

    /** Places for messages that are handled. */
    private final Semaphore free;

    private final Thread thread = SqsConsumer.daemon(this::poll, "sqs-consumer");
    private volatile boolean stopped;

    Receiver(ConsumerSettings settings, QueueCalls calls, Consumer<List<Message>> received) {
        this.settings = settings;
        this.calls = calls;
        this.received = received;
        this.free = new Semaphore(settings.concurrency());
    }

    void start() {
        thread.start();
    }

    /** Messages that were received are no longer handled: there is room for as many. */
    void ended(int messages) {
        free.release(messages);
    }

    private void poll() {
        int failures = 0;
        while (!stopped) {
            int room = 0;
            try {
                free.acquire();
                room = 1 + drain(MOST_OF_RECEIVE - 1);
                List<Message> messages = receive(room);
                int unused = room - messages.size();
                room = 0;
                free.release(unused);
                failures = 0;
                received.accept(messages);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) { // a refusal of the breaker, a failure of the service: it comes back
                failures++;
                free.release(room);
                pause(failures, e);
            }
        }
    }

    private int drain(int most) {
        int more = 0;
        while (more < most && free.tryAcquire()) {
            more++;
        }
        return more;
    }

    private List<Message> receive(int room) {
        ReceiveMessageRequest request = ReceiveMessageRequest.builder()
                .queueUrl(settings.queueUrl())
                .maxNumberOfMessages(room)
                .waitTimeSeconds((int) settings.waitTime().toSeconds())
                .visibilityTimeout((int) settings.visibilityTimeout().toSeconds())
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                .messageAttributeNames("All")
                // the attempts of one receive get the same messages
                .receiveRequestAttemptId(settings.isFifo() ? UUID.randomUUID().toString() : null)
                .build();
        return calls.receive(request);
    }

    /** The queue is not there for a while: the calls of one receive have been used up. */
    private void pause(int failures, RuntimeException failure) {
        if (stopped) {
            return;
        }
        SqsConsumer.LOG.log(Level.WARNING, () -> settings.queueUrl() + ": no messages received: " + failure, failure);
        try {
            TimeUnit.MILLISECONDS.sleep(
                    Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures, MOST_DOUBLINGS)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Receives no more; a receive that is under way is broken off. */
    void stop() {
        stopped = true;
        thread.interrupt();
    }

    void join(Duration atMost) throws InterruptedException {
        thread.join(atMost.toMillis());
    }
}
