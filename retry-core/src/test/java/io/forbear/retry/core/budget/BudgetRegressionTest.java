package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.core.sla.SlaPlan;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Bugs in the budgets of other libraries, each as a test that these budgets do not have it. */
class BudgetRegressionTest {

    private final ManualClock clock = new ManualClock();

    private static boolean take(RetryBudget budget) {
        return budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0;
    }

    private static int drain(RetryBudget budget) {
        int grants = 0;
        while (take(budget)) {
            grants++;
        }
        return grants;
    }

    private FedBudget fed(RetryBudget.Spec spec, ManualFeed... feeds) {
        FedBudget budget = (FedBudget) spec.create(clock);
        for (ManualFeed feed : feeds) {
            budget.feed(feed, this);
        }
        return budget;
    }

    /** twitter/finagle#956: nested filters both deposit, and the budget is doubled. */
    @Test
    void oneServiceDepositsOnceHoweverOftenItIsAdded() {
        ManualFeed feed = new ManualFeed();
        FedBudget budget = fed(RetryBudgets.ratio(0.1).minPerSecond(0), feed, feed);

        feed.succeedAtOnce(100);

        assertThat(budget.balance()).isEqualTo(10_000);
    }

    /** twitter/finagle#956: a call that was retried deposits once, as any other. */
    @Test
    void aRetriedCallDepositsOnce() {
        FedBudget budget = fed(RetryBudgets.ratio(1).minPerSecond(1).window(ofSeconds(10)));

        long taken = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
        budget.attemptFailed(TRANSIENT, true);
        budget.callSucceeded(taken);

        assertThat(budget.balance()).isEqualTo(10_000);
    }

    /**
     * aws/aws-sdk-java-v2#5345: no deposit for a success at the first attempt, so that an empty bucket never recovers.
     */
    @Test
    void firstTrySuccessesRefillAnEmptyQuota() {
        ManualFeed feed = new ManualFeed();
        FedBudget budget = fed(RetryBudgets.awsQuota(), feed);
        drain(budget);

        feed.succeedAtOnce(13);
        assertThat(take(budget)).isTrue(); // 500 - 35 * 14 = 10 were left
        feed.succeedAtOnce(10_000);

        assertThat(budget.balance()).isEqualTo(500_000);
    }

    /** aws/aws-sdk-java-v2#5123: state was thrown away after each request. */
    @Test
    void aSharedBudgetIsTheSameForAllServicesThatShareIt() {
        RetryBudget.Spec spec = RetryBudgets.shared(RetryBudgets.tokenBucket(2).create(clock));

        assertThat(take(spec.create(clock))).isTrue();
        assertThat(take(spec.create(clock))).isTrue();
        assertThat(take(spec.create(clock))).isFalse();
    }

    /**
     * smithy-lang/smithy-rs#4632: capacity was deducted although nothing was granted, and fell further and further
     * below zero.
     */
    @Test
    void refusalsDeductNothing() {
        RetryBudget budget =
                RetryBudgets.tokenBucket(10).refill(1, ofSeconds(1)).create(clock);
        drain(budget);
        for (int i = 0; i < 50; i++) {
            assertThat(take(budget)).isFalse();
        }

        clock.advance(ofSeconds(1));

        assertThat(take(budget)).isTrue();
    }

    /** smithy-lang/smithy-rs#4749: a cost of 5 against a capacity of 1 never granted anything. */
    @Test
    void aCostAboveTheCapacityIsRefusedWhenTheBudgetIsMade() {
        assertThatThrownBy(() -> RetryBudgets.tokenBucket(1).cost(TRANSIENT, 5).create(clock))
                .hasMessage("cost(TRANSIENT): 5 tokens (expected: at most the capacity, 1 token)");
        assertThatThrownBy(() -> RetryBudgets.awsQuotaClassic().capacity(4).create(clock))
                .hasMessage("capacity: 4 tokens (expected: enough for a retry, 5 tokens)");
    }

    /** smithy-lang/smithy-rs#4749: a loop that sleeps until there is a token spun at the boundary of two floats. */
    @Test
    void theTokenIsThereAtTheNanosecondItIsDue() {
        RetryBudget budget = RetryBudgets.tokenBucket(1).refill(3, ofSeconds(1)).create(clock);
        assertThat(take(budget)).isTrue();

        clock.advanceNanos(333_333_333);
        assertThat(take(budget)).isFalse();
        clock.advanceNanos(1);

        assertThat(take(budget)).isTrue();
    }

