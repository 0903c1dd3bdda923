package io.forbear.retry.reactor;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/** A scheduler of Reactor as one of the JDK. It cannot be shut down, and repeats nothing. */
final class ReactorTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final Supplier<? extends Scheduler> scheduler;

    ReactorTimer(Supplier<? extends Scheduler> scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void execute(Runnable task) {
        scheduler.get().schedule(task);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(Executors.callable(task), delay, unit);
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Scheduler current = scheduler.get();
        Timer<V> timer = new Timer<>(task, current, current.now(TimeUnit.NANOSECONDS) + unit.toNanos(delay));
        timer.began(current.schedule(timer, delay, unit));
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("scheduleAtFixedRate (expected: schedule)");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("scheduleWithFixedDelay (expected: schedule)");
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("shutdown (expected: the owner of the scheduler disposes of it)");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("shutdownNow (expected: the owner of the scheduler disposes of it)");
    }

    @Override
    public boolean isShutdown() {
        return scheduler.get().isDisposed();
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    /** A task that waits. A cancel takes it off the scheduler. */
    private static final class Timer<V extends @Nullable Object> extends FutureTask<V> implements ScheduledFuture<V> {

        private final Scheduler scheduler;
        private final long dueNanos;
        private volatile @Nullable Disposable scheduled;

        Timer(Callable<V> task, Scheduler scheduler, long dueNanos) {
            super(task);
            this.scheduler = scheduler;
            this.dueNanos = dueNanos;
        }

        /** Keeps what takes the task off the scheduler; a cancel may have come before. */
        void began(Disposable task) {
            scheduled = task;
            if (isCancelled()) {
                task.dispose();
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            Disposable task = scheduled;
            if (cancelled && task != null) {
                task.dispose();
            }
            return cancelled;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - scheduler.now(TimeUnit.NANOSECONDS), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
