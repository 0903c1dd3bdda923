package io.forbear.retry.benchmarks.budget;

import io.forbear.retry.Criticality;
import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;

/**
 * This library's budgets as users of the interface have them: with no engine that counts for them, so that a success is
 * told. A withdrawal costs a thousandth of a token where it is to be granted for ever, and a token where it is to be
 * refused.
 */
record ForbearPurse(RetryBudget budget) implements Purse {

    private static final double LEAST = 0.001;
    private static final int MOST = Integer.MAX_VALUE;

    @Override
    public boolean withdraw() {
        return budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0) >= 0;
    }

    @Override
    public void deposit() {
        budget.callSucceeded(0);
    }

    static Purse tokenBucket(Level level) {
        return purse(tokenBucketSpec(level));
    }

    private static RetryBudget.Spec tokenBucketSpec(Level level) {
        return level == Level.EMPTY
                ? RetryBudgets.tokenBucket(1).initial(0).refill(0.001, Duration.ofHours(1))
                : RetryBudgets.tokenBucket(MOST)
                        .refill(10, Duration.ofSeconds(1))
                        .cost(ErrorCategory.TRANSIENT, LEAST);
    }

    static Purse ratio(Level level) {
        return purse(
                switch (level) {
                    case EMPTY -> RetryBudgets.ratio(0.1).minPerSecond(0);
                    case FULL -> RetryBudgets.ratio(0.1).minPerSecond(1).capacity(10);
                    case HALF ->
                        RetryBudgets.ratio(0.1)
                                .minPerSecond(10_000)
                                .window(Duration.ofSeconds(60))
                                .capacity(MOST)
                                .cost(ErrorCategory.TRANSIENT, LEAST);
                });
    }

    static Purse quota(Level level) {
        return purse(quotaSpec(level));
    }

    private static RetryBudget.Spec quotaSpec(Level level) {
        return switch (level) {
            case EMPTY -> RetryBudgets.awsQuota().initial(0);
            case FULL -> RetryBudgets.awsQuota();
            case HALF ->
                RetryBudgets.awsQuota()
                        .capacity(MOST)
                        .initial(MOST / 2)
                        .successCredit(LEAST)
                        .cost(ErrorCategory.TRANSIENT, LEAST);
        };
    }

    static Purse grpcThrottle(Level level) {
        return purse(
                level == Level.FULL
                        ? RetryBudgets.grpcThrottle(10, 0.1)
                        : RetryBudgets.grpcThrottle(1000, 0.001).initial(level == Level.EMPTY ? 0 : 1000));
    }

    static Purse adaptiveThrottle(Level level) {
        return purse(RetryBudgets.adaptiveThrottle());
    }

    static Purse allOf(Level level) {
        return purse(RetryBudgets.allOf(tokenBucketSpec(level), quotaSpec(level)));
    }

    /** No level: there is room for every call, none for any, or the calls of the benchmark come and go. */
    static Purse concurrencyShare(Level level) {
        RetryBudget budget = RetryBudgets.create(RetryBudgets.concurrencyShare(0.2, level == Level.EMPTY ? 0 : 1000));
        if (level == Level.EMPTY) {
            return new ForbearPurse(budget);
        }
        return () -> {
            budget.callStarted();
            long taken = budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0);
            budget.callSucceeded(taken);
            return taken >= 0;
        };
    }

    /** The engine reads the clock once for each failure, for all who need the time. */
    static Purse atKnownTime(Purse purse) {
        FedBudget budget = (FedBudget) ((ForbearPurse) purse).budget();
        long now = NanoClock.system().nanoTime();
        return () -> budget.tryWithdraw(ErrorCategory.TRANSIENT, Criticality.NORMAL, 0, now) >= 0;
    }

    private static Purse purse(RetryBudget.Spec spec) {
        return new ForbearPurse(RetryBudgets.create(spec));
    }
}
