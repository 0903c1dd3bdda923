package io.forbear.retry.core.execution;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.decision.Service;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A service whose timers run when a test says so, and whose executor is the thread that calls it. */
final class World extends AbstractExecutorService implements ScheduledExecutorService {
    final List<FutureTask<?>> timers = new CopyOnWriteArrayList<>();
    final AtomicInteger attempts = new AtomicInteger();
    final CompletableFuture<String> first = new CompletableFuture<>();
    final CompletableFuture<String> second = new CompletableFuture<>();
    final RetryBudget budget =
            RetryBudgets.tokenBucket(5).refill(0.001, Duration.ofDays(1)).create(() -> 0);
    final Service service = new Service(
            "service",
            () -> 0,
            null,
            RetryPolicy.builder()
                    .backoff(Backoff.fixed(Duration.ofSeconds(1)).jitter(Jitter.none()))
                    .build(),
            budget,
            null,
            new ClientTable(1, null, () -> 0),
            List.of(),
            null,
            null);
    final CompletableFuture<String> call = new ServiceRetry(service, new Means(nanos -> {}, Runnable::run, () -> this))
            .callAsync(() -> attempts.incrementAndGet() == 1 ? first : second);

    void failFirst() {
        first.completeExceptionally(new ConnectException("refused"));
    }

    void fireTimer() {
        timers.forEach(FutureTask::run);
    }

    boolean hasTimer() {
        return !timers.stream().allMatch(FutureTask::isDone);
    }

    long succeeded() {
        return service.snapshot().successes();
    }

    long cancelled() {
        return service.snapshot().stopped(StopReason.CANCELLED);
    }

    long spent() {
        return budget.capacity() - budget.balance();
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(task);
        timers.add(timer);
        return timer;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(Executors.callable(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    private static final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
        Timer(Callable<V> task) {
            super(task);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(Delayed other) {
            return 0;
        }
    }
}
