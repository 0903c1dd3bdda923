package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A share of recent successes that may be retried, with a floor for services that are called seldom.
 *
 * <p>Within each window, retries may take {@code ratio * successful calls + minPerSecond * window} tokens. A call
 * deposits once, when it succeeds, however many attempts it made. A new budget has an {@linkplain #initial initial
 * allowance} besides. The semantics are those of Finagle and Linkerd.
 *
 * <p>Made by {@link RetryBudgets#ratio}. Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class RatioSpec implements RetryBudget.Spec {

    /** Tokens per second that need no traffic, by default: {@value}. */
    public static final double DEFAULT_MIN_PER_SECOND = 0.2;

    /** Seconds for which a deposit counts, by default: {@value}. */
    public static final int DEFAULT_WINDOW_SECONDS = 10;

    /** The most tokens that a window allows, by default: {@value}. */
    public static final int DEFAULT_CAPACITY = 1_000_000;

    /** The initial allowance in tokens of a budget with the default floor, by default: {@value}. */
    public static final int DEFAULT_INITIAL = 2;

    /** The number of successes that ends the initial allowance, because the service has started then: {@value}. */
    public static final int SUCCESSES_TO_START = 20;

    private static final int MOST_INITIAL = 1000;

    /** The initial allowance was not set: the default one if the floor is the default one, else none. */
    private static final long UNSET = -1;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    final CostTerms terms;
    private final long ratioNano;
    private final double minPerSecond;
    private final long windowNanos;
    private final long capacityMilli;
    private final long initialMilli;

    RatioSpec(double ratio) {
        this(
                CostTerms.DEFAULT,
                Amounts.billionths(ratio),
                DEFAULT_MIN_PER_SECOND,
                Duration.ofSeconds(DEFAULT_WINDOW_SECONDS).toNanos(),
                DEFAULT_CAPACITY * TOKEN,
                UNSET);
    }

    private RatioSpec(
            CostTerms terms,
            long ratioNano,
            double minPerSecond,
            long windowNanos,
            long capacityMilli,
            long initialMilli) {
        this.terms = terms;
        this.ratioNano = ratioNano;
        this.minPerSecond = minPerSecond;
        this.windowNanos = windowNanos;
        this.capacityMilli = capacityMilli;
        this.initialMilli = initialMilli;
    }

    /** Accepts no ratio above 1: a caller that writes 10 for 10 % would get retries without a bound. */
    static RatioSpec ofRatio(double ratio) {
        Checks.check(ratio >= 0 && ratio <= 1, "ratio", ratio, "from 0.0 to 1.0; 10 % is 0.1");
        return new RatioSpec(ratio);
    }

    static RatioSpec ofRetriesPerCall(double retries) {
        return new RatioSpec(Checks.between(0, 1000, retries, "retriesPerCall"));
    }

    /**
     * Sets the floor: retries per second that are allowed without any success. In a fleet the floors of all clients add
     * up at the service. A floor that is set comes without an {@linkplain #initial initial allowance}, until one is set
     * too.
     *
     * @param tokens zero or more, at most 10,000; {@value #DEFAULT_MIN_PER_SECOND} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec minPerSecond(double tokens) {
        Checks.between(0, 10_000, tokens, "minPerSecond");
        return new RatioSpec(terms, ratioNano, tokens, windowNanos, capacityMilli, Math.max(0, initialMilli));
    }

    /**
     * Sets how long deposits and withdrawals count.
     *
     * @param value from 1 s to 60 s; {@value #DEFAULT_WINDOW_SECONDS} s by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec window(Duration value) {
        long nanos = Checks.nanosBetween(SHORTEST, LONGEST, value, "window");
        return new RatioSpec(terms, ratioNano, minPerSecond, nanos, capacityMilli, initialMilli);
    }

    /**
     * Sets the most that a window allows, however many calls succeed in it.
     *
     * @param tokens at least 1, and no less than the floor gives in a window; {@value #DEFAULT_CAPACITY} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec capacity(int tokens) {
        Checks.between(1, Amounts.MOST_TOKENS, tokens, "capacity");
        return new RatioSpec(terms, ratioNano, minPerSecond, windowNanos, tokens * TOKEN, initialMilli);
    }

    /**
     * Sets the initial allowance of a new budget. While some of it is left, tokens that were taken in earlier tenths of
     * the window can be taken again, so that the first failing calls of a process that is seldom called are retried.
     * The allowance is spent once and never refilled; it ends with the first {@value #SUCCESSES_TO_START} successes. It
     * makes no burst larger: at one time a budget never grants more than its floor and its deposits.
     *
     * @param tokens from 0 to 1000; {@value #DEFAULT_INITIAL} by default, none if the floor was set
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec initial(int tokens) {
        Checks.between(0, MOST_INITIAL, tokens, "initial");
        return new RatioSpec(terms, ratioNano, minPerSecond, windowNanos, capacityMilli, tokens * TOKEN);
    }

    /**
     * Sets what a retry after a failure of one category costs.
     *
     * @param category the category of the failure
     * @param tokens zero or more, in thousandths at the finest
     * @return a new instance
     * @throws IllegalArgumentException if the cost is negative or not a number
     */
    public RatioSpec cost(ErrorCategory category, double tokens) {
        return with(terms.cost(category, tokens));
    }

    /**
     * Reserves a share of the budget for calls of {@link Criticality#CRITICAL}: other calls are refused before they
     * would draw on it. Nothing is reserved by default.
     *
     * @param share of what the window allows at the time; from 0 to less than 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public RatioSpec reserveForCritical(double share) {
        return with(terms.reserveForCritical(share));
    }

    /**
     * Bounds what one call may take for all of its retries; its first retry is not bound by it. There is no bound by
     * default.
     *
     * @param share of what the window allows at the time; more than 0, at most 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public RatioSpec maxSharePerCall(double share) {
        return with(terms.maxSharePerCall(share));
    }

    /**
     * Returns what a success deposits.
     *
     * @return tokens
     */
    public double ratio() {
        return ratioNano / 1e9;
    }

    /**
     * Returns the floor.
     *
     * @return tokens per second that need no traffic
     */
    public double minPerSecond() {
        return minPerSecond;
    }

    /**
     * Returns for how long a deposit counts.
     *
     * @return from 1 s to 60 s
     */
    public Duration window() {
        return Duration.ofNanos(windowNanos);
    }

    private RatioSpec with(CostTerms changed) {
        return new RatioSpec(changed, ratioNano, minPerSecond, windowNanos, capacityMilli, initialMilli);
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        Checks.check(
                floorMilli() <= capacityMilli,
                "capacity",
                Amounts.tokens(capacityMilli),
                "at least minPerSecond * window, " + Amounts.tokens(floorMilli()));
        terms.checkAgainst(capacityMilli);
        return new RatioBudget(this, clock);
    }

    /** Returns what a success deposits, in billionths of a token. */
    long ratioNano() {
        return ratioNano;
    }

    /** Returns what a window allows without any success. */
    long floorMilli() {
        return Amounts.milli(minPerSecond * windowNanos / 1e9);
    }

    /** Returns the initial allowance. */
    long initialMilli() {
        return initialMilli == UNSET ? DEFAULT_INITIAL * TOKEN : initialMilli;
    }

    long windowNanos() {
        return windowNanos;
    }

    long capacityMilli() {
        return capacityMilli;
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(terms, ratioNano, minPerSecond, windowNanos, capacityMilli, initialMilli);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RatioSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "ratio(" + ratioNano / 1e9 + " of successes in " + Duration.ofNanos(windowNanos) + ", " + minPerSecond
                + " a second at least)";
    }
}
