package io.forbear.retry.lab.peers;

import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.World;
import io.forbear.retry.lab.storm.DaemonThreads;
import io.forbear.retry.lab.storm.StatusException;
import io.forbear.retry.lab.storm.StormPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;
import software.amazon.awssdk.retries.api.internal.backoff.ExponentialDelayWithJitter;

/**
 * The AWS SDK: its standard strategy, driven as the SDK drives it: a token before the first attempt, a new one for each
 * retry, success recorded. What the SDK retries is told of the lab's failures: the same statuses, the status of
 * throttling, and I/O errors, of which a time-out is one.
 */
final class AwsPeer {

    /** The strategy does not show these; tests compare them with what it prints and does. */
    static final Duration BASE_DELAY = Duration.ofMillis(100);

    static final Duration THROTTLED_BASE_DELAY = Duration.ofSeconds(1);
    static final Duration MAX_DELAY = Duration.ofSeconds(20);
    static final int TOKENS = 500;
    static final int COST = 5;

    private static final String NAME = "aws";
    /** The SDK has one bucket for all that a client calls. */
    private static final AcquireInitialTokenRequest FIRST = AcquireInitialTokenRequest.create("GLOBAL");

    private static final Set<Integer> RETRIED = Set.of(500, 502, 503, 504);
    private static final int THROTTLED = 429;

    private AwsPeer() {}

    static Peer peer() {
        StandardRetryStrategy strategy = standard().build();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", Integer.toString(strategy.maxAttempts()));
        settings.put("wait", "up to " + Peers.text(BASE_DELAY) + ", doubled each time");
        settings.put("wait if throttled", "up to " + Peers.text(THROTTLED_BASE_DELAY) + ", doubled each time");
        settings.put("longest wait", Peers.text(MAX_DELAY));
        settings.put("budget", TOKENS + " tokens, " + COST + " for a retry");
        String description =
                settings.get("attempts") + " attempts, exponential backoff with full jitter, and a token bucket";
        return new Peer(NAME, "AWS SDK", description, settings, watcher -> new Client(), Stepped::new);
    }

    static StandardRetryStrategy.Builder standard() {
        return DefaultRetryStrategy.standardStrategyBuilder()
                .retryOnException(failure -> failure instanceof StatusException s && RETRIED.contains(s.status()))
                .retryOnException(AwsPeer::isThrottling)
                .retryOnExceptionOrCauseInstanceOf(IOException.class)
                .treatAsThrottling(AwsPeer::isThrottling);
    }

    private static boolean isThrottling(Throwable failure) {
        return failure instanceof StatusException answer && answer.status() == THROTTLED;
    }

    /**
     * Asks for a retry.
     *
     * @return when, or {@code null} where the call ends
     */
    private static @Nullable RefreshRetryTokenResponse retry(
            StandardRetryStrategy strategy, RetryToken token, Throwable failure, Duration retryAfter) {
        try {
            return strategy.refreshRetryToken(RefreshRetryTokenRequest.builder()
                    .token(token)
                    .failure(failure)
                    .suggestedDelay(retryAfter)
                    .build());
        } catch (TokenAcquisitionFailedException refused) {
            return null;
        }
    }

    private static final class Client implements StormPolicy.Caller {

        private final ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(NAME));
        private final StandardRetryStrategy strategy = standard().build();

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            AcquireInitialTokenResponse first = strategy.acquireInitialToken(FIRST);
            attempt(attempt, first.token(), end); // the standard strategy never delays the first attempt
            return end;
        }

        private void attempt(
                Supplier<? extends CompletionStage<Integer>> attempt,
                RetryToken token,
                CompletableFuture<Integer> end) {
            if (end.isDone()) {
                return;
            }
            Thrown.begun(attempt).whenComplete((status, failure) -> {
                if (failure == null) {
                    strategy.recordSuccess(RecordSuccessRequest.create(token));
                    end.complete(status);
                } else {
                    failed(attempt, token, Thrown.unwrapped(failure), end);
                }
            });
        }

        private void failed(
                Supplier<? extends CompletionStage<Integer>> attempt,
                RetryToken token,
                Throwable failure,
                CompletableFuture<Integer> end) {
            RefreshRetryTokenResponse next = retry(strategy, token, failure, retryAfter(failure));
            if (next == null) {
                end.completeExceptionally(failure);
            } else {
                timer.schedule(
                        () -> attempt(attempt, next.token(), end), next.delay().toNanos(), TimeUnit.NANOSECONDS);
            }
        }

        /** As clients of the SDK read it from the answer. */
        private static Duration retryAfter(Throwable failure) {
            return failure instanceof StatusException answer
                    ? Duration.ofNanos(Math.max(0, answer.retryAfterNanos()))
                    : Duration.ZERO;
        }

        @Override
        public List<RetrySnapshot> snapshots() {
            return List.of();
        }

        @Override
        public void close() {
            timer.shutdownNow();
        }
    }

    /**
     * The same strategy; it never reads the time. Its jitter draws from the world's chance, so that the same seed gives
     * the same run. A {@code Retry-After} is the delay that the strategy is suggested, as in the SDK.
     */
    private static final class Stepped implements Control {

        private final StandardRetryStrategy strategy;

        Stepped(World world) {
            Random random = new Drawn(world.random());
            this.strategy = standard()
                    .backoffStrategy(jittered(random, BASE_DELAY))
                    .throttlingBackoffStrategy(jittered(random, THROTTLED_BASE_DELAY))
                    .build();
        }

        private static BackoffStrategy jittered(Random random, Duration baseDelay) {
            return new ExponentialDelayWithJitter(() -> random, baseDelay, MAX_DELAY);
        }

        @Override
        public Call begin() {
            return new Begun(strategy, strategy.acquireInitialToken(FIRST).token());
        }
    }

    private static final class Begun implements Control.Call {

        private final StandardRetryStrategy strategy;
        private RetryToken token;

        Begun(StandardRetryStrategy strategy, RetryToken token) {
            this.strategy = strategy;
            this.token = token;
        }

        @Override
        public void succeeded() {
            strategy.recordSuccess(RecordSuccessRequest.create(token));
        }

        @Override
        public long failed(Failure failure) {
            Duration retryAfter = Duration.ofNanos(Math.max(0, failure.retryAfterNanos()));
            RefreshRetryTokenResponse next = retry(strategy, token, Thrown.by(failure), retryAfter);
            if (next == null) {
                return Control.STOP;
            }
            token = next.token();
            return next.delay().toNanos();
        }

        @Override
        public boolean resume() {
            return true;
        }
    }

    /** The class that the SDK takes, over the interface that the world has. */
    private static final class Drawn extends Random {

        private static final long serialVersionUID = 1;

        private final transient RandomGenerator random;

        Drawn(RandomGenerator random) {
            super(0);
            this.random = random;
        }

        @Override
        protected int next(int bits) {
            return random.nextInt() >>> (Integer.SIZE - bits);
        }
    }
}
