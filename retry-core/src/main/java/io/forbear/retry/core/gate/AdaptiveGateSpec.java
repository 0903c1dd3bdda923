package io.forbear.retry.core.gate;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.NanoClock;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;

/**
 * A rate limiter that learns from the server's throttling; made by {@link AttemptGates#adaptive()}. Immutable.
 *
 * @since 0.1
 */
public final class AdaptiveGateSpec implements AttemptGate.Spec {

    /** The default lower bound of the rate, in attempts per second: {@value}. */
    public static final double DEFAULT_MIN_PER_SECOND = 0.5;

    /** The default limit of the time that an attempt may wait, in seconds: {@value}. */
    public static final int DEFAULT_MAX_WAIT_SECONDS = 60;

    private static final double SLOWEST = 0.001;
    private static final double FASTEST = 1_000_000;
    private static final Duration LONGEST = Duration.ofHours(1);

    private final double minPerSecond;
    private final Duration maxWait;

    AdaptiveGateSpec(double minPerSecond, Duration maxWait) {
        this.minPerSecond = minPerSecond;
        this.maxWait = maxWait;
    }

    /**
     * Sets the lower bound of the rate, which holds however often the server throttles.
     *
     * @param value attempts per second, from 0.001 to 1,000,000
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public AdaptiveGateSpec minPerSecond(double value) {
        return new AdaptiveGateSpec(Checks.between(SLOWEST, FASTEST, value, "minPerSecond"), maxWait);
    }

    /**
     * Sets how long an attempt may wait. An attempt that would wait longer is refused at once, with {@link
     * io.forbear.retry.StopReason#RATE_LIMITED}; so the queue is never longer than the rate times this.
     *
     * @param value from zero to an hour
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public AdaptiveGateSpec maxWait(Duration value) {
        Checks.nanosBetween(Duration.ZERO, LONGEST, value, "maxWait");
        return new AdaptiveGateSpec(minPerSecond, value);
    }

    /**
     * Lets no attempt wait: one that does not pass at once is refused. The same as {@code maxWait(Duration.ZERO)}.
     *
     * @return a new instance
     */
    public AdaptiveGateSpec failFast() {
        return maxWait(Duration.ZERO);
    }

    /**
     * Returns the lower bound of the rate.
     *
     * @return attempts per second
     */
    public double minPerSecond() {
        return minPerSecond;
    }

    /**
     * Returns how long an attempt may wait.
     *
     * @return zero if no attempt waits
     */
    public Duration maxWait() {
        return maxWait;
    }

    @Override
    public AttemptGate create(NanoClock clock) {
        return new AdaptiveGate(this, Objects.requireNonNull(clock, "clock"));
    }

    @Override
    public String toString() {
        return "adaptive gate(" + minPerSecond + " a second at least, wait " + maxWait + " at most)";
    }
}
