package io.forbear.retry.lab.peers;

import com.google.api.core.ApiClock;
import com.google.api.core.ApiFuture;
import com.google.api.core.ApiFutureCallback;
import com.google.api.core.ApiFutures;
import com.google.api.core.SettableApiFuture;
import com.google.api.gax.retrying.BasicResultRetryAlgorithm;
import com.google.api.gax.retrying.ExponentialRetryAlgorithm;
import com.google.api.gax.retrying.NonCancellableFuture;
import com.google.api.gax.retrying.RetryAlgorithm;
import com.google.api.gax.retrying.RetrySettings;
import com.google.api.gax.retrying.RetryingFuture;
import com.google.api.gax.retrying.ScheduledRetryingExecutor;
import com.google.api.gax.retrying.TimedAttemptSettings;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.World;
import io.forbear.retry.lab.storm.DaemonThreads;
import io.forbear.retry.lab.storm.StatusException;
import io.forbear.retry.lab.storm.StormPolicy;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Google's gax, which has no settings of its own: these are the ones that generated clients usually have. They bound a
 * call by time, not by attempts. Retried is what such clients see as UNAVAILABLE or DEADLINE_EXCEEDED: status 503 and
 * 504, no connection, no answer in time.
 */
final class GaxPeer {

    private static final RetrySettings SETTINGS = RetrySettings.newBuilder()
            .setInitialRetryDelayDuration(Duration.ofMillis(100))
            .setRetryDelayMultiplier(1.3)
            .setMaxRetryDelayDuration(Duration.ofSeconds(60))
            .setInitialRpcTimeoutDuration(Duration.ofSeconds(60))
            .setRpcTimeoutMultiplier(1)
            .setMaxRpcTimeoutDuration(Duration.ofSeconds(60))
            .setTotalTimeoutDuration(Duration.ofSeconds(60))
            .build();
    private static final Set<Integer> RETRIED = Set.of(503, 504);
    private static final String NAME = "gax";

    private GaxPeer() {}

    static Peer peer() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", SETTINGS.getMaxAttempts() == 0 ? "no limit" : SETTINGS.getMaxAttempts() + "");
        settings.put("time for a call", Peers.text(SETTINGS.getTotalTimeoutDuration()));
        settings.put(
                "wait",
                "up to " + Peers.text(SETTINGS.getInitialRetryDelayDuration()) + ", each time times "
                        + SETTINGS.getRetryDelayMultiplier());
        settings.put("longest wait", Peers.text(SETTINGS.getMaxRetryDelayDuration()));
        String description =
                "attempts for " + settings.get("time for a call") + ", exponential backoff with full jitter";
        return new Peer(NAME, "Google gax", description, settings, watcher -> new Client(), Stepped::new);
    }

    /** Tells as generated clients do, by the code of the failure. */
    private static final class ByCode extends BasicResultRetryAlgorithm<Integer> {

        @Override
        public boolean shouldRetry(@Nullable Throwable failure, @Nullable Integer status) {
            return failure instanceof StatusException answer
                    ? RETRIED.contains(answer.status())
                    : failure instanceof HttpTimeoutException || failure instanceof ConnectException;
        }
    }

    private static final class Client implements StormPolicy.Caller {

        private final ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(NAME));
        private final ScheduledRetryingExecutor<Integer> executor = new ScheduledRetryingExecutor<>(
                new RetryAlgorithm<>(
                        new ByCode(),
                        new ExponentialRetryAlgorithm(SETTINGS, com.google.api.core.NanoClock.getDefaultClock())),
                timer);

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            Attempts attempts = new Attempts(attempt);
            RetryingFuture<Integer> call = executor.createFuture(attempts);
            attempts.beginFor(call);
            return completable(call);
        }

        private static CompletableFuture<Integer> completable(ApiFuture<Integer> call) {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            ApiFutures.addCallback(
                    call,
                    new ApiFutureCallback<>() {
                        @Override
                        public void onFailure(Throwable failure) {
                            end.completeExceptionally(failure);
                        }

                        @Override
                        public void onSuccess(Integer status) {
                            end.complete(status);
                        }
                    },
                    Runnable::run);
            end.whenComplete((status, failure) -> call.cancel(true));
            return end;
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

    /** Begins attempts whose answers come later, as the callable of generated clients does. */
    private static final class Attempts implements Callable<Integer> {

        /** What {@link #call} returns; it has set the answer's own future by then, so nobody looks at it. */
        private static final Integer LATER = 0;

        private final Supplier<? extends CompletionStage<Integer>> attempt;
        private @Nullable RetryingFuture<Integer> end;

        Attempts(Supplier<? extends CompletionStage<Integer>> attempt) {
            this.attempt = attempt;
        }

        void beginFor(RetryingFuture<Integer> end) {
            this.end = end;
            call();
        }

        @Override
        public Integer call() {
            RetryingFuture<Integer> end = Objects.requireNonNull(this.end, "end");
            end.setAttemptFuture(new NonCancellableFuture<>());
            if (!end.isDone()) {
                SettableApiFuture<Integer> answer = SettableApiFuture.create();
                Thrown.begun(attempt).whenComplete((status, failure) -> {
                    if (failure == null) {
                        answer.set(status);
                    } else {
                        answer.setException(Thrown.unwrapped(failure));
                    }
                });
                end.setAttemptFuture(answer);
            }
            return LATER;
        }
    }

    /** The same algorithms on the virtual clock. Their jitter draws from the world's chance. */
    private static final class Stepped implements Control {

        private final RetryAlgorithm<Integer> algorithm;

        Stepped(World world) {
            this.algorithm = new RetryAlgorithm<>(new ByCode(), new Exponential(world));
        }

        @Override
        public Call begin() {
            return new Begun(algorithm);
        }
    }

    /** Without a context, which only carries settings of single calls. */
    private static final class Begun implements Control.Call {

        private final RetryAlgorithm<Integer> algorithm;
        private TimedAttemptSettings attempt;

        Begun(RetryAlgorithm<Integer> algorithm) {
            this.algorithm = algorithm;
            this.attempt = algorithm.createFirstAttempt(null);
        }

        @Override
        public void succeeded() {}

        @Override
        public long failed(Failure failure) {
            Exception thrown = Thrown.by(failure);
            TimedAttemptSettings next = algorithm.createNextAttempt(null, thrown, null, attempt);
            if (next == null || !algorithm.shouldRetry(null, thrown, null, next)) {
                return Control.STOP;
            }
            attempt = next;
            return next.getRandomizedRetryDelayDuration().toNanos();
        }

        @Override
        public boolean resume() {
            return true;
        }
    }

    private static final class Exponential extends ExponentialRetryAlgorithm {

        private final World world;

        Exponential(World world) {
            super(SETTINGS, new VirtualClock(world));
            this.world = world;
        }

        @Override
        protected long nextRandomLong(long bound) {
            return bound > 0 ? world.random().nextLong(bound) : bound;
        }
    }

    private record VirtualClock(World world) implements ApiClock {

        @Override
        public long nanoTime() {
            return world.clock().nanoTime();
        }

        @Override
        public long millisTime() {
            return TimeUnit.NANOSECONDS.toMillis(nanoTime());
        }
    }
}
