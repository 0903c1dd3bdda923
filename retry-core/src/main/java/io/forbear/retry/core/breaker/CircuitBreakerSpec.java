package io.forbear.retry.core.breaker;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.NanoClock;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a circuit breaker, made by {@link CircuitBreakers}. Immutable: every method returns a new one.
 *
 * <p>{@link #create} checks that the settings fit together, so that they may be given in any order.
 *
 * @since 0.1
 */
public final class CircuitBreakerSpec implements CircuitBreaker.Spec {

    private static final RandomGenerator CHANCE =
            () -> ThreadLocalRandom.current().nextLong();

    private static final EnumSet<ErrorCategory> COUNTED =
            EnumSet.complementOf(EnumSet.of(ErrorCategory.CLIENT_ERROR, ErrorCategory.RATE_LIMIT));

    /** Of {@link Limits#minimumCalls()}: not given. */
    private static final int UNSET = 0;

    private static final int MINIMUM_CALLS = 20;

    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);

    private final Settings settings;

    private CircuitBreakerSpec(Settings settings) {
        this.settings = settings;
    }

    static CircuitBreakerSpec failureRate(double rate) {
        return new CircuitBreakerSpec(new Settings(
                Duration.ofSeconds(4).toNanos(),
                0,
                new Limits(UNSET, Limits.millionths(rate, "failureRate"), 0, 0),
                fixed(Duration.ofSeconds(1)),
                CHANCE,
                new Settings.Probes(1, 1, Duration.ofSeconds(30).toNanos()),
                bits(COUNTED)));
    }

    private static Backoff fixed(Duration time) {
        return Backoff.fixed(time).jitter(Jitter.none());
    }

    /**
     * Judges the calls of the last so much time; four seconds unless said otherwise. The window is kept in ten buckets, of
     * which the oldest leaves as a whole.
     *
     * @param length how far the window reaches back; at least one millisecond
     * @return a new spec
     * @throws IllegalArgumentException if the length is below one millisecond
     */
    public CircuitBreakerSpec window(Duration length) {
        return with(Checks.nanosFrom(SHORTEST_WINDOW, length, "window"), 0, settings.limits());
    }

    /**
     * Judges the last so many calls, however long ago they were.
     *
     * @param calls how far the window reaches back, from 1 to 1,000,000
     * @return a new spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public CircuitBreakerSpec window(int calls) {
        return with(0, Checks.between(1, CountWindow.LONGEST, calls, "window"), settings.limits());
    }

    /**
     * Sets how many calls must be in the window before it is judged; 20 unless said otherwise, or the length of a count
     * window that is shorter.
     *
     * @param calls at least 1
     * @return a new spec
     * @throws IllegalArgumentException if the number is below 1
     */
    public CircuitBreakerSpec minimumCalls(int calls) {
        Limits limits = settings.limits();
        Checks.between(1, Integer.MAX_VALUE, calls, "minimumCalls");
        return limits(new Limits(calls, limits.failureMillionths(), limits.slowMillionths(), limits.slowNanos()));
    }

    /**
     * Opens the breaker also when too many calls are slow, failed ones among them; and takes a slow probe for a failed one.
     *
     * <p>Durations then have to be measured, and every attempt needs a permit that is settled with its duration: a call that
     * succeeds costs two readings of the clock more.
     *
     * @param rate the rate of slow calls that opens, above 0 up to 1
     * @param threshold the duration above which a call is slow; zero or more
     * @return a new spec
     * @throws IllegalArgumentException if the rate is out of range or the threshold negative
     */
    public CircuitBreakerSpec slowCallRate(double rate, Duration threshold) {
        Limits limits = settings.limits();
        int slow = Limits.millionths(rate, "slowCallRate");
        long nanos = Checks.nanos(threshold, "threshold");
        return limits(new Limits(limits.minimumCalls(), limits.failureMillionths(), slow, nanos));
    }

    /**
     * Sets how long the breaker stays open before it lets a probe through; one second unless said otherwise.
     *
     * @param time above zero
     * @return a new spec
     * @throws IllegalArgumentException if the time is not above zero
     */
    public CircuitBreakerSpec openFor(Duration time) {
        Checks.positiveNanos(time, "openFor");
        return openFor(fixed(time), CHANCE);
    }

    /**
     * Lets the time in OPEN grow with every time in a row that the probes fail.
     *
     * <p>Full jitter may draw a time of nearly nothing; {@link Jitter#equal()} or {@link Jitter#proportional} suit better.
     *
     * @param time gives the time; its attempt 1 is the first opening after CLOSED
     * @return a new spec
     */
    public CircuitBreakerSpec openFor(Backoff time) {
        return openFor(time, CHANCE);
    }

    /**
     * Lets the time in OPEN grow with every time in a row that the probes fail, with a source of chance of the caller's.
     *
     * @param time gives the time; its attempt 1 is the first opening after CLOSED
     * @param random the source of chance; must be thread-safe
     * @return a new spec
     */
    public CircuitBreakerSpec openFor(Backoff time, RandomGenerator random) {
        Objects.requireNonNull(time, "openFor");
        Objects.requireNonNull(random, "random");
        return new CircuitBreakerSpec(new Settings(
                settings.windowNanos(),
                settings.windowCalls(),
                settings.limits(),
                time,
                random,
                settings.probes(),
                settings.counted()));
    }

    /**
     * Sets how many probes there are in HALF_OPEN, all of which must succeed; one unless said otherwise.
     *
     * @param count from 1 to 1,000,000
     * @return a new spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public CircuitBreakerSpec probes(int count) {
        return probes(count, count);
    }

    /**
     * Sets how many probes there are in HALF_OPEN and how many of them must succeed. The breaker closes with the last
     * success that is required, and opens with the failure after which that cannot be reached any more.
     *
     * @param count from 1 to 1,000,000
     * @param required from 1 to the count
     * @return a new spec
     * @throws IllegalArgumentException if a number is out of range
     */
    public CircuitBreakerSpec probes(int count, int required) {
        Checks.between(1, HalfOpenState.MOST, count, "probes");
        Checks.between(1, count, required, "required");
        return probes(new Settings.Probes(count, required, settings.probes().timeoutNanos()));
    }

    /**
     * Sets how long HALF_OPEN waits for probes that were let through, when all were, before it takes them for lost and opens
     * again; 30 seconds unless said otherwise, and no longer than the {@linkplain #slowCallRate threshold} of a slow call. A probe that
     * ends later changes nothing: make it longer than any attempt.
     *
     * @param time above zero
     * @return a new spec
     * @throws IllegalArgumentException if the time is not above zero
     */
    public CircuitBreakerSpec probeTimeout(Duration time) {
        Settings.Probes probes = settings.probes();
        return probes(
                new Settings.Probes(probes.count(), probes.required(), Checks.positiveNanos(time, "probeTimeout")));
    }

    /**
     * Sets which failures count; all but {@link ErrorCategory#CLIENT_ERROR} and {@link ErrorCategory#RATE_LIMIT} unless said
     * otherwise. A failure that does not count is neither a failure nor a success, and a probe that ends so gives its place
     * back.
     *
     * @param categories at least one
     * @return a new spec
     * @throws IllegalArgumentException if none is given
     */
    public CircuitBreakerSpec counts(ErrorCategory... categories) {
        Checks.check(categories.length > 0, "counts", "none", "at least one category");
        EnumSet<ErrorCategory> counted = EnumSet.noneOf(ErrorCategory.class);
        for (ErrorCategory category : categories) {
            counted.add(category);
        }
        return new CircuitBreakerSpec(new Settings(
                settings.windowNanos(),
                settings.windowCalls(),
                settings.limits(),
                settings.openTime(),
                settings.random(),
                settings.probes(),
                bits(counted)));
    }

    private static int bits(EnumSet<ErrorCategory> categories) {
        int bits = 0;
        for (ErrorCategory category : categories) {
            bits |= 1 << category.ordinal();
        }
        return bits;
    }

    private CircuitBreakerSpec limits(Limits limits) {
        return with(settings.windowNanos(), settings.windowCalls(), limits);
    }

    private CircuitBreakerSpec with(long windowNanos, int windowCalls, Limits limits) {
        return new CircuitBreakerSpec(new Settings(
                windowNanos,
                windowCalls,
                limits,
                settings.openTime(),
                settings.random(),
                settings.probes(),
                settings.counted()));
    }

    private CircuitBreakerSpec probes(Settings.Probes probes) {
        return new CircuitBreakerSpec(new Settings(
                settings.windowNanos(),
                settings.windowCalls(),
                settings.limits(),
                settings.openTime(),
                settings.random(),
                probes,
                settings.counted()));
    }

    @Override
    public CircuitBreaker create(String name, NanoClock clock) {
        return create(name, clock, CircuitBreaker.State.CLOSED);
    }

    Breaker create(String name, NanoClock clock, CircuitBreaker.State first) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(clock, "clock");
        return new Breaker(name, clock, whole(), first);
    }

    /** The settings with what was not given, checked as a whole. */
    private Settings whole() {
        Settings filled = filled();
        int most = mostCalls();
        int minimum = filled.limits().minimumCalls();
        Checks.check(minimum <= most, "minimumCalls", minimum, "<= window " + most);
        return filled;
    }

    private Settings filled() {
        Limits limits = settings.limits();
        int minimum = limits.minimumCalls() == UNSET ? Math.min(MINIMUM_CALLS, mostCalls()) : limits.minimumCalls();
        Settings.Probes probes = settings.probes();
        return limits(new Limits(minimum, limits.failureMillionths(), limits.slowMillionths(), limits.slowNanos()))
                .probes(new Settings.Probes(probes.count(), probes.required(), probeNanos(limits, probes)))
                .settings;
    }

    /** A probe that is under way for longer than a slow call is a slow probe, which counts as failed: it need not be waited for. */
    private static long probeNanos(Limits limits, Settings.Probes probes) {
        boolean slowCounts = limits.durationsCount() && limits.slowNanos() < Long.MAX_VALUE;
        return slowCounts ? Math.min(probes.timeoutNanos(), limits.slowNanos() + 1) : probes.timeoutNanos();
    }

    /** The most calls that the window can hold. */
    private int mostCalls() {
        int calls = settings.windowCalls();
        return calls > 0 ? calls : Integer.MAX_VALUE;
    }

    /** Compares what the breakers would do: a default is equal to the same setting that was given. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CircuitBreakerSpec that && filled().equals(that.filled());
    }

    @Override
    public int hashCode() {
        return filled().hashCode();
    }

    @Override
    public String toString() {
        Object window = settings.windowCalls() > 0
                ? settings.windowCalls() + " calls"
                : Duration.ofNanos(settings.windowNanos());
        return "CircuitBreakerSpec[window=" + window + ", " + settings.limits() + ", openFor=" + settings.openTime()
                + ", " + settings.probes() + "]";
    }
}
