package io.forbear.retry.core.signal;

import io.forbear.retry.NanoClock;
import io.forbear.retry.internal.Checks;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * A signal that turns on when a level is measured above one bound, and off when it is measured below another.
 *
 * <p>Thread-safe. The first thread that asks after the interval is over measures, on that thread. A thread that asks
 * meanwhile gets the previous answer without waiting.
 *
 * @since 0.1
 */
public final class LevelSignal implements BooleanSupplier {
    /*
     * State      one reference to an immutable sample: when the next measurement is due, and whether the signal is
     *            engaged.
     * Invariant  one measurement for each time that becomes due; a measurement that ends after a later one began is
     *            dropped.
     * Writers    a thread that finds a sample overdue replaces it by a sample of its own by CAS. The winner measures;
     *            then it replaces its own sample, and no other, by CAS. A loser of either CAS writes nothing.
     * Ordering   volatile (default): the sample is immutable and publishes nothing else.
     * Progress   wait-free, apart from the measurement. A thread that stops while it measures delays the answer by one
     *            interval: then another thread measures.
     * Stress     SignalStress.TwoAskers; LevelSignalTest for a measurement that is overtaken
     */

    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofDays(1);
    private static final VarHandle SAMPLE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "sample", VarHandle.class, LevelSignal.class, Sample.class);

    private record Sample(long dueNanos, boolean engaged) {}

    private final DoubleSupplier level;
    private final double above;
    private final double below;
    private final Duration interval;
    private final NanoClock clock;
    private volatile Sample sample;

    LevelSignal(DoubleSupplier level, double above, double below) {
        this(level, above, below, DEFAULT_INTERVAL, NanoClock.system());
    }

    private LevelSignal(DoubleSupplier level, double above, double below, Duration interval, NanoClock clock) {
        Checks.check(Double.isFinite(above), "above", above, "finite");
        Checks.check(Double.isFinite(below) && below <= above, "below", below, "finite and at most " + above);
        this.level = level;
        this.above = above;
        this.below = below;
        this.interval = interval;
        this.clock = clock;
        this.sample = new Sample(clock.nanoTime(), false);
    }

    /**
     * Sets the shortest time between two measurements; by default one second.
     *
     * @param value above zero, at most a day
     * @return a new signal, not engaged
     * @throws IllegalArgumentException if the time is out of range
     */
    public LevelSignal every(Duration value) {
        Objects.requireNonNull(value, "interval");
        Checks.check(
                !value.isZero() && !value.isNegative() && value.compareTo(LONGEST_INTERVAL) <= 0,
                "interval",
                value,
                "> PT0S and at most " + LONGEST_INTERVAL);
        return new LevelSignal(level, above, below, value, clock);
    }

    /**
     * Sets the clock that measures the interval; by default {@link NanoClock#system()}.
     *
     * @param value the clock
     * @return a new signal, not engaged
     */
    public LevelSignal clock(NanoClock value) {
        return new LevelSignal(level, above, below, interval, Objects.requireNonNull(value, "clock"));
    }

    /**
     * Returns whether retries should stop for now. Measures the level if the interval is over.
     *
     * @return whether the level was last found above the upper bound, and not below the lower one since
     */
    @Override
    public boolean getAsBoolean() {
        Sample seen = sample;
        long now = clock.nanoTime();
        if (now - seen.dueNanos < 0) {
            return seen.engaged;
        }
        Sample own = new Sample(now + interval.toNanos(), seen.engaged);
        if (!SAMPLE.compareAndSet(this, seen, own)) {
            return seen.engaged;
        }
        measure(own);
        return sample.engaged;
    }

    /** If the measurement throws, the level is not known. */
    private void measure(Sample own) {
        double measured = Double.NaN;
        try {
            measured = level.getAsDouble();
        } finally {
            SAMPLE.compareAndSet(this, own, new Sample(own.dueNanos, judge(measured, own.engaged)));
        }
    }

    /** A level that is not known is NaN, and every comparison with it is false. */
    private boolean judge(double measured, boolean engaged) {
        return engaged ? measured >= below : measured > above;
    }

    @Override
    public String toString() {
        return "LevelSignal(above " + above + ", below " + below + ", every " + interval + ")";
    }
}
