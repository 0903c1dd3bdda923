package io.forbear.retry.aws.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.Retry;
import io.forbear.retry.aws.ElasticQueue;
import io.forbear.retry.aws.FaultProxy;
import io.forbear.retry.aws.PartialFaults;
import io.forbear.retry.aws.StubServer;
import io.forbear.retry.aws.batch.SqsBatches;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;

/**
 * Messages through a real queue whose batches fail in a fifth of their entries, with consumers that die in the middle
 * of their work: each message is handled, or its sender has it back as failed. The build sends 2,000; {@code
 * -Dforbear.nothingLost=full} sends 100,000, a number as many.
 */
class NoMessageLostTest {

    private static final String SIZE = System.getProperty("forbear.nothingLost", "2000");
    private static final int MESSAGES = SIZE.equals("full") ? 100_000 : Integer.parseInt(SIZE);

    private static Retry quick(String name) {
        return Retries.named(name)
                .withoutBudget()
                .withoutCircuitBreaker()
                .sleeper(nanos -> {})
                .build();
    }

    @Test
    void eachMessageIsHandledOrReturnedThoughConsumersDie() throws InterruptedException {
        QuietLog.set();
        int count = MESSAGES;
        int kills = Math.max(4, count / 5_000);
        Random chance = new Random(6);
        Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
        AtomicInteger total = new AtomicInteger();
        try (ElasticQueue queues = ElasticQueue.start();
                StubServer proxy = FaultProxy.before(
                        queues.uri(), (request, server) -> PartialFaults.failSome(request, server, chance));
                Retry sending = quick("sending");
                Retry consuming = quick("consuming")) {
            String queue = queues.queue("q");
            SqsClient client = proxy.keepNone().client(SqsClient.builder());
            SqsConsumer.Builder builder = SqsConsumer.of(client, queue, message -> {
                        handled.computeIfAbsent(message.body(), none -> new AtomicInteger())
                                .incrementAndGet();
                        total.incrementAndGet();
                    })
                    .retry(consuming)
                    .visibilityTimeout(Duration.ofSeconds(5))
                    .waitTime(Duration.ofSeconds(1))
                    .concurrency(10);
            List<SendMessageBatchRequestEntry> entries = IntStream.range(0, count)
                    .mapToObj(i -> SendMessageBatchRequestEntry.builder()
                            .id("id" + i)
                            .messageBody("body " + i)
                            .build())
                    .toList();
            Thread killer = new Thread(() -> consumersThatDie(builder, total, count, kills));
            killer.start();

            BatchResult<SendMessageBatchRequestEntry, SendMessageBatchResultEntry> sent =
                    SqsBatches.of(client, sending).send(queue, entries);
            killer.join();
            try (SqsConsumer last = builder.start()) {
                until(total, () -> queues.size(queue) == 0 && last.inFlight() == 0);
            }

            assertThat(sent.items()).extracting(ItemResult::item).isEqualTo(entries);
            Set<String> delivered = sent.succeeded().stream()
                    .map(one -> one.item().messageBody())
                    .collect(Collectors.toSet());
            assertThat(delivered).hasSize(sent.succeeded().size());
            assertThat(handled.keySet()).isEqualTo(delivered);
            assertThat(sent.failed()).hasSizeLessThan(count / 30); // three attempts: one in 125
            System.out.printf(
                    "nothing lost, SQS: %d messages, %d delivered, %d returned as failed, %d consumers died, "
                            + "%d messages handled again, %d requests%n",
                    count,
                    delivered.size(),
                    sent.failed().size(),
                    kills,
                    total.get() - delivered.size(),
                    proxy.count());
        }
    }

    /** Waits as long as messages are handled, and two minutes more. */
    private static void until(AtomicInteger total, BooleanSupplier done) throws InterruptedException {
        int before = -1;
        for (long end = 0; !done.getAsBoolean(); Thread.sleep(50)) {
            if (total.get() != before) {
                before = total.get();
                end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            }
            assertThat(System.nanoTime()).as("no message for two minutes").isLessThan(end);
        }
    }

    /** Each consumer dies when its share of the messages has been handled. */
    private static void consumersThatDie(SqsConsumer.Builder builder, AtomicInteger total, int count, int kills) {
        for (int i = 1; i <= kills; i++) {
            SqsConsumer consumer = builder.start();
            int share = count / (kills + 2) * i;
            try {
                until(total, () -> total.get() >= share);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            consumer.kill();
        }
    }
}
