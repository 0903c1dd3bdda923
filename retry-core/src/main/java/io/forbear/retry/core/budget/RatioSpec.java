package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;

/**
 * A share of recent successes that may be retried, with a floor for services that are called seldom.
 *
 * <p>Within each window, retries may take {@code ratio * successful calls + minPerSecond * window} tokens. A call deposits once,
 * when it succeeds, however many attempts it took. A new budget has an {@linkplain #initial initial allowance} besides. The semantics
 * are those of Finagle and Linkerd. Made by {@link
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

    /** Tokens that a new budget with the usual floor lends once, where nothing is said: {@value}. */
    public static final int DEFAULT_INITIAL = 2;

    /** With so many successes a service has started, and what is left of the initial allowance is gone: {@value}. */
    public static final int SUCCESSES_TO_START = 20;

    private static final int MOST_INITIAL = 1000;

    /** The initial allowance was not set: the usual one if the floor is the usual one, else none. */
    private static final long UNSET = -1;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final long ratioNano;
    private final double minPerSecond;
    private final long windowNanos;
    private final long capacityMilli;
    private final long initialMilli;

    RatioSpec(double ratio) {
        this(
                Terms.USUAL,
                Amounts.billionths(ratio),
                DEFAULT_MIN_PER_SECOND,
                Duration.ofSeconds(DEFAULT_WINDOW_SECONDS).toNanos(),
                DEFAULT_CAPACITY * TOKEN,
                UNSET);
    }

    private RatioSpec(
            Terms terms, long ratioNano, double minPerSecond, long windowNanos, long capacityMilli, long initialMilli) {
        super(terms);
        this.ratioNano = ratioNano;
        this.minPerSecond = minPerSecond;
        this.windowNanos = windowNanos;
        this.capacityMilli = capacityMilli;
        this.initialMilli = initialMilli;
    }

    /** Ten for 10 % is a mistake that is easily made, and retries without a bound. */
    static RatioSpec ofRatio(double ratio) {
        Checks.check(ratio >= 0 && ratio <= 1, "ratio", ratio, "from 0.0 to 1.0; 10 % is 0.1");
        return new RatioSpec(ratio);
    }

    static RatioSpec ofRetriesPerCall(double retries) {
        return new RatioSpec(Checks.between(0, 1000, retries, "retriesPerCall"));
    }

    /**
     * Sets the floor: retries per second that are allowed without any success. In a fleet the floors of all clients add up at
     * the service. A floor that is set comes without an {@linkplain #initial initial allowance}, until one is set too.
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
     * Sets the initial allowance: while a new budget has some of it left, what was taken in earlier tenths of the window can be taken
     * again, so that the first failing calls of a process that is seldom called are retried. It is spent once and never refilled, and
     * ends with the first {@value #SUCCESSES_TO_START} successes. It raises no burst: at one time a budget never grants more than the
     * floor and its deposits.
     *
     * @param tokens from 0 to 1000; {@value #DEFAULT_INITIAL} by default, none where the floor was set
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public RatioSpec initial(int tokens) {
        Checks.between(0, MOST_INITIAL, tokens, "initial");
        return new RatioSpec(terms, ratioNano, minPerSecond, windowNanos, capacityMilli, tokens * TOKEN);
    }

    @Override
    RatioSpec with(Terms changed) {
        return new RatioSpec(changed, ratioNano, minPerSecond, windowNanos, capacityMilli, initialMilli);
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
     * Returns what a new budget lends once.
     *
     * @return milli-tokens
     */
    public long initialMilli() {
        return initialMilli == UNSET ? DEFAULT_INITIAL * TOKEN : initialMilli;
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
        return List.of(terms, ratioNano, minPerSecond, windowNanos, capacityMilli, initialMilli);
    }
}
