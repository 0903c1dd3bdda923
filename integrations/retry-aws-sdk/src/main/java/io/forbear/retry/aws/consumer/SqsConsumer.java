package io.forbear.retry.aws.consumer;

import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Consumes a queue of SQS: handles as many messages at a time as it may, deletes those that are done, and hides those
 * that failed for a time that grows with each receive, so that the queue itself makes the retries.
 *
 * <pre>{@code
 * SqsConsumer consumer = SqsConsumer.of(sqs, queueUrl, message -> store(message.body()))
 *         .retry(retry)
 *         .messagePolicy(RetryPolicy.builder().maxAttempts(5).build())
 *         .deadLetterQueue(deadLetterUrl)
 *         .start();
 * }</pre>
 *
 * <ul>
 *   <li><b>Attempts</b> of a message are its receives ({@code ApproximateReceiveCount}). The message policy says how
 *       many there are and which failures are worth another: once they are used up, or for a failure that is not, the
 *       message goes to the dead-letter queue. Without one it is left to the redrive policy of the queue.
 *   <li><b>Backoff</b> is the visibility time-out after a failure, see {@link VisibilityBackoff}: by default 10 s that
 *       double up to 15 minutes, with equal jitter.
 *   <li><b>Heartbeat</b>: a message that is being handled is hidden again each third of the time-out, up to the 12
 *       hours of the service.
 *   <li><b>Concurrency</b> is bounded: nothing is received that cannot be handled at once.
 *   <li><b>FIFO</b>: messages of a group are handled in order; after a failure the rest of the group goes back
 *       unhandled.
 * </ul>
 *
 * <p>It delivers at least once: a message whose delete got lost, or whose consumer died, comes again. Thread-safe.
 *
 * @since 0.1
 */
public final class SqsConsumer implements AutoCloseable {
    static final Logger LOG = System.getLogger("io.forbear.retry.aws");

    private final ConsumerSettings settings;
    private final QueueCalls calls;
    private final MessageEnds ends;
    private final Heartbeat heartbeat;
    private final Receiver receiver;
    private final ExecutorService handlers;
    private volatile boolean closing;

    private SqsConsumer(ConsumerSettings settings) {
        this.settings = settings;
        this.calls = new QueueCalls(settings.client(), settings.queueUrl(), settings.retry());
        this.heartbeat = new Heartbeat(calls, settings.visibilityTimeout());
        this.ends = new MessageEnds(settings, calls, heartbeat);
        this.receiver = new Receiver(settings, calls, this::dispatch);
        AtomicInteger number = new AtomicInteger();
        this.handlers = Executors.newFixedThreadPool(
                settings.concurrency(), task -> daemon(task, "sqs-handler-" + number.incrementAndGet()));
    }

    static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, "forbear-" + name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Returns a builder.
     *
     * @param client sends all requests; its own retries are off for them, and its time-out of sockets is longer than
     *     the wait time
     * @param queueUrl the queue
     * @param handler handles a message; may be called on several threads at once
     * @return a new builder
     */
    public static Builder of(SqsClient client, String queueUrl, RecordHandler<? super Message> handler) {
        return new Builder(client, queueUrl, handler);
    }

    // ---- handling

    /** Messages of a group are handled one after the other. */
    private void dispatch(List<Message> messages) {
        Map<Object, List<InFlight>> groups = new LinkedHashMap<>();
        for (Message message : messages) {
            InFlight received = new InFlight(message);
            heartbeat.add(received);
            Object group = received.group() == null ? received : received.group();
            groups.computeIfAbsent(group, none -> new ArrayList<>()).add(received);
        }
        for (List<InFlight> group : groups.values()) {
            try {
                handlers.execute(() -> handle(group));
            } catch (RejectedExecutionException closed) {
                group.forEach(ends::release);
                receiver.ended(group.size());
            }
        }
    }

    private void handle(List<InFlight> group) {
        boolean failed = false;
        for (InFlight received : group) {
            try {
                if (failed || closing) {
                    ends.release(received);
                } else {
                    failed = !handle(received);
                }
            } finally {
                receiver.ended(1);
            }
        }
    }

