package io.forbear.retry.benchmarks;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.benchmarks.contender.Script;
import io.forbear.retry.benchmarks.contender.Services;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What do asynchronous calls cost: done at once, retried once, and a million of them waiting? */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AsyncBenchmark {

    private static final int PENDING = 1_000_000;

    private static CompletionStage<Object> stage(Script script) {
        try {
            return CompletableFuture.completedFuture(script.call());
        } catch (java.io.IOException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    /** The services. */
    @State(Scope.Thread)
    public static class Own {

        final CompletionStage<Object> done = CompletableFuture.completedFuture(this);
        final Supplier<CompletionStage<Object>> atOnce = () -> done;
        final Script script = new Script(1);
        final Supplier<CompletionStage<Object>> once = () -> stage(script);
        final Retry forbear =
                Services.full().runtime(r -> r.executor(Runnable::run)).build();
        final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        final io.github.resilience4j.retry.Retry peer = io.github.resilience4j.retry.Retry.of(
                "measured",
                RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ZERO).build());

        /** Stops the timer. */
        @TearDown
        public void stop() {
            timer.shutdownNow();
        }
    }

    /** A stage that is done, without anything around it. */
    @Benchmark
    public CompletionStage<Object> completedDirect(Own own) {
        return own.atOnce.get();
    }

    /** A stage that is done. */
    @Benchmark
    public CompletionStage<Object> completedForbear(Own own) {
        return own.forbear.callAsync(own.atOnce);
    }

    /** A stage that is done. */
    @Benchmark
    public CompletionStage<Object> completedResilience4j(Own own) {
        return own.peer.executeCompletionStage(own.timer, own.atOnce);
    }

    /** A stage that fails, and its retry at once, on this thread. */
    @Benchmark
    public Object oneRetryForbear(Own own) {
        return own.forbear.callAsync(own.once).join();
    }

    /** A stage that fails, and its retry at once, on the timer's thread: it has no other way. */
    @Benchmark
    public Object oneRetryResilience4j(Own own) {
        return own.peer
                .executeCompletionStage(own.timer, own.once)
                .toCompletableFuture()
                .join();
    }

    /** Timers and services that nothing waits on yet. */
    @State(Scope.Thread)
    public static class Waiting {

        final CompletionStage<Object> failed = CompletableFuture.failedFuture(new Script(1).failure());
        final Supplier<CompletionStage<Object>> alwaysFailed = () -> failed;
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
        final Object[] held = new Object[PENDING];

        /** Makes a timer. */
        @Setup(Level.Iteration)
        public void make() {
            timer.shutdownNow();
            timer = new ScheduledThreadPoolExecutor(1);
            timer.setRemoveOnCancelPolicy(true);
        }

        /** Stops the timer. */
        @TearDown(Level.Iteration)
        public void stop() {
            io.forbear.retry.benchmarks.contender.Checks.require(
                    timer.getQueue().size() == PENDING,
                    "pending: " + timer.getQueue().size());
            timer.shutdownNow();
            java.util.Arrays.fill(held, this);
        }
    }

    /** A million timers with nothing to do; the figure is for one. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OperationsPerInvocation(PENDING)
    @Warmup(iterations = 3)
    @Measurement(iterations = 5)
    public Object pendingTimers(Waiting waiting) {
        for (int i = 0; i < PENDING; i++) {
            waiting.held[i] = waiting.timer.schedule(() -> {}, 1, TimeUnit.HOURS);
        }
        return waiting.held;
    }

    /** A million calls that wait for their first retry; the figure is for one. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OperationsPerInvocation(PENDING)
    @Warmup(iterations = 3)
    @Measurement(iterations = 5)
    public Object pendingForbear(Waiting waiting) {
        Retry retry = Services.full()
                .policy(Services.policy(Backoff.fixed(Duration.ofHours(1)).jitter(Jitter.none())))
                .runtime(r -> r.scheduler(waiting.timer))
                .build();
        for (int i = 0; i < PENDING; i++) {
            waiting.held[i] = retry.callAsync(waiting.alwaysFailed);
        }
        return waiting.held;
    }

    /** A million calls that wait for their first retry; the figure is for one. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OperationsPerInvocation(PENDING)
    @Warmup(iterations = 3)
    @Measurement(iterations = 5)
    public Object pendingResilience4j(Waiting waiting) {
        io.github.resilience4j.retry.Retry retry = io.github.resilience4j.retry.Retry.of(
                "measured",
                RetryConfig.custom()
                        .maxAttempts(3)
                        .waitDuration(Duration.ofHours(1))
                        .build());
        for (int i = 0; i < PENDING; i++) {
            waiting.held[i] = retry.executeCompletionStage(waiting.timer, waiting.alwaysFailed);
        }
        return waiting.held;
    }
}
