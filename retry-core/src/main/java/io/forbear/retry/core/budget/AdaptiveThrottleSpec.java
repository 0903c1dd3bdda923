package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.ThreadRandom;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Adaptive throttling as Google's sites do it: a retry is refused with probability {@code max(0, (requests - k * accepts) /
 * (requests + 1))}, both counted over the window. The fewer requests get through, the fewer are retried.
 *
 * <p>Made by {@link RetryBudgets#adaptiveThrottle()}. Immutable. The balance of its budgets is the probability that a retry is
 * granted, in thousandths.
 *
 * @since 0.1
 */
public final class AdaptiveThrottleSpec implements RetryBudget.Spec {

    /** Requests per accept that are let through, where nothing is said: {@value}. */
    public static final double DEFAULT_K = 2;

    /** Seconds of history, where nothing is said: {@value}. */
    public static final int DEFAULT_WINDOW_SECONDS = 120;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private final double k;
    private final long windowNanos;
    private final RandomGenerator random;

    AdaptiveThrottleSpec(double k, Duration window) {
        this(
                Checks.between(1, 1000, k, "k"),
                Checks.nanosBetween(SHORTEST, LONGEST, window, "window"),
                ThreadRandom.INSTANCE);
    }

    private AdaptiveThrottleSpec(double k, long windowNanos, RandomGenerator random) {
        this.k = k;
        this.windowNanos = windowNanos;
        this.random = random;
    }

    /**
     * Sets where chance comes from; each thread's own generator by default.
     *
     * @param value a thread-safe generator
     * @return a new instance
     */
    public AdaptiveThrottleSpec random(RandomGenerator value) {
        return new AdaptiveThrottleSpec(k, windowNanos, Objects.requireNonNull(value, "random"));
    }

    /**
     * Returns how many requests per accept are let through.
     *
     * @return at least 1
     */
    public double k() {
        return k;
    }

    /**
     * Returns the length of the history.
     *
     * @return nanoseconds
     */
    public long windowNanos() {
        return windowNanos;
    }

    RandomGenerator random() {
        return random;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        return new AdaptiveThrottleBudget(this, clock);
    }

    /** Every setting: what makes two descriptions equal. */
    private List<Object> settings() {
        return List.of(k, windowNanos, random);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AdaptiveThrottleSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }
}
