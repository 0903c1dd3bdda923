package io.forbear.retry.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler without threads, whose timers run when its {@link ManualClock} is moved, on the thread that moves it.
 *
 * <p>Nothing runs inside {@code schedule} or {@code execute}, not even what is due at once: {@code
 * clock.advance(Duration.ZERO)} runs that. A timer that is cancelled is removed at once. As with the schedulers of the
 * JDK, what a task throws ends in its future, a periodic task that throws is not run again, and {@link #shutdown()}
 * refuses what is new, stops what is periodic and leaves the rest to run.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class ManualScheduler extends AbstractExecutorService implements ScheduledExecutorService {

    private final ManualClock clock;
    private final Set<ManualTimer<?>> pending = new LinkedHashSet<>();
    private final List<Duration> delays = new ArrayList<>();
    private long timers;
    private boolean shutdown;

    /**
     * Makes a scheduler.
     *
     * @param clock what its timers wait on
     */
    public ManualScheduler(ManualClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Returns the number of timers that wait.
     *
     * @return how many tasks have neither run nor been cancelled
     */
    public synchronized int pending() {
        return pending.size();
    }

    /**
     * Returns every delay that was asked for, also of timers that were cancelled.
     *
     * @return the delays in the order in which they were asked for; a copy
     */
    public synchronized List<Duration> delays() {
        return List.copyOf(delays);
    }

    /**
     * Moves the clock to the timer that is due next, and runs what is due then.
     *
     * @return {@code false} if no timer waited
     */
    public boolean runNext() {
        long nanos;
        synchronized (this) {
            if (pending.isEmpty()) {
                return false;
            }
            nanos = pending.stream()
                    .mapToLong(timer -> timer.getDelay(TimeUnit.NANOSECONDS))
                    .min()
                    .orElseThrow();
        }
        clock.advanceNanos(Math.max(0, nanos));
        return true;
    }

    /** Moves the clock from timer to timer until none waits; without end where a periodic one does. */
    public void runAll() {
        while (runNext()) {}
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return add(Executors.callable(task), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        return add(Objects.requireNonNull(task, "task"), unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return add(Executors.callable(task), unit.toNanos(initialDelay), positive(unit.toNanos(period)));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return add(Executors.callable(task), unit.toNanos(initialDelay), -positive(unit.toNanos(delay)));
    }

    @Override
    public void execute(Runnable task) {
        add(Executors.callable(task), 0, 0);
    }

    private static long positive(long periodNanos) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("period: " + periodNanos + " ns (expected: > 0)");
        }
        return periodNanos;
    }

    private synchronized <V> ManualTimer<V> add(Callable<V> task, long delayNanos, long periodNanos) {
        if (shutdown) {
            throw new RejectedExecutionException("the scheduler was shut down");
        }
        // half of the range, so that any two timers can be compared by their difference
        long nanos = Math.min(Math.max(0, delayNanos), Long.MAX_VALUE >> 1);
        delays.add(Duration.ofNanos(nanos));
        ManualTimer<V> timer = new ManualTimer<>(this, task, timers++, clock.nanoTime() + nanos, periodNanos);
        pending.add(timer);
        clock.add(timer);
        return timer;
    }

    ManualClock clock() {
        return clock;
    }

    /** A timer runs for the last time, or was cancelled. */
    synchronized void left(ManualTimer<?> timer) {
        pending.remove(timer);
        clock.remove(timer);
    }

    /** A periodic timer has run and waits again, unless it was cancelled or stopped meanwhile. */
    synchronized void again(ManualTimer<?> timer) {
        if (pending.contains(timer)) {
            clock.add(timer);
        }
    }

    @Override
    public void shutdown() {
        for (ManualTimer<?> timer : stop()) {
            if (timer.isPeriodic()) {
                timer.cancel(false);
            }
        }
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<ManualTimer<?>> waiting = stop();
        waiting.forEach(this::left);
        return List.copyOf(waiting);
    }

    private synchronized List<ManualTimer<?>> stop() {
        shutdown = true;
        return List.copyOf(pending);
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && pending.isEmpty();
    }

    /**
     * Tells whether the scheduler {@linkplain #isTerminated() has ended}, without waiting: time stands.
     *
     * @param timeout ignored
     * @param unit ignored
     * @return {@code true} if it was shut down and no timer waits
     */
    @Override
    public boolean awaitTermination(long timeout, @Nullable TimeUnit unit) {
        return isTerminated();
    }
}
