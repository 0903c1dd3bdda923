package io.forbear.retry.lab.peers;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.Failure;
import io.forbear.retry.lab.simulate.World;
import io.forbear.retry.lab.storm.DaemonThreads;
import io.forbear.retry.lab.storm.StatusException;
import io.forbear.retry.lab.storm.StormPolicy;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.functions.Either;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Resilience4j: its retry around its circuit breaker, in the order that its annotations have. So each attempt asks the
 * breaker, and the retry repeats what the breaker refused too.
 */
final class Resilience4jPeer {

    private static final String NAME = "resilience4j";

    private Resilience4jPeer() {}

    static Peer peer() {
        Map<String, String> settings = settings(RetryConfig.ofDefaults(), CircuitBreakerConfig.ofDefaults());
        String description = settings.get("attempts") + " attempts, " + settings.get("wait")
                + " between them, and the circuit breaker";
        return new Peer(NAME, "Resilience4j", description, settings, Client::new, Stepped::new);
    }

    private static Map<String, String> settings(RetryConfig retry, CircuitBreakerConfig breaker) {
        long waitMillis = retry.getIntervalBiFunction().apply(1, Either.left(new StatusException(503)));
        long openMillis = breaker.getWaitIntervalFunctionInOpenState().apply(1);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("attempts", Integer.toString(retry.getMaxAttempts()));
        settings.put("wait", Peers.text(Duration.ofMillis(waitMillis)));
        settings.put("breaker opens", "at " + Math.round(breaker.getFailureRateThreshold()) + " % failures");
        settings.put("window", breaker.getSlidingWindowSize() + " attempts");
        settings.put("at least", breaker.getMinimumNumberOfCalls() + " attempts");
        settings.put("open for", Peers.text(Duration.ofMillis(openMillis)));
        settings.put("probes", Integer.toString(breaker.getPermittedNumberOfCallsInHalfOpenState()));
        return settings;
    }

    private static io.forbear.retry.CircuitBreaker.State ours(CircuitBreaker.State state) {
        return io.forbear.retry.CircuitBreaker.State.valueOf(state.name());
    }

    private static final class Client implements StormPolicy.Caller {

        private final ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(NAME));
        private final Retry retry = Retry.ofDefaults(NAME);
        private final CircuitBreaker breaker = CircuitBreaker.ofDefaults(NAME);

        Client(StormPolicy.Watcher watcher) {
            breaker.getEventPublisher()
                    .onStateTransition(event -> watcher.onTransition(
                            ours(event.getStateTransition().getFromState()),
                            ours(event.getStateTransition().getToState())));
        }

        @Override
        public CompletableFuture<Integer> call(Supplier<? extends CompletionStage<Integer>> attempt) {
            return retry.executeCompletionStage(timer, breaker.decorateCompletionStage(attempt::get))
                    .toCompletableFuture();
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
     * The same breaker on the virtual clock, and the part of the retry that decides for its asynchronous calls. One
     * thing differs: a refusal of the breaker ends the call at once, where the library's retry waits and asks again as
     * long as there are attempts left, because a {@link Control} cannot wait without an attempt.
     */
    private static final class Stepped implements Control {

        private final Retry retry = Retry.ofDefaults(NAME);
        private final CircuitBreaker breaker;

        Stepped(World world) {
            NanoClock time = world.clock();
            this.breaker = CircuitBreaker.of(
                    NAME,
                    CircuitBreakerConfig.custom()
                            .clock(new VirtualClock(time))
                            .currentTimestampFunction(clock -> time.nanoTime(), TimeUnit.NANOSECONDS)
                            .build());
        }

        @Override
        public @Nullable Call begin() {
            return breaker.tryAcquirePermission() ? new Begun(breaker, retry.asyncContext()) : null;
        }
    }

    private static final class Begun implements Control.Call {

        private static final int OK = 200;

        private final CircuitBreaker breaker;
        private final Retry.AsyncContext<Integer> retry;
        private long attemptedAt;

        Begun(CircuitBreaker breaker, Retry.AsyncContext<Integer> retry) {
            this.breaker = breaker;
            this.retry = retry;
            this.attemptedAt = breaker.getCurrentTimestamp();
        }

        @Override
        public void succeeded() {
            breaker.onResult(taken(), breaker.getTimestampUnit(), OK);
            retry.onResult(OK);
            retry.onComplete();
        }

        @Override
        public long failed(Failure failure) {
            Exception thrown = Thrown.by(failure);
            breaker.onError(taken(), breaker.getTimestampUnit(), thrown);
            long waitMillis = retry.onError(thrown);
            return waitMillis < 1 ? Control.STOP : TimeUnit.MILLISECONDS.toNanos(waitMillis);
        }

        private long taken() {
            return breaker.getCurrentTimestamp() - attemptedAt;
        }

        @Override
        public boolean resume() {
            attemptedAt = breaker.getCurrentTimestamp();
            return breaker.tryAcquirePermission();
        }
    }

    /** By which the breaker tells when it has been open for long enough. */
    private static final class VirtualClock extends Clock {

        private final NanoClock time;

        VirtualClock(NanoClock time) {
            this.time = time;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(time.nanoTime());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