    /** smithy-lang/smithy-typescript#1973: a retry was sent although tokens were short. */
    @Test
    void oneMilliTokenShortIsRefused() {
        assertThat(take(RetryBudgets.tokenBucket(10).initial(0.999).create(clock)))
                .isFalse();
        assertThat(take(RetryBudgets.tokenBucket(10).initial(1).create(clock))).isTrue();
    }

    /** awslabs/aws-sdk-kotlin#1999: the cost of another kind of error was charged. */
    @Test
    void eachCategoryIsChargedItsOwnCost() {
        RetryBudget quota = RetryBudgets.awsQuota().create(clock);
        RetryBudget classic = RetryBudgets.awsQuotaClassic().create(clock);

        assertThat(quota.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(14_000);
        assertThat(quota.tryWithdraw(TIMEOUT, NORMAL, 0)).isEqualTo(14_000);
        assertThat(quota.tryWithdraw(SERVER_ERROR, NORMAL, 0)).isEqualTo(14_000);
        assertThat(quota.tryWithdraw(RATE_LIMIT, NORMAL, 0)).isEqualTo(5_000);
        assertThat(classic.tryWithdraw(TIMEOUT, NORMAL, 0)).isEqualTo(10_000);
        assertThat(classic.tryWithdraw(RATE_LIMIT, NORMAL, 0)).isEqualTo(5_000);
    }

    /** awslabs/aws-sdk-kotlin#1318: 200 parallel calls drained the quota, and critical calls found nothing. */
    @Test
    void aFloodOfNormalCallsLeavesTheReserveToCriticalOnes() {
        RetryBudget budget =
                RetryBudgets.awsQuotaClassic().reserveForCritical(0.2).create(clock);

        assertThat(drain(budget)).isEqualTo(80);

        assertThat(budget.balance()).isEqualTo(100_000);
        assertThat(budget.tryWithdraw(TRANSIENT, CRITICAL, 0)).isEqualTo(5_000);
    }

    /** smithy-lang/smithy-rs#4394: a token count of NaN was taken for a full bucket. */
    @Test
    void whatIsNoNumberIsRefused() {
        double[] values = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1};
        for (double value : values) {
            assertRefused(() -> RetryBudgets.tokenBucket(10).refill(value, ofSeconds(1)));
            assertRefused(() -> RetryBudgets.tokenBucket(10).initial(value));
            assertRefused(() -> RetryBudgets.tokenBucket(10).cost(TRANSIENT, value));
            assertRefused(() -> RetryBudgets.tokenBucket(10).reserveForCritical(value));
            assertRefused(() -> RetryBudgets.tokenBucket(10).maxSharePerCall(value));
            assertRefused(() -> RetryBudgets.ratio(value));
            assertRefused(() -> RetryBudgets.ratio(1).minPerSecond(value));
            assertRefused(() -> RetryBudgets.awsQuota().initial(value));
            assertRefused(() -> RetryBudgets.awsQuota().successCredit(value));
            assertRefused(() -> RetryBudgets.grpcThrottle(10, value));
            assertRefused(() -> RetryBudgets.grpcThrottle(10, 1).initial(value));
            assertRefused(() -> RetryBudgets.adaptiveThrottle(value, ofSeconds(10)));
            assertRefused(() -> RetryBudgets.concurrencyShare(value, 1));
            assertRefused(() -> SlaPlan.of(value, 0.1, ofSeconds(1), ofMillis(10)));
            assertRefused(() -> SlaPlan.of(0.99, value, ofSeconds(1), ofMillis(10)));
        }
    }

    private static void assertRefused(Runnable setting) {
        assertThatThrownBy(setting::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    /** tower-rs/tower#857: {@code (1 / 0.6) as isize} made 100 % of 60 %. */
    @Test
    void aRatioIsNotRoundedToAWholeNumberOfCalls() {
        for (double ratio : new double[] {0.6, 0.251, 0.07, 0.999, 1.5}) {
            ManualFeed feed = new ManualFeed();
            FedBudget budget = fed(RetryBudgets.retriesPerCall(ratio).minPerSecond(0), feed);

            feed.succeedAtOnce(1000);

            assertThat(drain(budget)).as("ratio %s", ratio).isEqualTo((int) Math.round(ratio * 1000));
        }
    }

    /** joshrotenberg/tower-resilience#370: the rate was ignored. Lost updates: {@link LedgerThreadsTest}. */
    @Test
    void theRateIsHeeded() {
        RetryBudget budget = RetryBudgets.tokenBucket(1000)
                .initial(0)
                .refill(5, ofSeconds(1))
                .create(clock);

        clock.advance(ofSeconds(20));

        assertThat(drain(budget)).isEqualTo(100);
    }

    /** failsafe-go#139: the minimum concurrency was ignored. */
    @Test
    void theMinimumIsGrantedHoweverFewCallsAreInFlight() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0.1, 3).create(clock);
        for (int i = 0; i < 4; i++) {
            budget.callStarted();
        }

        assertThat(drain(budget)).isEqualTo(3);
    }

