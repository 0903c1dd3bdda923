package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.aws.Clients.Installer;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.builder.SdkClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An outage of three seconds in the middle of calls that come at a steady rate, by a real client: how many requests the
 * service gets for them, and how long after the outage the calls succeed again. The build makes the run of ours; {@code
 * -Dforbear.storm=full} makes all and prints the table of the page.
 */
class OutageStormTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.storm"));
    private static final int CLIENTS = 10;
    private static final int CALLS_PER_SECOND = 100;
    private static final Duration OUTAGE = Duration.ofSeconds(3);
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AFTER = Duration.ofSeconds(6);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<String, AttributeValue> KEY = Map.of("id", AttributeValue.fromS("1"));

    private record Run(int calls, int succeeded, int requests, int requestsInOutage, int callsInOutage, long recovery) {

        double amplification() {
            return (double) requests / calls;
        }

        String row(String name) {
            return String.format(
                    "| %s | %d | %d | %.2f | %.2f | %d | %d ms |",
                    name,
                    calls,
                    requests,
                    amplification(),
                    (double) requestsInOutage / callsInOutage,
                    calls - succeeded,
                    recovery);
        }
    }

    private static Run storm(Supplier<Installer> installers) throws InterruptedException {
        AtomicLong down = new AtomicLong(Long.MAX_VALUE);
        AtomicInteger inOutage = new AtomicInteger();
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger callsInOutage = new AtomicInteger();
        AtomicInteger succeeded = new AtomicInteger();
        AtomicLong lastFailure = new AtomicLong();
        try (StubServer server = StubServer.start(request -> {
            if (!isDown(down, System.nanoTime())) {
                return Answer.json("{}");
            }
            inOutage.incrementAndGet();
            return Answer.error("dynamodb", 500, "InternalServerError", Map.of());
        })) {
            server.keepNone();
            List<DynamoDbClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(server.client(installers.get().on(DynamoDbClient.builder())));
                clients.get(i).getItem(r -> r.tableName("tab").key(KEY)); // classes are loaded
            }
            ExecutorService threads = Executors.newCachedThreadPool(); // calls come whether or not others have ended
            long begin = System.nanoTime();
            long end = begin + BEFORE.plus(OUTAGE).plus(AFTER).toNanos();
            down.set(begin + BEFORE.toNanos());
            long up = down.get() + OUTAGE.toNanos();
            lastFailure.set(up);
            int number = 0;
            long gap = TimeUnit.SECONDS.toNanos(1) / CALLS_PER_SECOND;
            for (long at = begin; at < end; at += gap) {
                LockSupport.parkNanos(at - System.nanoTime());
                boolean during = isDown(down, at);
                DynamoDbClient client = clients.get(number++ % CLIENTS);
                threads.execute(() -> {
                    calls.incrementAndGet();
                    if (during) {
                        callsInOutage.incrementAndGet();
                    }
                    try {
                        client.getItem(r -> r.tableName("tab").key(KEY));
                        succeeded.incrementAndGet();
                    } catch (SdkException failed) {
                        lastFailure.accumulateAndGet(System.nanoTime(), Math::max);
                    }
                });
            }
            threads.shutdown();
            assertThat(threads.awaitTermination(2, TimeUnit.MINUTES)).isTrue();
            return new Run(
                    calls.get(),
                    succeeded.get(),
                    server.count() - CLIENTS,
                    inOutage.get(),
                    callsInOutage.get(),
                    TimeUnit.NANOSECONDS.toMillis(lastFailure.get() - up));
        }
    }

    private static boolean isDown(AtomicLong down, long now) {
        return now >= down.get() && now < down.get() + OUTAGE.toNanos();
    }

    private static Installer ours(UnaryOperator<Retries.Builder> change) {
        return Installer.of(AwsRetries.of(
                change.apply(Retries.named("storm-" + NUMBER.incrementAndGet())).build()));
    }

    /** The strategy of a mode as the client of DynamoDB makes it for itself. */
    private static Installer mode(RetryMode mode) {
        return new Installer() {
            @Override
            public <B extends SdkClientBuilder<B, C>, C> B on(B builder) {
                return builder.overrideConfiguration(o -> o.retryStrategy(mode));
            }
        };
    }

    @Test
    void oursAddsFewRequestsToAnOutage() throws InterruptedException {
        Run ours = storm(() -> ours(UnaryOperator.identity()));

        assertThat(ours.amplification()).isLessThanOrEqualTo(1.15);
        assertThat(ours.succeeded()).isPositive();
        System.out.println(ours.row("`AwsRetries.of(retry)`"));
    }

    @Test
    void allStrategiesInOneTable() throws InterruptedException {
        assumeTrue(FULL, "SKIPPED: -Dforbear.storm=full makes the runs of all strategies");
        Map<String, Run> runs = new LinkedHashMap<>();
        runs.put("legacy of the SDK, 9 attempts", storm(() -> mode(RetryMode.LEGACY)));
        runs.put("standard of the SDK, 9 attempts", storm(() -> mode(RetryMode.STANDARD)));
        runs.put(
                "standard of the SDK, rules of 2026, 4 attempts",
                storm(() -> Installer.of(AwsRetryStrategy.standardRetryStrategy(true).toBuilder()
                        .maxAttempts(4)
                        .build())));
        runs.put(
                "`AwsRetries.of(retry)`, without a circuit breaker",
                storm(() -> ours(Retries.Builder::withoutCircuitBreaker)));
        runs.put("`AwsRetries.of(retry)`", storm(() -> ours(UnaryOperator.identity())));
        runs.forEach((name, run) -> System.out.println(run.row(name)));
        assertThat(runs.get("`AwsRetries.of(retry)`").amplification()).isLessThanOrEqualTo(1.15);
    }
}
