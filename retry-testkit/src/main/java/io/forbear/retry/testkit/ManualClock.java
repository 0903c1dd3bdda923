package io.forbear.retry.testkit;

import io.forbear.retry.NanoClock;
import java.time.Duration;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until a test moves it.
 *
 * <p>Moving it runs the timers of its {@link ManualScheduler}s that fall due on the way, on the thread that moves, in
 * the order in which they fall due, each at exactly its time. A timer may itself move the clock.
 *
 * <p>Thread-safe. Threads that move the clock take turns, and every move counts in full; reading never waits.
 *
 * @since 0.1
 */
public final class ManualClock implements NanoClock {

    private final ReentrantLock moving = new ReentrantLock();
    private final PriorityQueue<ManualTimer<?>> timers = new PriorityQueue<>();
    private final Queue<Runnable> hooks = new ConcurrentLinkedQueue<>();
    private volatile long now;

    /** Makes a clock that reads zero. */
    public ManualClock() {
        this(0);
    }

    /**
     * Makes a clock.
     *
     * @param startNanos its first reading; any value, as for {@link System#nanoTime()}, such as one shortly before
     *     {@code Long.MAX_VALUE} for a test of what overflows
     */
    public ManualClock(long startNanos) {
        this.now = startNanos;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    /**
     * Lets time pass, running what falls due.
     *
     * @param time how much; zero runs what is due already
     * @throws IllegalArgumentException if it is negative
     */
    public void advance(Duration time) {
        advanceNanos(Objects.requireNonNull(time, "time").toNanos());
    }

    /**
     * Lets milliseconds pass, running what falls due.
     *
     * @param millis how many; zero runs what is due already
     * @throws IllegalArgumentException if it is negative
     */
    public void advanceMillis(long millis) {
        advance(Duration.ofMillis(millis));
    }

    /**
     * Lets nanoseconds pass, running what falls due.
     *
     * @param nanos how many; zero runs what is due already
     * @throws IllegalArgumentException if it is negative
     */
    public void advanceNanos(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("time: " + Duration.ofNanos(nanos) + " (expected: >= PT0S)");
        }
        moving.lock();
        try {
            long target = now + nanos;
            for (ManualTimer<?> due = pollDue(target); due != null; due = pollDue(target)) {
                moveTo(due.dueNanos());
                due.run();
            }
            moveTo(target);
        } finally {
            moving.unlock();
        }
    }

    /** Moves to a time unless a timer has moved beyond it. */
    private void moveTo(long nanos) {
        if (nanos - now > 0) {
            for (Runnable hook = hooks.poll(); hook != null; hook = hooks.poll()) {
                hook.run();
            }
            now = nanos;
        }
    }

    @Override
    public boolean beforeMoving(Runnable hook) {
        hooks.add(Objects.requireNonNull(hook, "hook"));
        return true;
    }

    private @Nullable ManualTimer<?> pollDue(long target) {
        synchronized (timers) {
            ManualTimer<?> first = timers.peek();
            return first != null && first.dueNanos() - target <= 0 ? timers.poll() : null;
        }
    }

    void add(ManualTimer<?> timer) {
        synchronized (timers) {
            timers.add(timer);
        }
    }

    void remove(ManualTimer<?> timer) {
        synchronized (timers) {
            timers.remove(timer);
        }
    }
}
