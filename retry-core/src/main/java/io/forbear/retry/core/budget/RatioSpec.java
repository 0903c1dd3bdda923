package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import java.time.Duration;
import java.util.List;

/**
 * A share of recent successes that may be retried, with a floor for services that are called seldom.
 *
 * <p>Within each window, retries may take {@code ratio * successful calls + minPerSecond * window} tokens. A call deposits once,
 * when it succeeds, however many attempts it took. The semantics are those of Finagle and Linkerd. Made by {@link
 * RetryBudgets#ratio}.
 *
 * @since 0.1
 */
public final class RatioSpec extends BudgetSpec<RatioSpec> {

    /** Tokens per second that come without any traffic, where nothing is said: {@value}. */
    public static final double DEFAULT_MIN_PER_SECOND = 0.2;

    /** Seconds that a deposit counts for, where nothing is said: {@value}. */
    public static final int DEFAULT_WINDOW_SECONDS = 10;

    /** The most tokens that a window allows, where nothing is said: {@value}. */
    public static final int DEFAULT_CAPACITY = 1_000_000;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final long ratioNano;
    private final double minPerSecond;
    private final long windowNanos;
    private final long capacityMilli;

    RatioSpec(double ratio) {
        this(
                Terms.USUAL,
                Amounts.billionths(Checks.between(0, 1000, ratio, "ratio")),
                DEFAULT_MIN_PER_SECOND,
                Duration.ofSeconds(DEFAULT_WINDOW_SECONDS).toNanos(),
                DEFAULT_CAPACITY * TOKEN);
    }

    private RatioSpec(Terms terms, long ratioNano, double minPerSecond, long windowNanos, long capacityMilli) {
        super(terms);
        this.ratioNano = ratioNano;
        this.minPerSecond = minPerSecond;
        this.windowNanos = windowNanos;
        this.capacityMilli = capacityMilli;
    }

    /**
     * Sets the floor: retries per second that are allowed without any success. In a fleet the floors of all clients add up at
     * the service.
     *
     * @param tokens zero or more, at most 10,000; {@value #DEFAULT_MIN_PER_SECOND} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec minPerSecond(double tokens) {
        Checks.between(0, 10_000, tokens, "minPerSecond");
        return new RatioSpec(terms, ratioNano, tokens, windowNanos, capacityMilli);
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
        return new RatioSpec(terms, ratioNano, minPerSecond, nanos, capacityMilli);
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
        return new RatioSpec(terms, ratioNano, minPerSecond, windowNanos, tokens * TOKEN);
    }

    @Override
    RatioSpec with(Terms changed) {
        return new RatioSpec(changed, ratioNano, minPerSecond, windowNanos, capacityMilli);
    }

    /**
     * Returns what a success deposits.
     *
     * @return billionths of a token
     */
    public long ratioNano() {
        return ratioNano;
    }

    /**
     * Returns what a window allows without any success.
     *
     * @return milli-tokens
     */
    public long floorMilli() {
        return Amounts.milli(minPerSecond * windowNanos / 1e9);
    }

    /**
     * Returns how long deposits and withdrawals count.
     *
     * @return nanoseconds
     */
    public long windowNanos() {
        return windowNanos;
    }

    /**
     * Returns the most that a window allows.
     *
     * @return milli-tokens
     */
    public long capacityMilli() {
        return capacityMilli;
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

    @Override
    List<Object> settings() {
        return List.of(terms, ratioNano, minPerSecond, windowNanos, capacityMilli);
    }
}
