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
 * A bucket of tokens that time refills, continuously and without loss to rounding. Successes neither add nor take
 * tokens.
 *
 * <p>Made by {@link RetryBudgets#tokenBucket}. By default a bucket starts full and regains a tenth of its capacity each
 * minute, but at most 100,000 tokens a second. Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class TokenBucketSpec implements RetryBudget.Spec {

    private static final Duration LONGEST_PERIOD = Duration.ofDays(365);

    /** More than this is no limit. It also keeps 292 years of refill within a {@code long}. */
    private static final double FASTEST_PER_SECOND = 100_000;

    final CostTerms terms;
    private final long capacityMilli;
    private final long refillMilli;
    private final long refillPeriodNanos;
    private final long initialMilli;

    TokenBucketSpec(int capacity) {
        this(
                CostTerms.DEFAULT,
                Checks.between(1, Amounts.MOST_TOKENS, capacity, "capacity") * TOKEN,
                Math.min(capacity * TOKEN / 10, ((long) FASTEST_PER_SECOND) * 60 * TOKEN),
                Duration.ofMinutes(1).toNanos(),
                capacity * TOKEN);
    }

    private TokenBucketSpec(
            CostTerms terms, long capacityMilli, long refillMilli, long refillPeriodNanos, long initialMilli) {
        this.terms = terms;
        this.capacityMilli = capacityMilli;
        this.refillMilli = refillMilli;
        this.refillPeriodNanos = refillPeriodNanos;
        this.initialMilli = initialMilli;
    }

    /**
     * Sets the refill.
     *
     * @param tokens more than zero, in thousandths at the finest; at most 100,000 per second
     * @param period the time in which they flow back, evenly; at most 365 days
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

    /**
     * Sets what a retry after a failure of one category costs.
     *
     * @param category the category of the failure
     * @param tokens zero or more, in thousandths at the finest
     * @return a new instance
     * @throws IllegalArgumentException if the cost is negative or not a number
     */
    public TokenBucketSpec cost(ErrorCategory category, double tokens) {
        return with(terms.cost(category, tokens));
    }

    /**
     * Reserves a share of the budget for calls of {@link Criticality#CRITICAL}: other calls are refused before they
     * would draw on it. Nothing is reserved by default.
     *
     * @param share of the capacity; from 0 to less than 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public TokenBucketSpec reserveForCritical(double share) {
        return with(terms.reserveForCritical(share));
    }

    /**
     * Bounds what one call may take for all of its retries; its first retry is not bound by it. There is no bound by
     * default.
     *
     * @param share of the capacity; more than 0, at most 1
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public TokenBucketSpec maxSharePerCall(double share) {
        return with(terms.maxSharePerCall(share));
    }

    private TokenBucketSpec with(CostTerms changed) {
        return new TokenBucketSpec(changed, capacityMilli, refillMilli, refillPeriodNanos, initialMilli);
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        terms.checkAgainst(capacityMilli);
        return new TokenBucketBudget(this, clock);
    }

    long capacityMilli() {
        return capacityMilli;
    }

    long refillMilli() {
        return refillMilli;
    }

    long refillPeriodNanos() {
        return refillPeriodNanos;
    }

    long initialMilli() {
        return initialMilli;
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(terms, capacityMilli, refillMilli, refillPeriodNanos, initialMilli);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenBucketSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "token bucket(" + Amounts.tokens(capacityMilli) + ", " + Amounts.tokens(refillMilli) + " in "
                + Duration.ofNanos(refillPeriodNanos) + ")";
    }
}
