package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.internal.DefaultAdaptiveRetryStrategy;
import software.amazon.awssdk.retries.internal.ratelimiter.RateLimiterTokenBucketStore;

/**
 * The adaptive mode against that of the SDK on the class path: on virtual time, a server that accepts so many requests
 * a second and throttles the rest, and callers that offer more. Both send and get through at the same rate, once they
 * have learned it.
 */
class AdaptiveEqualityTest {

    private static final boolean FULL = "full".equals(System.getProperty("forbear.equality"));
    private static final Duration LENGTH = Duration.ofSeconds(FULL ? 240 : 80);

    @ParameterizedTest
    @CsvSource({"20, 10", "30, 5", "50, 20", "40, 39", "90, 45", "100, 50"})
    void theSameRateIsSentAndAccepted(int offered, int accepted) {
        assumeTrue(FULL || offered <= 30, "skipped: takes a minute; -Dforbear.equality=full runs it");
        World theirs = new World(offered, accepted);
        DefaultAdaptiveRetryStrategy.Builder sdk =
                (DefaultAdaptiveRetryStrategy.Builder) AwsRetryStrategy.adaptiveRetryStrategy().toBuilder();
        theirs.run(sdk.rateLimiterTokenBucketStore(RateLimiterTokenBucketStore.builder()
                        .clock(() -> theirs.clock.nanoTime() / 1e9)
                        .scheduler(theirs.scheduler)
                        .build())
                .build());
        World ours = new World(offered, accepted);
        ours.run(AwsRetries.named("adaptive-" + offered + "-" + accepted)
                .mode(AwsRetryMode.ADAPTIVE)
                .engine(engine ->
                        engine.clock(ours.clock).scheduler(ours.scheduler).executor(Runnable::run))
                .build()
                .strategy());

        System.out.printf(
                "| %d/s, of which the server accepts %d | %.1f/s, %.1f/s | %.1f/s, %.1f/s |%n",
                offered, accepted, theirs.sentRate(), theirs.acceptedRate(), ours.sentRate(), ours.acceptedRate());
        assertThat(ours.sentRate()).as("sent").isCloseTo(theirs.sentRate(), withinPercentage(15));
        assertThat(ours.acceptedRate()).as("accepted").isCloseTo(theirs.acceptedRate(), withinPercentage(15));
    }

    /** A server, its callers and their time. */
    private static final class World {

        final ManualClock clock = new ManualClock(1_000_000_000L);
        final ManualScheduler scheduler = new ManualScheduler(clock);
        private final long startNanos = clock.nanoTime();
        private final int offered;
        private final int capacity;
        private double tokens = 1;
        private long filledNanos = startNanos;
        private int sent;
        private int accepted;

        World(int offered, int capacity) {
            this.offered = offered;
            this.capacity = capacity;
        }

        void run(RetryStrategy strategy) {
            arrive(strategy);
            while (clock.nanoTime() - startNanos < LENGTH.toNanos() && scheduler.runNext()) {
                continue;
            }
        }

        private void arrive(RetryStrategy strategy) {
            scheduler.schedule(() -> arrive(strategy), 1_000_000_000L / offered, TimeUnit.NANOSECONDS);
            strategy.acquireInitialTokenAsync(AcquireInitialTokenRequest.create("GLOBAL"))
                    .thenAccept(acquired -> attempt(strategy, acquired.token()));
        }

        private void attempt(RetryStrategy strategy, RetryToken token) {
            if (isAccepted()) {
                strategy.recordSuccess(RecordSuccessRequest.create(token));
                return;
            }
            strategy.refreshRetryTokenAsync(RefreshRetryTokenRequest.builder()
                            .token(token)
                            .failure(throttled())
                            .suggestedDelay(Duration.ZERO)
                            .build())
                    .thenAccept(refreshed -> scheduler.schedule(
                            () -> attempt(strategy, refreshed.token()),
                            refreshed.delay().toMillis(),
                            TimeUnit.MILLISECONDS));
        }

        private boolean isAccepted() {
            long now = clock.nanoTime();
            tokens = Math.min(capacity, tokens + (now - filledNanos) * (double) capacity / 1e9);
            filledNanos = now;
            boolean taken = tokens >= 1;
            tokens -= taken ? 1 : 0;
            if (isMeasured(now)) {
                sent++;
                accepted += taken ? 1 : 0;
            }
            return taken;
        }

        /** The second half: the first is for learning. */
        private boolean isMeasured(long now) {
            return now - startNanos >= LENGTH.toNanos() / 2;
        }

        double sentRate() {
            return sent / (LENGTH.toSeconds() / 2.0);
        }

        double acceptedRate() {
            return accepted / (LENGTH.toSeconds() / 2.0);
        }

        private static AwsServiceException throttled() {
            return AwsServiceException.builder()
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("ThrottlingException")
                            .build())
                    .statusCode(400)
                    .build();
        }
    }
}
