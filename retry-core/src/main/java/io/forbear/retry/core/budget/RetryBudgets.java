package io.forbear.retry.core.budget;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.internal.Checks;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of retry budget.
 *
 * <p>Each method returns a description, from which a service makes a budget of its own. For one budget that several
 * services draw on, use {@link #shared}. All budgets are lock-free. They keep {@code 0 <= balance <= capacity} in every
 * value that a thread can read, write nothing shared when they refuse, and count in whole milli-tokens.
 *
 * @since 0.1
 */
public final class RetryBudgets {

    private RetryBudgets() {}

    /**
     * A bucket that time refills.
     *
     * @param capacityTokens the most that it holds, at least 1
     * @return a description whose budgets start full and, unless it is changed, regain a tenth of the capacity each
     *     minute
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public static TokenBucketSpec tokenBucket(int capacityTokens) {
        return new TokenBucketSpec(capacityTokens);
    }

    /**
     * A budget that calls earn, and that only retries which do not help use up: the default of every service.
     *
     * @return {@link #earned(double) earned(0.2)}
     */
    public static EarnedSpec earned() {
        return EarnedSpec.ofRatio(EarnedSpec.DEFAULT_RATIO);
    }

    /**
     * A budget that calls earn, and that only retries which do not help use up.
     *
     * @param ratio tokens that a successful call earns, from 0 to 1; 20 % is 0.2
     * @return a description
     * @throws IllegalArgumentException if the ratio is out of range
     */
    public static EarnedSpec earned(double ratio) {
        return EarnedSpec.ofRatio(ratio);
    }

    /**
     * A share of recent successes, with a floor.
     *
     * @param ratio retries per successful call, from 0 to 1; 10 % is 0.1
     * @return a description with, unless it is changed, a floor of {@value RatioSpec#DEFAULT_MIN_PER_SECOND} retries
     *     per second, a window of {@value RatioSpec#DEFAULT_WINDOW_SECONDS} s and an initial allowance of {@value
     *     RatioSpec#DEFAULT_INITIAL} tokens
     * @throws IllegalArgumentException if the ratio is out of range
     */
    public static RatioSpec ratio(double ratio) {
        return RatioSpec.ofRatio(ratio);
    }

    /**
     * As {@link #ratio(double)}, for the rare case that each success shall allow several retries, which budgets of
     * Finagle and Linkerd can be set to.
     *
     * @param retries retries per successful call, from 0 to 1000
     * @return a description
     * @throws IllegalArgumentException if the value is out of range
     */
    public static RatioSpec retriesPerCall(double retries) {
        return RatioSpec.ofRetriesPerCall(retries);
    }

    /**
     * A share of recent successes, one in ten, with a floor.
     *
     * @return {@link #ratio(double) ratio(0.1)}
     */
    public static RatioSpec ratio() {
        return RatioSpec.ofRatio(0.1);
    }

    /**
     * The quota of the AWS SDKs, version 2.1 of their retry specification: 500 tokens; 14 for a retry, but 5 after a
     * {@link io.forbear.retry.error.ErrorCategory#RATE_LIMIT}; 1 back for a success at the first attempt.
     *
     * @return a description
     */
    public static QuotaSpec awsQuota() {
        return new QuotaSpec(CostTerms.preset(14, 14, 5));
    }

    /**
     * The quota of the AWS SDKs, version 2.0 of their retry specification: 500 tokens; 5 for a retry, but 10 after a
     * {@link io.forbear.retry.error.ErrorCategory#TIMEOUT}; 1 back for a success at the first attempt.
     *
     * @return a description
     */
    public static QuotaSpec awsQuotaClassic() {
        return new QuotaSpec(CostTerms.preset(5, 10, 5));
    }

    /**
     * The retry throttle of a gRPC service config.
     *
     * @param maxTokens from 1 to 1000
     * @param tokenRatio tokens that a success gives back, from 0.001; decimals beyond the third are cut off
     * @return a description
     * @throws IllegalArgumentException if a value is out of range
     */
    public static GrpcThrottleSpec grpcThrottle(int maxTokens, double tokenRatio) {
        return new GrpcThrottleSpec(maxTokens, tokenRatio);
    }

    /**
     * Adaptive throttling with k = {@value AdaptiveThrottleSpec#DEFAULT_K} over {@value
     * AdaptiveThrottleSpec#DEFAULT_WINDOW_SECONDS} s.
     *
     * @return a description
     */
    public static AdaptiveThrottleSpec adaptiveThrottle() {
        return adaptiveThrottle(
                AdaptiveThrottleSpec.DEFAULT_K, Duration.ofSeconds(AdaptiveThrottleSpec.DEFAULT_WINDOW_SECONDS));
    }

    /**
     * Adaptive throttling.
     *
     * @param k requests per accepted request that are let through, from 1 to 1000
     * @param window the length of the history, from 1 s to 1 h; longer than the time-out of the calls
     * @return a description
     * @throws IllegalArgumentException if a value is out of range
     */
    public static AdaptiveThrottleSpec adaptiveThrottle(double k, Duration window) {
        return new AdaptiveThrottleSpec(k, window);
    }

    /**
     * A share of the calls in flight that may be retrying at a time.
     *
     * @param share from 0 to 1
     * @param minimum how many calls may always be retrying, however few are in flight; zero or more
     * @return a description
     * @throws IllegalArgumentException if a value is out of range
     */
    public static ConcurrencyShareSpec concurrencyShare(double share, int minimum) {
        return new ConcurrencyShareSpec(share, minimum);
    }

    /**
     * Several budgets, each of which must grant a retry. If one refuses, the others take nothing. A budget that is
     * given twice, or that is a part of another one that is given, is one part.
     *
     * <p>A retry takes one token of the whole, whatever it takes of the parts, and up to 5 milli-tokens more, which
     * tell the category. The balance is the lowest balance of a part, the capacity the lowest capacity. A part must
     * always charge the same for the same category, as all budgets made here do. A per-call share is computed as if
     * every retry of the call had the category of its last failure.
     *
     * @param specs the parts, in the order in which they are asked; at least one
     * @return a description
     * @throws IllegalArgumentException if there is no part
     */
    public static RetryBudget.Spec allOf(RetryBudget.Spec... specs) {
        List<RetryBudget.Spec> parts = List.of(specs);
        Checks.check(!parts.isEmpty(), "specs", parts, "at least one");
        return new AllOf(parts);
    }

    /**
     * No limit. The budget itself shows a balance and a capacity of 100 tokens, as that of Finagle does; a {@link
     * io.forbear.retry.RetrySnapshot} shows both as infinity, as for a service without a budget.
     *
     * @return a description of a budget that is always full
     */
    public static RetryBudget.Spec unlimited() {
        return clock -> FixedBudget.UNLIMITED;
    }

    /**
     * No retries.
     *
     * @return a description of a budget that is always empty
     */
    public static RetryBudget.Spec none() {
        return clock -> FixedBudget.NONE;
    }

    /**
     * One budget for all services that use this description.
     *
     * @param budget the budget, made with the clock of the services that share it
     * @return a description that always gives this budget
     */
    public static RetryBudget.Spec shared(RetryBudget budget) {
        Objects.requireNonNull(budget, "budget");
        return new Shared(budget);
    }

    /**
     * Makes a budget on the system's clock, for {@link #shared}.
     *
     * @param spec its description
     * @return a new budget
     * @throws IllegalArgumentException if the settings do not fit together
     */
    public static RetryBudget create(RetryBudget.Spec spec) {
        return spec.create(NanoClock.system());
    }

    /** Records, so that two descriptions of the same parts are equal. */
    private record AllOf(List<RetryBudget.Spec> parts) implements RetryBudget.Spec {

        @Override
        public RetryBudget create(NanoClock clock) {
            return AllOfBudget.of(parts.stream().map(part -> part.create(clock)).toArray(RetryBudget[]::new), clock);
        }

        /**
         * Written by hand: the method that the JDK generates for a record keeps its class loader reachable for good.
         */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof AllOf that && parts.equals(that.parts);
        }

        @Override
        public int hashCode() {
            return parts.hashCode();
        }
    }

    private record Shared(RetryBudget budget) implements RetryBudget.Spec {

        @Override
        public RetryBudget create(NanoClock clock) {
            return budget;
        }

        /** Compares budgets by identity, because a budget has state. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Shared that && budget == that.budget;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(budget);
        }
    }
}
