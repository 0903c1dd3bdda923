package io.forbear.retry.testkit;

import io.forbear.retry.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A sleeper that moves a {@link ManualClock} instead of waiting, and remembers how long it would have slept.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class ManualSleeper implements Sleeper {

    private final ManualClock clock;
    private final List<Duration> sleeps = new ArrayList<>();
    private volatile Runnable onSleep = () -> {};

    /**
     * Makes a sleeper.
     *
     * @param clock the clock to move
     */
    public ManualSleeper(ManualClock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Moves the clock, which runs the timers that fall due, and then runs what {@link #onSleep} gave.
     *
     * @param nanos how far
     * @throws InterruptedException if the thread is interrupted by then
     */
    @Override
    public void sleep(long nanos) throws InterruptedException {
        synchronized (sleeps) {
            sleeps.add(Duration.ofNanos(nanos));
        }
        clock.advanceNanos(nanos);
        onSleep.run();
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted during a sleep of " + Duration.ofNanos(nanos));
        }
    }

    /**
     * Sets what happens during each sleep, at its end: a breaker opens, a thread is interrupted.
     *
     * @param action run on the thread that sleeps; nothing by default
     * @return this
     */
    public ManualSleeper onSleep(Runnable action) {
        onSleep = Objects.requireNonNull(action, "action");
        return this;
    }

    /**
     * Returns how long was slept.
     *
     * @return every sleep that was asked for, in order; a copy
     */
    public List<Duration> sleeps() {
        synchronized (sleeps) {
            return List.copyOf(sleeps);
        }
    }
}
