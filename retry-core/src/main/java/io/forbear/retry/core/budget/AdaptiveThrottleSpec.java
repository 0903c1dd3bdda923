package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.RandomSource;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Adaptive throttling as the services of Google do it (Site Reliability Engineering, ch. 21): a retry is refused with
 * probability {@code max(0, (requests - k * accepts) / (requests + 1))}, both counted over the window. The fewer
 * requests succeed, the fewer are retried.
 *
 * <p>Made by {@link RetryBudgets#adaptiveThrottle()}. Immutable: each method returns a new instance. The balance of
 * such a budget is the probability that a retry is granted, in thousandths.
 *
 * @since 0.1
 */
public final class AdaptiveThrottleSpec implements RetryBudget.Spec {

    /** Requests per accepted request that are let through, by default: {@value}. */
    public static final double DEFAULT_K = 2;

    /** Length of the window in seconds, by default: {@value}. */
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
                RandomSource.ofThread());
    }

    private AdaptiveThrottleSpec(double k, long windowNanos, RandomGenerator random) {
        this.k = k;
        this.windowNanos = windowNanos;
        this.random = random;
    }

    /**
     * Sets the source of random numbers; the generator of each thread by default.
     *
     * @param value a thread-safe generator
     * @return a new instance
     */
    public AdaptiveThrottleSpec random(RandomGenerator value) {
        return new AdaptiveThrottleSpec(k, windowNanos, Objects.requireNonNull(value, "random"));
    }

    double k() {
        return k;
    }

    long windowNanos() {
        return windowNanos;
    }

    RandomGenerator random() {
        return random;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        return new AdaptiveThrottleBudget(this, clock);
    }

    /** Returns every setting: two descriptions are equal if these are. */
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

    @Override
    public String toString() {
        return "adaptive throttle(k " + k + ", window " + Duration.ofNanos(windowNanos) + ")";
    }
}
