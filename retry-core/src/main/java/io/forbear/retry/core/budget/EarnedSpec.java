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
 * A budget that calls earn, and that only retries which do not help use up. It is the default of every service.
 *
 * <ul>
 *   <li>A call that succeeds earns a share of a token, a call that fails a small share. Time earns nothing, so that the
 *       budgets of many processes do not add up to a load while the service is down.
 *   <li>The balance is never more than the successes of the last window have earned, or the {@linkplain #burst burst}
 *       if that is more.
 *   <li>A retry takes a token. If its call then succeeds, most of what its last retry took comes back ({@link
 *       #rescueCredit}), as in the quotas of the AWS SDKs; not after a {@link ErrorCategory#RATE_LIMIT}, for the
 *       service wants fewer requests.
 *   <li>An attempt that times out halves the balance ({@link #timeoutCost}), whether or not it is retried: a service
 *       that is overloaded answers late, and each retry adds to its queue. A multiplicative decrease, as in TCP.
 * </ul>
 *
 * <p>Made by {@link RetryBudgets#earned}. {@code docs/guide/defaults.md} shows the runs that the defaults come from.
 * Immutable: each method returns a new instance.
 *
 * @since 0.1
 */
public final class EarnedSpec implements RetryBudget.Spec {

    /** Tokens that a success earns by default: {@value}. */
    public static final double DEFAULT_RATIO = 0.2;

    /** Tokens that a failed call earns by default: {@value}. */
    public static final double DEFAULT_PER_FAILED_CALL = 0.02;

    /** Tokens that the balance may always hold, and that a new budget holds, by default: {@value}. */
    public static final int DEFAULT_BURST = 2;

    /** The share of its cost that a retry gives back which rescues its call, by default: {@value}. */
    public static final double DEFAULT_RESCUE_CREDIT = 0.7;

    /** Tokens that a time-out takes at least, by default: {@value}. */
    public static final double DEFAULT_TIMEOUT_COST = 2;

    /** Seconds for which successes count, by default: {@value}. */
    public static final int DEFAULT_WINDOW_SECONDS = 10;

    /** A milli-token less than the usual cost: by it a retry after a rate limit is known when its call succeeds. */
    private static final double RATE_LIMIT_COST = 0.999;

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    final CostTerms terms;
    private final long ratioNano;
    private final long failedCallMilli;
    private final long burstMilli;
    private final int rescueShare;
    private final long timeoutMilli;
    private final long windowNanos;

    EarnedSpec(double ratio) {
        this(
                CostTerms.DEFAULT.cost(ErrorCategory.RATE_LIMIT, RATE_LIMIT_COST),
                Amounts.billionths(ratio),
                Amounts.milli(DEFAULT_PER_FAILED_CALL),
                DEFAULT_BURST * TOKEN,
                Amounts.millionths(DEFAULT_RESCUE_CREDIT),
                Amounts.milli(DEFAULT_TIMEOUT_COST),
                Duration.ofSeconds(DEFAULT_WINDOW_SECONDS).toNanos());
    }

    private EarnedSpec(
            CostTerms terms,
            long ratioNano,
            long failedCallMilli,
            long burstMilli,
            int rescueShare,
            long timeoutMilli,
            long windowNanos) {
        this.terms = terms;
        this.ratioNano = ratioNano;
        this.failedCallMilli = failedCallMilli;
        this.burstMilli = burstMilli;
        this.rescueShare = rescueShare;
        this.timeoutMilli = timeoutMilli;
        this.windowNanos = windowNanos;
    }

    static EarnedSpec ofRatio(double ratio) {
        Checks.check(ratio >= 0 && ratio <= 1, "ratio", ratio, "from 0.0 to 1.0; 20 % is 0.2");
        return new EarnedSpec(ratio);
    }

    /**
     * Sets what a call earns that succeeds.
     *
     * @param value tokens, from 0 to 1; 20 % is 0.2
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public EarnedSpec ratio(double value) {
        Checks.check(value >= 0 && value <= 1, "ratio", value, "from 0.0 to 1.0; 20 % is 0.2");
        return new EarnedSpec(
                terms, Amounts.billionths(value), failedCallMilli, burstMilli, rescueShare, timeoutMilli, windowNanos);
    }

    /**
     * Returns what a call earns that succeeds.
     *
     * @return tokens, from 0 to 1
     */
    public double ratio() {
        return ratioNano / 1e9;
    }

    /**
     * Sets what a call earns that fails: a service that answers errors for long is so tried again now and then.
     * Time-outs take more than that.
     *
     * @param tokens from 0 to 1, in thousandths at the finest; {@value #DEFAULT_PER_FAILED_CALL} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public EarnedSpec perFailedCall(double tokens) {
        long milli = Amounts.milli(Checks.between(0, 1, tokens, "perFailedCall"));
        return new EarnedSpec(terms, ratioNano, milli, burstMilli, rescueShare, timeoutMilli, windowNanos);
    }

    /**
     * Sets what the balance may always hold, however few calls succeed, and what a new budget holds. In a fleet of
     * processes that call seldom, the bursts of all add up at the service.
     *
     * @param tokens at least what a retry costs; {@value #DEFAULT_BURST} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public EarnedSpec burst(int tokens) {
        Checks.between(1, Amounts.MOST_TOKENS, tokens, "burst");
        return new EarnedSpec(
                terms, ratioNano, failedCallMilli, tokens * TOKEN, rescueShare, timeoutMilli, windowNanos);
    }

    /**
     * Sets how much of its cost a retry gives back if its call then succeeds. With 1, nothing bounds retries that help;
     * with 0, retries that help cost as much as those that do not.
     *
     * @param share from 0 to 1; {@value #DEFAULT_RESCUE_CREDIT} by default
     * @return a new instance
     * @throws IllegalArgumentException if the share is out of range
     */
    public EarnedSpec rescueCredit(double share) {
        int millionths = Amounts.millionths(Checks.between(0, 1, share, "rescueCredit"));
        return new EarnedSpec(terms, ratioNano, failedCallMilli, burstMilli, millionths, timeoutMilli, windowNanos);
    }

    /**
     * Sets what an attempt that times out takes at least; it takes half of the balance if that is more. With 0 a
     * time-out takes nothing.
     *
     * @param tokens from 0 to 1000; {@value #DEFAULT_TIMEOUT_COST} by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public EarnedSpec timeoutCost(double tokens) {
        long milli = Amounts.milli(Checks.between(0, 1000, tokens, "timeoutCost"));
        return new EarnedSpec(terms, ratioNano, failedCallMilli, burstMilli, rescueShare, milli, windowNanos);
    }

    /**
     * Sets for how long a success allows to hold what it has earned.
     *
     * @param value from 1 s to 60 s; {@value #DEFAULT_WINDOW_SECONDS} s by default
     * @return a new instance
     * @throws IllegalArgumentException if the value is out of range
     */
    public EarnedSpec window(Duration value) {
        long nanos = Checks.nanosBetween(SHORTEST, LONGEST, value, "window");
        return new EarnedSpec(terms, ratioNano, failedCallMilli, burstMilli, rescueShare, timeoutMilli, nanos);
    }

    /**
     * Returns for how long a success allows to hold what it has earned.
     *
     * @return from 1 s to 60 s
     */
    public Duration window() {
        return Duration.ofNanos(windowNanos);
    }

    /**
     * Sets what a retry after a failure of one category costs. A retry after a {@link ErrorCategory#RATE_LIMIT} is told
     * from others by its cost, so give it one that no other category has, or it gives back as they do.
     *
     * @param category the category of the failure
     * @param tokens zero or more, in thousandths at the finest; 1 by default, 0.999 for RATE_LIMIT
     * @return a new instance
     * @throws IllegalArgumentException if the cost is negative or not a number
     */
    public EarnedSpec cost(ErrorCategory category, double tokens) {
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
    public EarnedSpec reserveForCritical(double share) {
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
    public EarnedSpec maxSharePerCall(double share) {
        return with(terms.maxSharePerCall(share));
    }

    private EarnedSpec with(CostTerms changed) {
        return new EarnedSpec(changed, ratioNano, failedCallMilli, burstMilli, rescueShare, timeoutMilli, windowNanos);
    }

    @Override
    public RetryBudget create(NanoClock clock) {
        terms.checkAgainst(burstMilli);
        return new EarnedBudget(this, clock);
    }

    /** Returns what a success earns, in billionths of a token. */
    long ratioNano() {
        return ratioNano;
    }

    long failedCallMilli() {
        return failedCallMilli;
    }

    long burstMilli() {
        return burstMilli;
    }

    /** Returns the share of its cost that a rescuing retry gives back, in millionths. */
    int rescueShare() {
        return rescueShare;
    }

    /** Returns the cost by which a retry after a rate limit is known; negative if another category has the same. */
    long rateLimitCost() {
        long cost = terms.cost(ErrorCategory.RATE_LIMIT);
        for (ErrorCategory category : ErrorCategory.values()) {
            if (category != ErrorCategory.RATE_LIMIT && terms.cost(category) == cost) {
                return -1;
            }
        }
        return cost;
    }

    long timeoutMilli() {
        return timeoutMilli;
    }

    long windowNanos() {
        return windowNanos;
    }

    /** Returns every setting: two descriptions are equal if these are. */
    private List<Object> settings() {
        return List.of(terms, ratioNano, failedCallMilli, burstMilli, rescueShare, timeoutMilli, windowNanos);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EarnedSpec that && settings().equals(that.settings());
    }

    @Override
    public int hashCode() {
        return settings().hashCode();
    }

    @Override
    public String toString() {
        return "earned(" + ratioNano / 1e9 + " a success, " + Amounts.tokens(failedCallMilli) + " a failed call, burst "
                + Amounts.tokens(burstMilli) + ", window " + Duration.ofNanos(windowNanos) + ")";
    }
}