    private boolean handle(InFlight received) {
        try {
            settings.handler().handle(received.message());
        } catch (Throwable failure) {
            ends.failed(received, failure);
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
        ends.succeeded(received);
        return true;
    }

    // ---- the end

    /**
     * Stops: no message is received any more, handlers have the time of the settings to end, messages that were
     * received and not handled are made visible, and what is done is deleted. Waits for all that.
     */
    @Override
    public void close() {
        closing = true;
        receiver.stop();
        handlers.shutdown();
        boolean interrupted = false;
        try {
            receiver.join(settings.shutdownTimeout());
            handlers.awaitTermination(settings.shutdownTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        handlers.shutdownNow();
        heartbeat.close();
        ends.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends as a process that dies: nothing more is said to the queue. */
    void kill() {
        closing = true;
        calls.cut();
        receiver.stop();
        handlers.shutdownNow();
        heartbeat.close();
    }

    /**
     * Returns how many messages have been received and are not yet deleted, hidden or given back.
     *
     * @return the number at this moment
     */
    public int inFlight() {
        return heartbeat.size();
    }

    private void start() {
        ends.start();
        heartbeat.start();
        receiver.start();
    }

    /**
     * Collects the settings of a consumer. Not thread-safe.
     *
     * @since 0.1
     */
    public static final class Builder {

        private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(3);

        private final SqsClient client;
        private final String queueUrl;
        private final RecordHandler<? super Message> handler;
        private @Nullable Retry retry;
        private @Nullable String deadLetterQueueUrl;
        private RetryPolicy messagePolicy = RetryPolicy.builder().maxAttempts(5).build();
        private VisibilityBackoff backoff = VisibilityBackoff.exponential(
                        Duration.ofSeconds(10), 2, Duration.ofMinutes(15))
                .jitter(Jitter.equal());
        private Duration visibilityTimeout = Duration.ofSeconds(30);
        private Duration waitTime = Duration.ofSeconds(20);
        private Duration shutdownTimeout = Duration.ofSeconds(20);
        private int concurrency = Receiver.MOST_OF_RECEIVE;

        private Builder(SqsClient client, String queueUrl, RecordHandler<? super Message> handler) {
            this.client = Objects.requireNonNull(client, "client");
            this.queueUrl = Objects.requireNonNull(queueUrl, "queueUrl");
            this.handler = Objects.requireNonNull(handler, "handler");
        }

        /**
         * Sets what decides on attempts of the consumer's own requests: to receive, delete and hide messages. Required.
         *
         * @param value decides on attempts
         * @return this
         */
        public Builder retry(Retry value) {
            this.retry = Objects.requireNonNull(value, "retry");
            return this;
        }

        /**
         * Sets how many receives a message has, by kind of failure, and which failures are worth another; 5 by default.
         * Of the policy, attempts, classifier and categories count; its waits do not.
         *
         * @param value the policy
         * @return this
         */
        public Builder messagePolicy(RetryPolicy value) {
            this.messagePolicy = Objects.requireNonNull(value, "messagePolicy");
            return this;
        }

        /**
         * Sets for how long a message is hidden after it failed; 10 s that double up to 15 minutes, with equal jitter,
         * by default.
         *
         * @param value the backoff
         * @return this
         */
        public Builder backoff(VisibilityBackoff value) {
            this.backoff = Objects.requireNonNull(value, "backoff");
            return this;
        }

        /**
         * Sets for how long a message that is received is hidden; it is hidden again while it is handled. If the
         * consumer dies, it comes again after that. 30 s by default.
         *
         * @param value from 3 s to 12 h
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder visibilityTimeout(Duration value) {
            if (value.compareTo(SHORTEST_TIMEOUT) < 0 || value.compareTo(VisibilityBackoff.LONGEST) > 0) {
                throw new IllegalArgumentException("visibilityTimeout: " + value + " (expected: PT3S to PT12H)");
            }
            this.visibilityTimeout = value;
            return this;
        }

        /**
         * Sets for how long a receive waits for a message; 20 s by default.
         *
         * @param value from 0 to 20 s, whole seconds
         * @return this
         * @throws IllegalArgumentException if the value is out of range
         */
        public Builder waitTime(Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofSeconds(20)) > 0) {
                throw new IllegalArgumentException("waitTime: " + value + " (expected: PT0S to PT20S)");
            }
            this.waitTime = value;
            return this;
        }

        /**
         * Sets how long {@link SqsConsumer#close()} waits for handlers before it interrupts them; 20 s by default.
         *
         * @param value zero or more
         * @return this
         * @throws IllegalArgumentException if the value is negative
         */
        public Builder shutdownTimeout(Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("shutdownTimeout: " + value + " (expected: >= PT0S)");
            }
            this.shutdownTimeout = value;
            return this;
        }

        /**
         * Sets the most messages that are handled at a time; 10 by default.
         *
         * @param value at least 1
         * @return this
         * @throws IllegalArgumentException if the value is below 1
         */
        public Builder concurrency(int value) {
            if (value < 1) {
                throw new IllegalArgumentException("concurrency: " + value + " (expected: >= 1)");
            }
            this.concurrency = value;
            return this;
        }

        /**
         * Sets where messages go whose attempts are used up, or whose failure is not worth another; by default they are
         * left to the redrive policy of the queue.
         *
         * @param url a queue of the same type
         * @return this
         */
        public Builder deadLetterQueue(String url) {
            this.deadLetterQueueUrl = Objects.requireNonNull(url, "deadLetterQueue");
            return this;
        }

        /**
         * Makes a consumer with the settings of now and starts it.
         *
         * @return a consumer that receives messages until it is closed
         * @throws NullPointerException without a {@link #retry}
         */
        public SqsConsumer start() {
            Objects.requireNonNull(retry, "retry: null (expected: what decides on the requests to the queue)");
            SqsConsumer consumer = new SqsConsumer(new ConsumerSettings(
                    client,
                    queueUrl,
                    handler,
                    retry,
                    messagePolicy,
                    backoff,
                    visibilityTimeout,
                    waitTime,
                    shutdownTimeout,
                    concurrency,
                    deadLetterQueueUrl));
            consumer.start();
            return consumer;
        }
    }
}
