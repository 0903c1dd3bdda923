package io.forbear.retry.testkit;

import io.forbear.retry.RetryRuntime;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * A runtime in the hands of a test: one clock that stands still, and a sleeper and a scheduler that live by it. No test
 * waits, and each one does the same every time.
 *
 * <pre>{@code
 * ManualRuntime manual = new ManualRuntime();
 * Retry users = Retries.named("users").runtime(manual.runtime()).build();
 * }</pre>
 *
 * <p>Blocking calls move the clock. Asynchronous calls wait until the test moves it, by {@link #advance} or by {@link
 * ManualScheduler#runAll}; their attempts run on the thread that moves it. Full jitter draws one half, unless the test
 * gives other chance.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class ManualRuntime {

    private final ManualClock clock;
    private final ManualSleeper sleeper;
    private final ManualScheduler scheduler;
    private final RetryRuntime runtime;

    /** Makes a runtime whose clock reads zero and whose every draw is one half. */
    public ManualRuntime() {
        this(ScriptedRandom.always(0.5));
    }

    /**
     * Makes a runtime whose clock reads zero.
     *
     * @param random the chance, such as {@link ScriptedRandom#of} or a {@code java.util.Random} with a seed
     */
    public ManualRuntime(RandomGenerator random) {
        this(new ManualClock(), random);
    }

    /**
     * Makes a runtime on a clock.
     *
     * @param clock the clock, which other parts of the test may share
     * @param random the chance
     */
    public ManualRuntime(ManualClock clock, RandomGenerator random) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.sleeper = new ManualSleeper(clock);
        this.scheduler = new ManualScheduler(clock);
        this.runtime = RetryRuntime.builder()
                .clock(clock)
                .random(Objects.requireNonNull(random, "random"))
                .sleeper(sleeper)
                .scheduler(scheduler)
                .executor(Runnable::run)
                .build();
    }

    /**
     * Returns the runtime that services are given. A test that replaces one part writes {@code
     * runtime().toBuilder().executor(pool).build()}.
     *
     * @return the same object each time
     */
    public RetryRuntime runtime() {
        return runtime;
    }

    /**
     * Returns the clock.
     *
     * @return the only time there is
     */
    public ManualClock clock() {
        return clock;
    }

    /**
     * Returns the sleeper, which knows how long blocking calls slept.
     *
     * @return the sleeper that moves the clock
     */
    public ManualSleeper sleeper() {
        return sleeper;
    }

    /**
     * Returns the scheduler, which knows the timers of asynchronous calls.
     *
     * @return the scheduler that the clock runs
     */
    public ManualScheduler scheduler() {
        return scheduler;
    }

    /**
     * Lets time pass, running the timers that fall due.
     *
     * @param time how much; zero runs what is due already
     * @throws IllegalArgumentException if it is negative
     */
    public void advance(Duration time) {
        clock.advance(time);
    }
}
