package io.forbear.retry;

import io.forbear.retry.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * The part of chance in a delay: a rule that draws a delay from a ceiling, so that clients which failed together do not
 * come back together.
 *
 * <p>The ceiling is capped <em>before</em> jitter is applied: at the cap, delays stay as spread as below it. {@link
 * #clamped} is the one exception. Immutable.
 *
 * @since 0.1
 */
public final class Jitter {

    private static final Jitter NONE = new Jitter(Kind.NONE, 0);
    private static final Jitter FULL = new Jitter(Kind.FULL, 0);
    private static final Jitter EQUAL = new Jitter(Kind.EQUAL, 0);
    private static final Jitter DECORRELATED = new Jitter(Kind.DECORRELATED, 0);

    /** The rules; each is described at the method of its name. */
    public enum Kind {
        /** {@link Jitter#none()}. */
        NONE,
        /** {@link Jitter#full()}. */
        FULL,
        /** {@link Jitter#equal()}. */
        EQUAL,
        /** {@link Jitter#proportional}. */
        PROPORTIONAL,
        /** {@link Jitter#clamped}. */
        CLAMPED,
        /** {@link Jitter#decorrelated()}. */
        DECORRELATED
    }

    final Kind kind;
    final double factor;

    private Jitter(Kind kind, double factor) {
        this.kind = kind;
        this.factor = factor;
    }

    /**
     * Returns no jitter: the delay is the ceiling.
     *
     * @return the rule that takes every client to the same instant; for tests and single clients
     */
    public static Jitter none() {
        return NONE;
    }

    /**
     * Returns full jitter: {@code uniform(0, ceiling)}.
     *
     * @return the rule that spreads best; the default
     */
    public static Jitter full() {
        return FULL;
    }

    /**
     * Returns equal jitter: {@code ceiling / 2 + uniform(0, ceiling / 2)}.
     *
     * @return the rule that keeps half of the delay certain
     */
    public static Jitter equal() {
        return EQUAL;
    }

    /**
     * Returns proportional jitter: {@code uniform(ceiling × (1 - factor), min(ceiling × (1 + factor), max))}.
     *
     * @param factor from 0 (none) to 1
     * @return the rule that stays near the ceiling
     * @throws IllegalArgumentException if the factor is out of range
     */
    public static Jitter proportional(double factor) {
        return new Jitter(Kind.PROPORTIONAL, Checks.between(0.0, 1.0, factor, "factor"));
    }

    /**
     * Returns proportional jitter that is applied <em>before</em> the cap: {@code backoff × (1 + factor × (2r - 1))},
     * then kept within {@code [base, max]}.
     *
     * <p>This is the rule behind the key {@code jitter-factor} of the configuration. Its delays are not spread once the
     * backoff is well above the maximum; prefer {@link #proportional} where that can happen.
     *
     * @param factor from 0 (none) to 1
     * @return the rule of the specification
     * @throws IllegalArgumentException if the factor is out of range
     */
    public static Jitter clamped(double factor) {
        return new Jitter(Kind.CLAMPED, Checks.between(0.0, 1.0, factor, "factor"));
    }

    /**
     * Returns decorrelated jitter: {@code uniform(base, min(3 × previous delay, max))}, where the previous delay of the
     * first is the base.
     *
     * @return the rule that walks at random instead of following the exponential; the backoff's multiplier has no
     *     effect
     */
    public static Jitter decorrelated() {
        return DECORRELATED;
    }

    /**
     * Returns the rule.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Returns the factor of a proportional or clamped jitter.
     *
     * @return from 0 to 1; 0 for any other
     */
    public double factor() {
        return factor;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Jitter that && kind == that.kind && Double.compare(factor, that.factor) == 0;
    }

    @Override
    public int hashCode() {
        return kind.hashCode() * 31 + Double.hashCode(factor);
    }

    @Override
    public String toString() {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        return kind == Kind.PROPORTIONAL || kind == Kind.CLAMPED ? name + "(" + factor + ")" : name;
    }
}