    /** failsafe-go#141: calls in flight were never counted, so that the share was always zero. */
    @Test
    void theShareGrowsWithTheCallsInFlight() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0.25, 0).create(clock);
        for (int i = 0; i < 40; i++) {
            budget.callStarted();
        }

        assertThat(drain(budget)).isEqualTo(10);
    }

    /** linkedin/venice#1498: without traffic the budget was frozen for ever. */
    @Test
    void noTrafficDoesNotFreezeABudget() {
        for (RetryBudget.Spec spec : new RetryBudget.Spec[] {
            RetryBudgets.tokenBucket(5).refill(5, ofSeconds(10)),
            RetryBudgets.ratio(0.1).minPerSecond(0.5).window(ofSeconds(10))
        }) {
            RetryBudget budget = spec.create(clock);
            assertThat(drain(budget)).isEqualTo(5);

            clock.advance(ofSeconds(10));

            assertThat(drain(budget)).isEqualTo(5);
        }
    }

    /**
     * envoyproxy/envoy#30205, envoy-mobile#811: calls that wait for a retry left the denominator, and the budget
     * shrank.
     */
    @Test
    void failingCallsDoNotShrinkTheShare() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0.5, 0).create(clock);
        for (int i = 0; i < 10; i++) {
            budget.callStarted();
        }
        int granted = 0;
        for (int i = 0; i < 10; i++) {
            budget.attemptFailed(TRANSIENT, true);
            granted += take(budget) ? 1 : 0;
        }

        assertThat(granted).isEqualTo(5);
    }

    /** istio/istio#57322: a configuration with a budget alone was refused. */
    @Test
    void eachKindIsCompleteWithoutFurtherSettings() {
        for (RetryBudget.Spec spec : new RetryBudget.Spec[] {
            RetryBudgets.tokenBucket(1),
            RetryBudgets.ratio(),
            RetryBudgets.awsQuota(),
            RetryBudgets.awsQuotaClassic(),
            RetryBudgets.grpcThrottle(10, 0.1),
            RetryBudgets.adaptiveThrottle(),
            RetryBudgets.concurrencyShare(0.2, 3),
            RetryBudgets.allOf(RetryBudgets.ratio())
        }) {
            RetryBudget budget = spec.create(clock);
            budget.callStarted();
            budget.callSucceeded(0);
            budget.callStarted();
            assertThat(take(budget)).isTrue();
        }
    }

    /**
     * zeromicro/go-zero#5011: requests were counted at their end: too late if the window is shorter than the time-out.
     */
    @Test
    void adaptiveThrottleCountsRequestsThatAreStillUnderWay() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(2, ofSeconds(10))
                .random(RetryBudgetContractTest.LEAST)
                .create(clock);
        budget.callStarted();
        budget.callSucceeded(0);
        budget.callStarted();
        assertThat(take(budget)).isTrue();

        for (int i = 0; i < 5; i++) {
            budget.callStarted(); // and hang
        }

        assertThat(take(budget)).isFalse();
    }

    /**
     * tower {@code TpsBudget}, twitter-util {@code WindowedAdder} (read): each look moves the start of the slot to now.
     */
    @Test
    void looksDoNotMakeTheWindowLonger() {
        RetryBudget budget =
                RetryBudgets.ratio(1).minPerSecond(1).window(ofSeconds(10)).create(clock);
        assertThat(drain(budget)).isEqualTo(10);

        for (int i = 0; i < 6; i++) {
            clock.advance(ofMillis(1666));
            budget.balance();
        }
        clock.advance(Duration.ofSeconds(10).minus(ofMillis(6 * 1666)));

        assertThat(drain(budget)).isEqualTo(10);
    }

    /** A budget with one category free of cost still charges for the others. */
    @Test
    void freeRetriesLeaveTheBalanceAlone() {
        RetryBudget budget = RetryBudgets.tokenBucket(1).cost(RATE_LIMIT, 0).create(clock);
        drain(budget);

        assertThat(budget.tryWithdraw(RATE_LIMIT, NORMAL, 0)).isZero();
        assertThat(budget.tryWithdraw(ErrorCategory.NETWORK_ERROR, NORMAL, 0)).isEqualTo(RetryBudget.REFUSED);
    }
}
