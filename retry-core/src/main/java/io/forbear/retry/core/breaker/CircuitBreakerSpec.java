package io.forbear.retry.core.breaker;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.internal.RandomSource;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a circuit breaker, made by {@link CircuitBreakers}. Immutable: every method returns a new instance.
 *
 * <p>Settings may be given in any order: {@link #create} checks that they fit together.
 *
 * @since 0.1
 */
public final class CircuitBreakerSpec implements CircuitBreaker.Spec {

    private static final EnumSet<ErrorCategory> COUNTED =
            EnumSet.complementOf(EnumSet.of(ErrorCategory.CLIENT_ERROR, ErrorCategory.RATE_LIMIT));

    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(1);

    private final BreakerSettings settings;

    private CircuitBreakerSpec(BreakerSettings settings) {
        this.settings = settings;
    }

    static CircuitBreakerSpec failureRate(double rate) {
        return new CircuitBreakerSpec(new BreakerSettings(
                Duration.ofSeconds(2).toNanos(),
                0,
                OpeningLimits.ofFailureRate(rate),
                new BreakerSettings.OpenTime(fixed(Duration.ofSeconds(1)), RandomSource.ofThread(), 0),
                new BreakerSettings.Probes(1, 1, Duration.ofSeconds(30).toNanos()),
                0,
                bits(COUNTED)));
    }

    private static Backoff fixed(Duration time) {
        return Backoff.fixed(time).jitter(Jitter.none());
    }

    /**
     * Uses a window of time; by default two seconds. The window has ten buckets. The oldest one leaves as a whole, so
     * that the window spans from nine tenths of the length to all of it.
     *
     * @param length how far the window reaches back; at least one millisecond
     * @return a new spec
     * @throws IllegalArgumentException if the length is below one millisecond
     */
    public CircuitBreakerSpec window(Duration length) {
        return new CircuitBreakerSpec(settings.withWindow(Checks.nanosFrom(SHORTEST_WINDOW, length, "window"), 0));
    }

    /**
     * Uses a window of the most recent calls, however long ago they were made.
     *
     * @param calls how many calls the window spans, from 1 to 1,000,000
     * @return a new spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public CircuitBreakerSpec window(int calls) {
        return new CircuitBreakerSpec(settings.withWindow(0, Checks.between(1, CountWindow.LONGEST, calls, "window")));
    }

    /**
     * Sets how many calls must be in the window before the breaker may open; by default 20, or the length of a count
     * window that is shorter.
     *
     * @param calls at least 1
     * @return a new spec
     * @throws IllegalArgumentException if the number is below 1
     */
    public CircuitBreakerSpec minimumCalls(int calls) {
        Checks.between(1, Integer.MAX_VALUE, calls, "minimumCalls");
        return with(settings.limits().withMinimumCalls(calls));
    }

    /**
     * Sets the failure rate that opens where most failures are errors: fewer than three in ten are time-outs. A service
     * that answers errors at once is not harmed by calls, while one that does not answer in time is overloaded: so this
     * rate may be higher, and a dead operation among healthy ones does not take them along. In a window of calls, all
     * failures are compared with the one failure rate.
     *
     * @param rate the share of the recent calls that must have failed, above 0 up to 1; by default the failure rate
     * @return a new spec
     * @throws IllegalArgumentException if the rate is out of range
     */
    public CircuitBreakerSpec errorRate(double rate) {
        return with(settings.limits().withErrorRate(rate));
    }

    /**
     * Opens the breaker also after so many failures in a row, if no call has succeeded for the length of the window:
     * for processes that call seldom, whose window never holds the minimum of calls. Ignored in a window of calls.
     *
     * @param failures from 1 to 1,000,000; 0 for no such rule, which is the default
     * @return a new spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public CircuitBreakerSpec failuresInARow(int failures) {
        return with(
                settings.limits().withInARow(Checks.between(0, TimeWindow.LONGEST_ROW, failures, "failuresInARow")));
    }

    /**
     * Opens the breaker also if too many calls are slow; a failed call may be slow, too. A slow probe counts as failed.
     *
     * <p>Durations must then be measured, and every attempt needs a permit that is settled with its duration. So a call
     * that succeeds costs two more readings of the clock.
     *
     * @param rate the rate of slow calls that opens, above 0 up to 1
     * @param threshold the duration above which a call is slow; zero or more
     * @return a new spec
     * @throws IllegalArgumentException if the rate is out of range or the threshold negative
     */
    public CircuitBreakerSpec slowCallRate(double rate, Duration threshold) {
        return with(settings.limits().withSlowCalls(rate, Checks.nanos(threshold, "threshold")));
    }

    /**
     * Sets how long the breaker stays open before it lets a probe pass; by default one second. Where {@link
     * #openForErrors} sets another time after errors, that one stays.
     *
     * @param time above zero
     * @return a new spec
     * @throws IllegalArgumentException if the time is not above zero
     */
    public CircuitBreakerSpec openFor(Duration time) {
        Checks.positiveNanos(time, "openFor");
        return openFor(fixed(time), RandomSource.ofThread());
    }

    /**
     * Lets the time in OPEN grow each time that the probes fail again.
     *
     * <p>Full jitter may draw a time close to zero; {@link Jitter#equal()} or {@link Jitter#proportional} suit better.
     *
     * @param time gives the time; its attempt 1 is the first opening after CLOSED
     * @return a new spec
     */
    public CircuitBreakerSpec openFor(Backoff time) {
        return openFor(time, RandomSource.ofThread());
    }

    /**
     * Lets the time in OPEN grow each time that the probes fail again, with a random source of the caller's.
     *
     * @param time gives the time; its attempt 1 is the first opening after CLOSED
     * @param random the random source; must be thread-safe
     * @return a new spec
     */
    public CircuitBreakerSpec openFor(Backoff time, RandomGenerator random) {
        Objects.requireNonNull(time, "openFor");
        Objects.requireNonNull(random, "random");
        return new CircuitBreakerSpec(settings.withOpenTime(
                new BreakerSettings.OpenTime(time, random, settings.openTime().errorNanos())));
    }

    /**
     * Sets how long the breaker stays open where attempts failed by errors that came at once: of the failures in its
     * window fewer than three in ten were time-outs, of a row none was, or its probe failed and did not time out. To
     * ask such a service again soon costs it nothing, and finds out early that it is well. In a window of calls only a
     * probe tells errors from time-outs. The time does not grow, whatever {@link #openFor(Backoff)} says.
     *
     * @param time above zero; by default the same as after time-outs
     * @return a new spec
     * @throws IllegalArgumentException if the time is not above zero
     */
    public CircuitBreakerSpec openForErrors(Duration time) {
        long nanos = Checks.positiveNanos(time, "openForErrors");
        return new CircuitBreakerSpec(settings.withOpenTime(settings.openTime().withErrors(nanos)));
    }

    /**
     * Lets the load come back by and by when the breaker closes: so many attempts may be under way at a time. Each
     * success allows one more, and each time-out halves the number; others are refused, as while the breaker is open.
     * The slow start is over when 16 may be under way, after ten seconds at the latest. The breaker is CLOSED
     * meanwhile, and retries are made as usual.
     *
     * @param attempts from 1 to 15; 0 for no slow start, which is the default
     * @return a new spec
     * @throws IllegalArgumentException if the number is out of range
     */
    public CircuitBreakerSpec slowStart(int attempts) {
        return new CircuitBreakerSpec(
                settings.withSlowStart(Checks.between(0, SlowStartState.WIDE - 1, attempts, "slowStart")));
    }

    /**
     * Sets how many probes there are in HALF_OPEN, all of which must succeed; by default one.
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
     * success that is required. It opens with the failure after which the required number cannot be reached any more.
     *
     * @param count from 1 to 1,000,000
     * @param required from 1 to the count
     * @return a new spec
     * @throws IllegalArgumentException if a number is out of range
     */
    public CircuitBreakerSpec probes(int count, int required) {
        Checks.between(1, HalfOpenState.MOST, count, "probes");
        Checks.between(1, count, required, "required");
        return with(
                new BreakerSettings.Probes(count, required, settings.probes().timeoutNanos()));
    }

    /**
     * Sets how long HALF_OPEN waits for its probes; by default 30 seconds. If all places are taken and this time has
     * passed since the last probe began, the breaker takes the probes for lost and opens again. It never waits longer
     * than the {@linkplain #slowCallRate threshold} of a slow call.
     *
     * <p>A probe that ends later changes nothing, so choose a time that is longer than any attempt.
     *
     * @param time above zero
     * @return a new spec
     * @throws IllegalArgumentException if the time is not above zero
     */
    public CircuitBreakerSpec probeTimeout(Duration time) {
        return with(settings.probes().withTimeout(Checks.positiveNanos(time, "probeTimeout")));
    }

    /**
     * Sets which failures count; by default all but {@link ErrorCategory#CLIENT_ERROR} and {@link
     * ErrorCategory#RATE_LIMIT}. A failure that does not count is neither a failure nor a success, and a probe that
     * ends with one frees its place.
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
        return new CircuitBreakerSpec(settings.withCounted(bits(counted)));
    }

    private static int bits(EnumSet<ErrorCategory> categories) {
        int bits = 0;
        for (ErrorCategory category : categories) {
            bits |= 1 << category.ordinal();
        }
        return bits;
    }

    private CircuitBreakerSpec with(OpeningLimits limits) {
        return new CircuitBreakerSpec(settings.withLimits(limits));
    }

    private CircuitBreakerSpec with(BreakerSettings.Probes probes) {
        return new CircuitBreakerSpec(settings.withProbes(probes));
    }

    @Override
    public CircuitBreaker create(String name, NanoClock clock) {
        return create(name, clock, CircuitBreaker.State.CLOSED);
    }

    Breaker create(String name, NanoClock clock, CircuitBreaker.State first) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(clock, "clock");
        return new Breaker(name, clock, checked(), first);
    }

    /** Returns the settings with the defaults of all that was not given, checked as a whole. */
    BreakerSettings checked() {
        BreakerSettings filled = filled();
        int minimum = filled.limits().minimumCalls();
        Checks.check(minimum <= filled.mostCalls(), "minimumCalls", minimum, "<= window " + filled.mostCalls());
        return filled;
    }

    private BreakerSettings filled() {
        OpeningLimits limits = settings.windowCalls() > 0 ? settings.limits().ofCalls() : settings.limits();
        BreakerSettings.Probes probes = settings.probes();
        return settings.withLimits(limits.filled(settings.mostCalls()))
                .withProbes(probes.withTimeout(probeNanos(limits, probes)));
    }

    /**
     * A probe under way for longer than a slow call is a slow probe, which counts as failed: HALF_OPEN need not wait.
     */
    private static long probeNanos(OpeningLimits limits, BreakerSettings.Probes probes) {
        boolean slowCounts = limits.durationsCount() && limits.slowNanos() < Long.MAX_VALUE;
        return slowCounts ? Math.min(probes.timeoutNanos(), limits.slowNanos() + 1) : probes.timeoutNanos();
    }

    /** Compares what the breakers would do: a default equals the same value given by hand. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CircuitBreakerSpec that && filled().equals(that.filled());
    }

    @Override
    public int hashCode() {
        return filled().hashCode();
    }

    /** As a reader wants it: what opens the breaker, how long it stays open, and how it closes. */
    @Override
    public String toString() {
        BreakerSettings filled = filled();
        String window = filled.windowCalls() > 0
                ? "the last " + filled.windowCalls()
                : Duration.ofNanos(filled.windowNanos()).toString();
        return "CircuitBreakerSpec(" + filled.limits() + " in " + window + "; " + filled.openTime() + "; "
                + filled.probes() + "; slow start "
                + (filled.slowStart() == 0 ? "none" : String.valueOf(filled.slowStart())) + ")";
    }
}
