package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.internal.backoff.ExponentialDelayWithHalfJitter;
import software.amazon.awssdk.retries.api.internal.backoff.ExponentialDelayWithJitter;
import software.amazon.awssdk.retries.internal.DefaultLegacyRetryStrategy;
import software.amazon.awssdk.retries.internal.DefaultStandardRetryStrategy;
import software.amazon.awssdk.retries.internal.circuitbreaker.TokenBucketStore;

/**
 * The modes of this module against the SDK's own strategies, of the SDK on the class path: through a real client each,
 * over the same random faults, with the same source of chance. Call by call the same attempts, the same waits, the same
 * quota. {@code -Dforbear.equality=full} makes all 108 runs of 600 calls, and prints the table of the guide.
 */
class SdkEqualityTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.equality"));
    private static final int CALLS = 600;
    private static final double[] SHARES = FULL
            ? new double[] {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95}
            : new double[] {0.3, 0.9};
    private static final int SEEDS = FULL ? 3 : 1;

    /** A wait of the SDK is whole milliseconds; where it draws from one more value, ours may be one less. */
    private static final long MILLISECOND = 1;

    private static final Map<String, Row> TABLE = new TreeMap<>();

    private record Rules(String name, AwsRetryMode mode, boolean rules2026) {}

    private record Run(Rules rules, double share, long seed) {}

    private static final class Row {
        int runs;
        int calls;
        long requests;
        long waits;
        long refusals;
    }

    @TestFactory
    Stream<DynamicTest> theSameAttemptsWaitsAndQuota() {
        return Stream.of(
                        new Rules("legacy", AwsRetryMode.LEGACY, false),
                        new Rules("standard", AwsRetryMode.STANDARD, false),
                        new Rules("standard, rules of 2026", AwsRetryMode.STANDARD, true))
                .flatMap(rules -> IntStream.range(0, SHARES.length * SEEDS)
                        .mapToObj(i -> new Run(rules, SHARES[i / SEEDS], 1_000 + i)))
                .map(run -> DynamicTest.dynamicTest(run.toString(), () -> compare(run)));
    }

    @AfterAll
    static void printTable() {
        TABLE.forEach((name, row) -> System.out.printf(
                "| %s | %d | %,d | %,d | %,d | %,d | 0 |%n",
                name, row.runs, row.calls, row.requests, row.waits, row.refusals));
    }

    private static void compare(Run run) {
        Side theirs = sdk(run);
        Side ours = forbear(run);
        theirs.call();
        ours.call();

        assertThat(ours.requestsAfterCall).as("requests after each call").isEqualTo(theirs.requestsAfterCall);
        assertThat(ours.failures).as("which calls failed").isEqualTo(theirs.failures);
        assertThat(ours.quotaAfterCall).as("quota after each call").isEqualTo(theirs.quotaAfterCall);
        assertThat(ours.recording.delays()).hasSameSizeAs(theirs.recording.delays());
        for (int i = 0; i < ours.recording.delays().size(); i++) {
            Duration wait = ours.recording.delays().get(i);
            Duration sdk = theirs.recording.delays().get(i);
            assertThat(Math.abs(wait.toMillis() - sdk.toMillis()))
                    .as("wait %d: %s, the SDK's %s", i, wait, sdk)
                    .isLessThanOrEqualTo(MILLISECOND);
        }
        Row row = TABLE.computeIfAbsent(run.rules.name, none -> new Row());
        row.runs++;
        row.calls += CALLS;
        row.requests += theirs.http.requests().size();
        row.waits += theirs.recording.delays().size();
        row.refusals += ours.refusals.applyAsInt(ours);
    }

    // ---- one side

    private static final class Side {
        final ScriptedHttp http;
        final Recording recording;
        final ToIntFunction<Side> quota;
        final ToIntFunction<Side> refusals;
        final List<Integer> requestsAfterCall = new ArrayList<>();
        final List<Integer> quotaAfterCall = new ArrayList<>();
        final List<Boolean> failures = new ArrayList<>();

        Side(ScriptedHttp http, RetryStrategy strategy, ToIntFunction<Side> quota, ToIntFunction<Side> refusals) {
            this.http = http;
            this.recording = new Recording(strategy);
            this.quota = quota;
            this.refusals = refusals;
        }

        void call() {
            Clients.Call sqs = Clients.of("sqs", http, Clients.Installer.of(recording));
            for (int i = 0; i < CALLS; i++) {
                boolean failed = false;
                try {
                    sqs.make("SendMessage");
                } catch (SdkException e) {
                    failed = true;
                }
                failures.add(failed);
                requestsAfterCall.add(http.requests().size());
                quotaAfterCall.add(quota.applyAsInt(this));
            }
        }
    }

    private static Side forbear(Run run) {
        ScriptedHttp http = new ScriptedHttp(script(run));
        AwsRetries retries = AwsRetries.named("equality-" + run.hashCode())
                .mode(run.rules.mode)
                .rules2026(run.rules.rules2026)
                .engine(engine -> engine.random(new Chance(run, http)))
                .build();
        return new Side(
                http,
                retries.strategy(),
                side -> (int) retries.retry().snapshot().budgetRemaining(),
                side -> (int) retries.retry().snapshot().budgetDenied());
    }

    private static Side sdk(Run run) {
        ScriptedHttp http = new ScriptedHttp(script(run));
        Random random = new Drawn(new Chance(run, http));
        TokenBucketStore quota =
                TokenBucketStore.builder().tokenBucketMaxCapacity(500).build();
        Duration longest = Duration.ofSeconds(20);
        RetryStrategy strategy;
        if (run.rules.mode == AwsRetryMode.LEGACY) {
            strategy = ((DefaultLegacyRetryStrategy.Builder) AwsRetryStrategy.legacyRetryStrategy().toBuilder())
                    .tokenBucketStore(quota)
                    .backoffStrategy(new ExponentialDelayWithJitter(() -> random, Duration.ofMillis(100), longest))
                    .throttlingBackoffStrategy(
                            new ExponentialDelayWithHalfJitter(() -> random, Duration.ofMillis(500), longest))
                    .build();
        } else {
            boolean rules2026 = run.rules.rules2026;
            Duration base = Duration.ofMillis(rules2026 ? 50 : 100);
            strategy = ((DefaultStandardRetryStrategy.Builder)
                            AwsRetryStrategy.standardRetryStrategy(rules2026).toBuilder())
                    .retries2026Enabled(rules2026) // which its own toBuilder loses
                    .tokenBucketStore(quota)
                    .backoffStrategy(new ExponentialDelayWithJitter(() -> random, base, longest))
                    .throttlingBackoffStrategy(
                            new ExponentialDelayWithJitter(() -> random, Duration.ofSeconds(1), longest))
                    .build();
        }
        return new Side(
                http, strategy, side -> quota.tokenBucketForScope("GLOBAL").currentCapacity(), side -> 0);
    }

    // ---- the same faults and the same chance for both

    private static IntFunction<Answer> script(Run run) {
        return number -> {
            SplittableRandom random = new SplittableRandom(run.seed * 1_000_003 + number);
            return random.nextDouble() < run.share ? fault(random.nextInt(11)) : Answer.ok("sqs");
        };
    }

    private static Answer fault(int kind) {
        return switch (kind) {
            case 0 -> Answer.error("sqs", 500, "InternalServerError", Map.of());
            case 1 -> Answer.error("sqs", 503, "ServiceUnavailable", Map.of());
            case 2 -> Answer.error("sqs", 400, "ThrottlingException", Map.of());
            case 3 -> Answer.error("sqs", 400, "RequestTimeout", Map.of());
            case 4 -> Answer.error("sqs", 400, "ValidationException", Map.of());
            case 5 -> Answer.error("sqs", 400, "LimitExceededException", Map.of());
            case 6 -> Answer.error("sqs", 429, "TooManyRequestsException", Map.of("Retry-After", "2"));
            case 7 -> Answer.error("sqs", 503, "ServiceUnavailable", Map.of("Retry-After", "30"));
            case 8 -> Answer.error("sqs", 501, "NotImplemented", Map.of());
            case 9 -> Answer.broken(new SocketTimeoutException("Read timed out"));
            default -> Answer.broken(new ConnectException("Connection refused"));
        };
    }

    /** The draw for a retry, by the number of the request that failed: it does not depend on who draws when. */
    private static final class Chance implements RandomGenerator {

        private final Run run;
        private final ScriptedHttp http;

        Chance(Run run, ScriptedHttp http) {
            this.run = run;
            this.http = http;
        }

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("only doubles are drawn");
        }

        @Override
        public double nextDouble() {
            return new SplittableRandom(run.seed * 7_919 + http.requests().size()).nextDouble();
        }
    }

    /** As the SDK draws: a whole number below a bound. */
    private static final class Drawn extends Random {

        private static final long serialVersionUID = 1;

        private final transient RandomGenerator chance;

        Drawn(RandomGenerator chance) {
            super(0);
            this.chance = chance;
        }

        @Override
        public int nextInt(int bound) {
            return (int) (chance.nextDouble() * bound);
        }
    }
}
