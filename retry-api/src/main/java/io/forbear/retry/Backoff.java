package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rule that says how long to wait after a failed attempt.
 *
 * <p>A backoff gives a <em>ceiling</em> for every attempt, capped at {@link #max()}; its {@link Jitter} draws the delay
 * from the ceiling. For every attempt from 1 to {@link Integer#MAX_VALUE}: {@code 0 <= delay <= max}, ceilings never
 * fall, and the time to compute one does not grow. Immutable and thread-safe; full jitter unless {@link #jitter} says
 * otherwise.
 *
 * <p>Formulas, with {@code n} the number of attempts that have failed, from 1:
 *
 * <ul>
 *   <li>fixed: {@code delay}
 *   <li>linear: {@code min(base × n, max)}
 *   <li>exponential: {@code min(base × multiplier^(n-1), max)}, multiplier 2
 *   <li>adaptive: the exponential one × 0.5 where more than 0.8 of the client's last operations succeeded, × 1 above
 *       0.5, × 2 below; never above {@code max}
 * </ul>
 *
 * @since 0.1
 */
public final class Backoff {
    /*
     * Size       over 400 lines, of which most document one form each; the forms share the fields and the table.
     */

    private static final Backoff NONE = new Backoff(Kind.FIXED, 0, 0, 1, Jitter.none(), new long[] {0}, null);

    /** Ceilings that are looked up; a backoff that grows more slowly computes the rest. */
    private static final int TABLE = 128;

    /** Up to here a double holds every whole number. */
    private static final double EXACT = 1L << 53;

    /** How ceilings grow. */
    public enum Kind {
        /** One ceiling for all attempts. */
        FIXED,
        /** By the base each time. */
        LINEAR,
        /** By a multiplier each time. */
        EXPONENTIAL,
        /** As exponential, and by the success rate of the client. */
        ADAPTIVE,
        /** As a function of the caller says. */
        CUSTOM
    }

    private final Kind kind;
    private final long baseNanos;
    private final long maxNanos;
    private final double multiplier;
    private final Jitter jitter;
    private final long[] ceilings;
    private final @Nullable IntFunction<Duration> custom;

    private Backoff(
            Kind kind,
            long baseNanos,
            long maxNanos,
            double multiplier,
            Jitter jitter,
            long[] ceilings,
            @Nullable IntFunction<Duration> custom) {
        this.kind = kind;
        this.baseNanos = baseNanos;
        this.maxNanos = maxNanos;
        this.multiplier = multiplier;
        this.jitter = jitter;
        this.ceilings = ceilings;
        this.custom = custom;
    }

    /**
     * Returns the backoff that does not wait.
     *
     * @return a delay of zero after every attempt
     */
    public static Backoff none() {
        return NONE;
    }

    /**
     * Returns a backoff with one ceiling for all attempts.
     *
     * <p>The ceiling is the cap too, so that jitter can only shorten the delay. For {@code delay ± factor} take {@code
     * exponential(delay, max).multiplier(1).jitter(Jitter.proportional(factor))} with a maximum that leaves room.
     *
     * @param delay the ceiling; zero or more
     * @return a fixed backoff with full jitter
     * @throws IllegalArgumentException if the delay is negative
     */
    public static Backoff fixed(Duration delay) {
        long nanos = Checks.nanos(delay, "delay");
        return create(Kind.FIXED, nanos, nanos, 1, Jitter.full(), null);
    }

    /**
     * Returns a backoff whose ceiling grows by the base with every attempt.
     *
     * @param base the first ceiling and the step; zero or more
     * @param max the cap; at least the base
     * @return a linear backoff with full jitter
     * @throws IllegalArgumentException if a duration is negative, or the cap below the base
     */
    public static Backoff linear(Duration base, Duration max) {
        return create(Kind.LINEAR, base, max, null);
    }

    /**
     * Returns a backoff whose ceiling doubles with every attempt.
     *
     * @param base the first ceiling; zero or more
     * @param max the cap; at least the base
     * @return an exponential backoff with full jitter
     * @throws IllegalArgumentException if a duration is negative, or the cap below the base
     */
    public static Backoff exponential(Duration base, Duration max) {
        return create(Kind.EXPONENTIAL, base, max, null);
    }

    /**
     * Returns an exponential backoff that follows the recent success rate of the client.
     *
     * @param base the first ceiling at a success rate above 0.5 and up to 0.8; zero or more
     * @param max the cap; at least the base
     * @return an adaptive backoff with full jitter
     * @throws IllegalArgumentException if a duration is negative, or the cap below the base
     */
    public static Backoff adaptive(Duration base, Duration max) {
        return create(Kind.ADAPTIVE, base, max, null);
    }

    /**
     * Returns a backoff whose ceilings the caller gives.
     *
     * @param ceiling gives the ceiling after the given number of failed attempts, from 1; must be quick, and a value
     *     below zero or above the cap is brought into range; where it throws, the engine logs that and waits for the
     *     cap
     * @param max the cap; zero or more
     * @return a backoff with full jitter
     * @throws IllegalArgumentException if the cap is negative
     */
    public static Backoff custom(IntFunction<Duration> ceiling, Duration max) {
        return create(Kind.CUSTOM, Duration.ZERO, max, Objects.requireNonNull(ceiling, "ceiling"));
    }

    private static Backoff create(Kind kind, Duration base, Duration max, @Nullable IntFunction<Duration> custom) {
        long baseNanos = Checks.nanos(base, "base");
        long maxNanos = Checks.nanos(max, "max");
        Checks.check(maxNanos >= baseNanos, "max", max, ">= base " + base);
        return create(kind, baseNanos, maxNanos, 2, Jitter.full(), custom);
    }

    private static Backoff create(
            Kind kind,
            long baseNanos,
            long maxNanos,
            double multiplier,
            Jitter jitter,
            @Nullable IntFunction<Duration> custom) {
        long[] ceilings = table(kind, baseNanos, maxNanos, multiplier);
        return new Backoff(kind, baseNanos, maxNanos, multiplier, jitter, ceilings, custom);
    }

    /**
     * Changes the base delay; the maximum stays, but where the base is longer, and for a fixed delay, which has both in
     * one.
     *
     * @param value at least zero
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public Backoff base(Duration value) {
        long nanos = Checks.nanos(value, "base");
        long most = kind == Kind.FIXED ? nanos : Math.max(nanos, maxNanos);
        return create(kind, nanos, most, multiplier, jitter, custom);
    }

    /**
     * Returns this with another growth: every ceiling is the one before times the multiplier.
     *
     * @param value at least 1; without effect unless the backoff is exponential or adaptive
     * @return a new backoff
     * @throws IllegalArgumentException if the value is below 1 or not finite
     */
    public Backoff multiplier(double value) {
        Checks.check(value >= 1 && value < Double.POSITIVE_INFINITY, "multiplier", value, ">= 1 and finite");
        return create(kind, baseNanos, maxNanos, value, jitter, custom);
    }

    /**
     * Returns this with another jitter.
     *
     * @param value the rule of chance
     * @return a new backoff
     */
    public Backoff jitter(Jitter value) {
        Objects.requireNonNull(value, "jitter");
        return new Backoff(kind, baseNanos, maxNanos, multiplier, value, ceilings, custom);
    }

    /**
     * Returns how the ceilings grow.
     *
     * @return the kind; {@link #none()} is fixed
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the first ceiling.
     *
     * @return zero or more
     */
    public Duration base() {
        return Duration.ofNanos(baseNanos);
    }

    /**
     * Returns the cap, which no delay exceeds.
     *
     * @return zero or more
     */
    public Duration max() {
        return Duration.ofNanos(maxNanos);
    }

    /**
     * Returns the growth from one ceiling to the next.
     *
     * @return at least 1
     */
    public double multiplier() {
        return multiplier;
    }

    /**
     * Returns the rule of chance.
     *
     * @return the jitter
     */
    public Jitter jitter() {
        return jitter;
    }

    /**
     * Tells whether delays depend on the success rate of the client.
     *
     * @return {@code true} for {@link #adaptive}
     */
    public boolean isAdaptive() {
        return kind == Kind.ADAPTIVE;
    }

    /**
     * Returns the bound of the delay before chance, at a success rate that changes nothing.
     *
     * @param attempt how many attempts have failed, from 1
     * @return nanoseconds, from 0 to {@link #max()}
     */
    public long ceilingNanos(int attempt) {
        int index = attempt - 1;
        long[] known = ceilings;
        if (index >= 0 && index < known.length) {
            return known[index];
        }
        return ceilingBeyondTable(attempt);
    }

    /**
     * Draws a delay.
     *
     * @param attempt how many attempts have failed, from 1
     * @param previousNanos the delay before this one, negative for none; only decorrelated jitter looks at it
     * @param successRate the share of the client's last operations that succeeded, from 0 to 1; only an adaptive
     *     backoff looks at it
     * @param random the source of chance
     * @return nanoseconds, from 0 to {@link #max()}
     */
    public long delayNanos(int attempt, long previousNanos, double successRate, RandomGenerator random) {
        long ceiling = ceilingNanos(attempt);
        if (kind == Kind.ADAPTIVE) {
            ceiling = scale(ceiling, adaptiveFactor(successRate));
        }
        return switch (jitter.kind) {
            case NONE -> ceiling;
            case FULL -> within(ceiling * random.nextDouble());
            case EQUAL -> within(ceiling * (0.5 + 0.5 * random.nextDouble()));
            case PROPORTIONAL -> {
                double low = ceiling * (1 - jitter.factor);
                double high = Math.min(ceiling * (1 + jitter.factor), maxNanos);
                yield within(low + (high - low) * random.nextDouble());
            }
            case CLAMPED -> clamped(attempt, successRate, random.nextDouble());
            case DECORRELATED -> {
                double previous = previousNanos < 0 ? baseNanos : previousNanos;
                double high = Math.max(baseNanos, Math.min(3 * previous, maxNanos));
                yield within(baseNanos + (high - baseNanos) * random.nextDouble());
            }
        };
    }

    /** The specification's rule: jitter on the uncapped backoff, kept in [base, max], then the adaptive factor. */
    private long clamped(int attempt, double successRate, double draw) {
        double backoff = kind == Kind.EXPONENTIAL || kind == Kind.ADAPTIVE
                ? baseNanos * Math.pow(multiplier, attempt - 1)
                : kind == Kind.LINEAR ? (double) baseNanos * attempt : ceilingNanos(attempt);
        double spread = backoff * (1 + jitter.factor * (2 * draw - 1));
        long delay = spread < maxNanos ? Math.max(baseNanos, (long) spread) : maxNanos;
        return kind == Kind.ADAPTIVE ? scale(delay, adaptiveFactor(successRate)) : delay;
    }

    private static double adaptiveFactor(double successRate) {
        return successRate > 0.8 ? 0.5 : successRate > 0.5 ? 1 : 2;
    }

    private long scale(long nanos, double factor) {
        return factor == 1 ? nanos : within(nanos * factor);
    }

    /** Brings what a draw made of a ceiling into range; what is no number is the maximum. */
    private long within(double nanos) {
        return nanos < maxNanos ? Math.max(0, (long) nanos) : maxNanos;
    }

    private long ceilingBeyondTable(int attempt) {
        if (attempt < 1) {
            Checks.atLeast(1, attempt, "attempt"); // out of the way, for it boxes what it checks
        }
        IntFunction<Duration> given = custom;
        if (given != null) {
            Duration ceiling = Objects.requireNonNull(given.apply(attempt), "ceiling");
            return ceiling.isNegative() ? 0 : Math.min(maxNanos, Checks.nanos(ceiling, "ceiling"));
        }
        return ceilings.length < TABLE
                ? ceilings[ceilings.length - 1]
                : compute(kind, baseNanos, maxNanos, multiplier, attempt);
    }

    /** Ceilings up to the first that is the cap or that all later ones equal. */
    private static long[] table(Kind kind, long base, long max, double multiplier) {
        if (kind == Kind.CUSTOM) {
            return new long[0];
        }
        long[] table = new long[TABLE];
        boolean constant = kind == Kind.FIXED || base == 0 || (kind != Kind.LINEAR && multiplier == 1);
        for (int i = 0; i < TABLE; i++) {
            table[i] = compute(kind, base, max, multiplier, i + 1);
            if (constant || table[i] >= max) {
                return java.util.Arrays.copyOf(table, i + 1);
            }
        }
        return table;
    }

    /** A product that is too large for a long becomes the cap, never negative. */
    private static long compute(Kind kind, long base, long max, double multiplier, int attempt) {
        return switch (kind) {
            case FIXED, CUSTOM -> Math.min(base, max);
            case LINEAR -> times(base, attempt, max);
            case EXPONENTIAL, ADAPTIVE -> {
                double factor = base == 0 ? 1 : Math.pow(multiplier, attempt - 1);
                if (factor < EXACT && factor == Math.rint(factor)) {
                    yield times(base, (long) factor, max);
                }
                double ceiling = base * factor;
                yield ceiling >= max ? max : (long) ceiling;
            }
        };
    }

    /** Exact, for a double has no room for the last digits of a long. */
    private static long times(long base, long factor, long max) {
        return base > max / factor ? max : base * factor;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Backoff that
                && kind == that.kind
                && baseNanos == that.baseNanos
                && maxNanos == that.maxNanos
                && Double.compare(multiplier, that.multiplier) == 0
                && jitter.equals(that.jitter)
                && Objects.equals(custom, that.custom);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, baseNanos, maxNanos, multiplier, jitter, custom);
    }

    @Override
    public String toString() {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        String growth = kind == Kind.EXPONENTIAL || kind == Kind.ADAPTIVE ? " × " + multiplier : "";
        return name + "(" + base() + growth + ", max " + max() + ", jitter " + jitter + ")";
    }
}
