package io.forbear.retry.core.budget;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Nested;

/** Every kind of budget under the contract. */
class RetryBudgetContractTest {

    /** The lowest random number: the throttle refuses as soon as it has any reason. */
    static final RandomGenerator LEAST = () -> 0L;

    @Nested
    class TokenBucket extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.tokenBucket(10).refill(7, ofMinutes(1));
        }
    }

    @Nested
    class TokenBucketWithTerms extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.tokenBucket(Integer.MAX_VALUE)
                    .initial(50)
                    .refill(0.001, java.time.Duration.ofDays(365))
                    .cost(ErrorCategory.RATE_LIMIT, 2.5)
                    .reserveForCritical(0.000_000_001)
                    .maxSharePerCall(0.9);
        }
    }

    @Nested
    class Ratio extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.ratio(0.1).minPerSecond(1);
        }
    }

    @Nested
    class RatioWithSmallCapacity extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.retriesPerCall(3).minPerSecond(0.5).capacity(20).reserveForCritical(0.2);
        }
    }

    @Nested
    class Earned extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.earned().burst(10);
        }
    }

    @Nested
    class EarnedWithTerms extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.earned(1)
                    .burst(20)
                    .perFailedCall(1)
                    .rescueCredit(1)
                    .timeoutCost(0)
                    .window(ofSeconds(1))
                    .reserveForCritical(0.2)
                    .maxSharePerCall(0.9);
        }
    }

    @Nested
    class AwsQuota extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.awsQuota();
        }
    }

    @Nested
    class AwsQuotaClassic extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.awsQuotaClassic();
        }
    }

    @Nested
    class GrpcThrottle extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.grpcThrottle(10, 0.1);
        }
    }

    @Nested
    class AdaptiveThrottle extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return clock -> {
                RetryBudget budget = RetryBudgets.adaptiveThrottle(2, ofSeconds(120))
                        .random(LEAST)
                        .create(clock);
                budget.callStarted();
                budget.callSucceeded(0);
                return budget;
            };
        }
    }

    @Nested
    class ConcurrencyShare extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.concurrencyShare(0.2, 3);
        }
    }

    @Nested
    class AllOfFed extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.allOf(
                    RetryBudgets.tokenBucket(20), RetryBudgets.awsQuota(), RetryBudgets.grpcThrottle(100, 0.5));
        }
    }

    @Nested
    class AllOfTold extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.allOf(RetryBudgets.tokenBucket(20), RetryBudgets.concurrencyShare(0.5, 2));
        }
    }

    @Nested
    class Shared extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.shared(RetryBudgets.tokenBucket(5).create(clock));
        }
    }

    @Nested
    class Unlimited extends RetryBudgetContract {
        @Override
        RetryBudget.Spec spec() {
            return RetryBudgets.unlimited();
        }

        @Override
        boolean refuses() {
            return false;
        }
    }
}
