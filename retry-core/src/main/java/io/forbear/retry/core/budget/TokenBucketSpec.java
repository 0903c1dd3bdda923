package io.forbear.retry.core.budget;

import static io.forbear.retry.RetryBudget.TOKEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;

/**
 * A bucket of tokens that time refills, continuously and without loss to rounding; success neither adds nor takes.
 *
 * <p>Made by {@link RetryBudgets#tokenBucket}. Where nothing is said it starts full and a tenth of the capacity comes back each
 * minute, though not faster than 100,000 tokens a second.
 *
 * @since 0.1
 */
public final class TokenBucketSpec extends BudgetSpec<TokenBucketSpec> {

    private static final Duration LONGEST_PERIOD = Duration.ofDays(365);

    /** More than this is no limit; it also keeps 292 years of refill within a {@code long}. */
    private static final double FASTEST_PER_SECOND = 100_000;

    private final long capacityMilli;
    private final long refillMilli;
    private final long refillPeriodNanos;
    private final long initialMilli;

    TokenBucketSpec(int capacity) {
        this(
                Terms.USUAL,
                Checks.between(1, Amounts.MOST_TOKENS, capacity, "capacity") * TOKEN,
                Math.min(capacity * TOKEN / 10, ((long) FASTEST_PER_SECOND) * 60 * TOKEN),
                Duration.ofMinutes(1).toNanos(),
                capacity * TOKEN);
    }

    private TokenBucketSpec(
            Terms terms, long capacityMilli, long refillMilli, long refillPeriodNanos, long initialMilli) {
        super(terms);
        this.capacityMilli = capacityMilli;
        this.refillMilli = refillMilli;
        this.refillPeriodNanos = refillPeriodNanos;
        this.initialMilli = initialMilli;
    }

    /**
     * Sets how much time gives back.
     *
     * @param tokens more than zero, in thousandths at the finest; at most 100,000 per second
     * @param period the time in which they come, evenly; at most 365 days
     * @return a new instance
     * @throws IllegalArgumentException if a value is out of range
     */
    public TokenBucketSpec refill(double tokens, Duration period) {
        long nanos = Checks.nanosBetween(Duration.ofNanos(1), LONGEST_PERIOD, period, "refill period");
        Checks.check(tokens >= 0.001, "refill", tokens, ">= 0.001 tokens");
        Checks.check(
                tokens <= FASTEST_PER_SECOND * nanos / 1e9,
                "refill",
                tokens + " per " + period,
                "at most 100000 per second");
        return new TokenBucketSpec(terms, capacityMilli, Amounts.milli(tokens), nanos, initialMilli);
    }

    /**
     * Sets what a new bucket holds; its capacity by default.
     *
     * @param tokens from zero to the capacity
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public TokenBucketSpec initial(double tokens) {
        Checks.between(0, (double) capacityMilli / TOKEN, tokens, "initial");
        return new TokenBucketSpec(terms, capacityMilli, refillMilli, refillPeriodNanos, Amounts.milli(tokens));
    }

    @Override
    TokenBucketSpec with(Terms changed) {
        return new TokenBucketSpec(changed, capacityMilli, refillMilli, refillPeriodNanos, initialMilli);
    }

    /**
     * Returns the capacity.
     *
     * @return milli-tokens
     */
    public long capacityMilli() {
        return capacityMilli;
    }

    /**
     * Returns what comes back in a period.
     *
     * @return milli-tokens
     */
    public long refillMilli() {
        return refillMilli;
    }

    /**
     * Returns the period of the refill.
     *
     * @return nanoseconds
     */
    public long refillPeriodNanos() {
        return refillPeriodNanos;
    }

    /**
     * Returns what a new bucket holds.
     *
     * @return milli-tokens
     */
    public long initialMilli() {
        return initialMilli;
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        terms.checkAgainst(capacityMilli);
        return new TokenBucketBudget(this, clock);
    }

    @Override
    List<Object> settings() {
        return List.of(terms, capacityMilli, refillMilli, refillPeriodNanos, initialMilli);
    }
}
