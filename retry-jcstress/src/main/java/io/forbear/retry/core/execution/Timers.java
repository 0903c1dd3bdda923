package io.forbear.retry.core.execution;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Timers that run when a test says so, on the thread that says it. */
final class Timers extends AbstractExecutorService implements ScheduledExecutorService {
    private final List<FutureTask<?>> timers = new CopyOnWriteArrayList<>();

    /** Sleeps not at all, and runs attempts on the thread that calls. */
    Means asMeans() {
        return new Means(nanos -> {}, Runnable::run, this, null);
    }

    void fire() {
        timers.forEach(FutureTask::run);
    }

    /** Runs the timer that was the n-th to be made, from 0; nothing where there is none yet. */
    void fire(int number) {
        if (number < timers.size()) {
            timers.get(number).run();
        }
    }

    boolean isAnyLeft() {
        return !timers.stream().allMatch(FutureTask::isDone);
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
