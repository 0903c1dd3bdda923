package io.forbear.retry.aws.consumer;

import static io.forbear.retry.aws.Until.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.ElasticQueue;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A consumer of a real queue: ElasticMQ. */
class SqsConsumerTest {

    private static ElasticQueue queues;
    private Retry retry;

    @BeforeAll
    static void startQueues() {
        QuietLog.set();
        queues = ElasticQueue.start();
    }

    @AfterAll
    static void stopQueues() {
        queues.close();
    }

    @BeforeEach
    void start() {
        retry = Retries.named("consumer").build();
    }

    @AfterEach
    void stop() {
        retry.close();
        queues.deleteAll();
    }

    private SqsConsumer.Builder consumer(String queue, RecordHandler<Message> handler) {
        return SqsConsumer.of(queues.client(), queue, handler)
                .retry(retry)
                .waitTime(Duration.ofSeconds(1))
                .backoff(VisibilityBackoff.fixed(Duration.ofSeconds(1)));
    }

    private void send(String queue, int count) {
        for (int i = 0; i < count; i++) {
            String body = Integer.toString(i);
            queues.client().sendMessage(r -> r.queueUrl(queue).messageBody(body));
        }
    }

    @Test
    void messagesThatAreDoneAreDeletedAndNoMoreAreHandledAtATimeThanAllowed() throws InterruptedException {
        String queue = queues.queue("q");
        send(queue, 30);
        List<String> handled = new CopyOnWriteArrayList<>();
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.sleep(5);
                    handled.add(message.body());
                    now.decrementAndGet();
                })
                .concurrency(3)
                .start()) {
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
            assertThat(handled)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 30).mapToObj(Integer::toString).toList());
            assertThat(most.get()).isLessThanOrEqualTo(3);
            until(() -> consumer.inFlight() == 0);
        }
    }

    @Test
    void aMessageThatFailedComesAgainAndGoesToTheDeadLettersWhenItsReceivesAreUsedUp() throws InterruptedException {
        String dead = queues.queue("dead");
        String queue = queues.queue("q");
        queues.client().sendMessage(r -> r.queueUrl(queue)
                .messageBody("poison")
                .messageAttributes(Map.of(
                        "kind",
                        MessageAttributeValue.builder()
                                .dataType("String")
                                .stringValue("order")
                                .build())));
        List<Integer> receives = new CopyOnWriteArrayList<>();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    receives.add(new InFlight(message).receiveCount());
                    throw new UncheckedIOException(new IOException("no"));
                })
                .messagePolicy(RetryPolicy.builder().maxAttempts(3).build())
                .deadLetterQueue(dead)
                .start()) {
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(receives).containsExactly(1, 2, 3);
        Message letter = queues.client()
                .receiveMessage(r -> r.queueUrl(dead).messageAttributeNames("All"))
                .messages()
                .get(0);
        assertThat(letter.body()).isEqualTo("poison");
        assertThat(letter.messageAttributes().get("kind").stringValue()).isEqualTo("order");
    }

    @Test
    void aFailureThatIsNotWorthAnotherReceiveGoesToTheDeadLettersAtOnce() throws InterruptedException {
        String dead = queues.queue("dead");
        String queue = queues.queue("q");
        send(queue, 1);
        AtomicInteger receives = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    receives.incrementAndGet();
                    throw new IllegalArgumentException("not JSON");
                })
                .messagePolicy(RetryPolicy.builder()
                        .maxAttempts(5)
                        .classifier(failure ->
                                Classification.of(ErrorCategory.CLIENT_ERROR).notRetryable())
                        .build())
                .deadLetterQueue(dead)
                .start()) {
            until(() -> queues.size(dead) == 1 && queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(receives).hasValue(1);
    }

    @Test
    void aMessageIsHiddenForAsLongAsItIsHandled() throws InterruptedException {
        String queue = queues.queue("q");
        send(queue, 1);
        CountDownLatch received = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger receives = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    receives.incrementAndGet();
                    received.countDown();
                    go.await();
                })
                .visibilityTimeout(Duration.ofSeconds(12)) // hidden again every 4 s: a slow machine has 8 s more
                .start()) {
            assertThat(received.await(2, TimeUnit.MINUTES)).isTrue();
            // longer than the time-out: another consumer would get it
            assertThat(queues.client()
                            .receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(15))
                            .messages())
                    .isEmpty();
            go.countDown();
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(receives).hasValue(1);
    }

    @Test
    void theTimeOutAfterAFailureCountsFromTheFailureAndNotFromTheReceive() throws InterruptedException {
        String queue = queues.queue("q", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3600"));
        send(queue, 1);
        AtomicInteger receives = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    if (receives.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                    }
                })
                .visibilityTimeout(Duration.ofHours(1))
                .start()) {
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(receives).hasValue(2);
    }

    @Test
    void afterAFailureTheRestOfAGroupGoesBackUnhandledAndOrderIsKept() throws InterruptedException {
        String queue = queues.queue("q.fifo");
        for (int i = 0; i < 6; i++) {
            String body = Integer.toString(i);
            queues.client().sendMessage(r -> r.queueUrl(queue)
                    .messageBody(body)
                    .messageGroupId(Integer.parseInt(body) % 2 == 0 ? "even" : "odd")
                    .messageDeduplicationId(body));
        }
        List<String> handled = new CopyOnWriteArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    if (message.body().equals("2") && failures.getAndIncrement() == 0) {
                        throw new IllegalStateException("once");
                    }
                    handled.add(message.body());
                })
                .start()) {
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(handled).filteredOn(body -> Integer.parseInt(body) % 2 == 0).containsExactly("0", "2", "4");
        assertThat(handled).filteredOn(body -> Integer.parseInt(body) % 2 == 1).containsExactly("1", "3", "5");
    }

    @Test
    void anOutageOfTheQueueEndsNoConsumer() throws InterruptedException {
        String queue = queues.queue("q");
        AtomicInteger left = new AtomicInteger(8);
        try (StubServer proxy = FaultProxy.before(
                        queues.uri(),
                        (request, server) -> left.getAndDecrement() > 0
                                ? Answer.error("sqs", 500, "InternalError", Map.of())
                                : server.ask(request));
                SqsConsumer consumer = SqsConsumer.of(proxy.client(SqsClient.builder()), queue, message -> {})
                        .retry(retry)
                        .waitTime(Duration.ofSeconds(1))
                        .start()) {
            send(queue, 3);
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
            assertThat(left.get()).isNegative();
        }
    }

    @Test
    void whatWasNotHandledWhenTheConsumerIsClosedIsVisibleAtOnce() throws InterruptedException {
        String queue = queues.queue("q", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "3600"));
        send(queue, 10);
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger handled = new AtomicInteger();
        SqsConsumer consumer = consumer(queue, message -> {
                    handled.incrementAndGet();
                    first.countDown();
                    go.await();
                })
                .concurrency(1)
                .visibilityTimeout(Duration.ofHours(1))
                .start();
        assertThat(first.await(2, TimeUnit.MINUTES)).isTrue();
        Thread closer = new Thread(consumer::close);
        closer.start();
        until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        go.countDown();
        closer.join(TimeUnit.MINUTES.toMillis(2));

        assertThat(handled).hasValue(1);
        assertThat(queues.size(queue)).isEqualTo(9);
        assertThat(queues.drain(queue)).hasSize(9);
    }

    @Test
    void aFailureThatCannotBeJudgedHoldsUpNoOtherMessage() throws InterruptedException {
        String queue = queues.queue("q", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "1"));
        send(queue, 6);
        AtomicInteger failures = new AtomicInteger();
        try (SqsConsumer consumer = consumer(queue, message -> {
                    if (failures.getAndIncrement() < 3) {
                        throw new IllegalStateException("once");
                    }
                })
                .concurrency(2)
                .visibilityTimeout(Duration.ofSeconds(3))
                .messagePolicy(RetryPolicy.builder()
                        .classifier(failure -> {
                            throw new UnsupportedOperationException("a broken classifier");
                        })
                        .build())
                .start()) {
            until(() -> queues.size(queue) == 0 && consumer.inFlight() == 0);
        }
        assertThat(failures).hasValue(6 + 3);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, 1",
                "3, 3",
                "0, 1",
                "-4, 1",
                "many, 1",
                "2147483648, 2147483647",
                "99999999999999999999, 2147483647"
            })
    void aReceiveCountThatIsMissingOrNoNumberIsOneAndAHugeOneIsTheMost(String said, int count) {
        Message message = Message.builder()
                .attributes(
                        said == null ? Map.of() : Map.of(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, said))
                .build();

        assertThat(new InFlight(message).receiveCount()).isEqualTo(count);
    }

    @Test
    void settingsOutOfRangeAreRefusedByName() {
        SqsConsumer.Builder builder = consumer("q", message -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.concurrency(0))
                .withMessage("concurrency: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.visibilityTimeout(Duration.ofHours(13)))
                .withMessage("visibilityTimeout: PT13H (expected: PT3S to PT12H)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.waitTime(Duration.ofSeconds(21)))
                .withMessage("waitTime: PT21S (expected: PT0S to PT20S)");
    }
}
