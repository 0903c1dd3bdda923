package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ScriptedRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Adaptive throttling, concurrency share and all-of, beyond the contract. */
class OtherKindsTest {

    private final ManualClock clock = new ManualClock();

    private static long take(RetryBudget budget) {
        return budget.tryWithdraw(TRANSIENT, NORMAL, 0);
    }

    @Test
    void adaptiveThrottleRefusesWithTheProbabilityOfTheFormula() {
        FedBudget budget = (FedBudget) RetryBudgets.adaptiveThrottle(2, ofSeconds(100))
                .random(new Random(7))
                .create(clock);
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);
        feed.succeedAtOnce(100);
        feed.failFirst(899);

        assertThat(budget.balance()).isEqualTo(201); // 1 - (999 - 2 * 100) / (999 + 1)
    }

    @Test
    void adaptiveThrottleForgetsWhatIsOlderThanItsWindow() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(2, ofSeconds(10)).create(clock);
        for (int i = 0; i < 100; i++) {
            budget.callStarted();
        }
        assertThat(budget.balance()).isLessThan(20);

        clock.advance(ofSeconds(10));

        assertThat(budget.balance()).isEqualTo(1000);
    }

    @Test
    void adaptiveThrottleTakesBackARetryThatWasNotMade() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(1, ofSeconds(10)).create(clock);
        budget.callStarted();
        budget.callSucceeded(0);
        long taken = take(budget);
        long after = budget.balance();

        budget.refund(taken);

        assertThat(after).isEqualTo(667);
        assertThat(budget.balance()).isEqualTo(1000);
    }

    @Test
    void adaptiveThrottleGrantsAShareOfRetries() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(2, ofSeconds(10))
                .random(new Random(11))
                .create(clock);
        for (int i = 0; i < 1000; i++) {
            budget.callStarted();
            if (i % 4 == 0) {
                budget.callSucceeded(0);
            }
        }
        int granted = 0;
        for (int i = 0; i < 2000; i++) {
            long taken = take(budget);
            budget.refund(Math.max(0, taken));
            granted += taken >= 0 ? 1 : 0;
        }

        assertThat(granted).isCloseTo(1000, within(100));
    }

    @Test
    void aRetryThatFollowsARetryKeepsItsPlace() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0, 1).create(clock);
        budget.callStarted();
        budget.callStarted();
        long taken = take(budget);
        assertThat(take(budget)).isEqualTo(RetryBudget.REFUSED);

        long again = budget.tryWithdraw(TRANSIENT, NORMAL, taken);

        assertThat(again).isEqualTo(1000);
        assertThat(budget.balance()).isZero();
        budget.callFailed(again);
        assertThat(budget.balance()).isEqualTo(1000);
        assertThat(take(budget)).isEqualTo(1000);
    }

    @Test
    void aRetryThatFollowsARetryIsRefusedWhereTheShareHasShrunk() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0.5, 0).create(clock);
        for (int i = 0; i < 4; i++) {
            budget.callStarted();
        }
        take(budget);
        take(budget);
        budget.callSucceeded(0);
        budget.callSucceeded(0);

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 1000)).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void callsThatDoNotTellThatTheyRetriedAreMadeUpFor() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0, 1).create(clock);
        budget.callStarted();
        take(budget);

        budget.callFailed(0);

        assertThat(budget.balance()).isEqualTo(1000);
    }

    @Test
    void allOfTakesNothingWhereOnePartRefuses() {
        RetryBudget first = RetryBudgets.tokenBucket(10).create(clock);
        RetryBudget second = RetryBudgets.awsQuota().initial(20).create(clock);
        RetryBudget both = RetryBudgets.allOf(RetryBudgets.shared(first), RetryBudgets.shared(second))
                .create(clock);

        assertThat(take(both)).isEqualTo(1000);
        assertThat(take(both)).isEqualTo(RetryBudget.REFUSED);

        assertThat(first.balance()).isEqualTo(9000);
        assertThat(second.balance()).isEqualTo(6000);
    }

    @Test
    void allOfGivesEachPartItsOwnBack() {
        RetryBudget first = RetryBudgets.tokenBucket(10).cost(RATE_LIMIT, 3).create(clock);
        RetryBudget second = RetryBudgets.awsQuota().create(clock);
        RetryBudget both = RetryBudgets.allOf(RetryBudgets.shared(first), RetryBudgets.shared(second))
                .create(clock);
        long afterRateLimit = both.tryWithdraw(RATE_LIMIT, NORMAL, 0);
        long afterServerError = both.tryWithdraw(SERVER_ERROR, NORMAL, afterRateLimit);
        assertThat(first.balance()).isEqualTo(6000);
        assertThat(second.balance()).isEqualTo(481_000);

        both.refund(afterServerError);
        assertThat(first.balance()).isEqualTo(7000);
        assertThat(second.balance()).isEqualTo(495_000);
        both.callSucceeded(afterRateLimit);

        assertThat(first.balance()).isEqualTo(7000);
        assertThat(second.balance()).isEqualTo(500_000);
    }

    @Test
    void allOfBoundsWhatOneCallTakesOfAPart() {
        RetryBudget both = RetryBudgets.allOf(
                        RetryBudgets.tokenBucket(100),
                        RetryBudgets.awsQuota().capacity(100).maxSharePerCall(0.3))
                .create(clock);
        long taken = take(both);
        taken += both.tryWithdraw(TRANSIENT, NORMAL, taken);

        assertThat(both.tryWithdraw(TRANSIENT, NORMAL, taken)).isEqualTo(RetryBudget.REFUSED);
        assertThat(take(both)).isEqualTo(1000);
    }

    @Test
    void allOfTakesOnePlaceForACallThatIsRetriedAfterSeveralCategories() {
        RetryBudget share = RetryBudgets.concurrencyShare(0, 2).create(clock);
        RetryBudget both = RetryBudgets.allOf(RetryBudgets.shared(share)).create(clock);
        both.callStarted();
        both.callStarted();

        long first = take(both);
        long second = both.tryWithdraw(RATE_LIMIT, NORMAL, first);
        assertThat(share.balance()).isEqualTo(1000);
        both.callSucceeded(second);

        assertThat(share.balance()).isEqualTo(2000);
    }

    @Test
    void allOfKeepsThePlaceOfACallWhoseLaterRetryIsRefused() {
        RetryBudget share = RetryBudgets.concurrencyShare(0, 1).create(clock);
        RetryBudget both = RetryBudgets.allOf(
                        RetryBudgets.allOf(RetryBudgets.shared(share)), RetryBudgets.tokenBucket(1))
                .create(clock);
        both.callStarted();
        long first = take(both);

        assertThat(both.tryWithdraw(TRANSIENT, NORMAL, first)).isEqualTo(RetryBudget.REFUSED);
        assertThat(share.balance()).as("the call is still retrying").isZero();
        both.callFailed(first);

        assertThat(share.balance()).isEqualTo(1000);
    }

    @Test
    void allOfGivesBackWhatItTookWhereAPartThrows() {
        RetryBudget first = RetryBudgets.tokenBucket(3).create(clock);
        RetryBudget both = RetryBudgets.allOf(
                        RetryBudgets.shared(first),
                        RetryBudgets.adaptiveThrottle().random(() -> {
                            throw new IllegalStateException();
                        }))
                .create(clock);
        for (int i = 0; i < 10; i++) {
            both.callStarted();
        }

        assertThatThrownBy(() -> take(both)).isInstanceOf(IllegalStateException.class);

        assertThat(first.balance()).isEqualTo(3000);
    }

    @Test
    void allOfIsFedAndReportsToPartsThatCannotBeFed() {
        FedBudget fed = (FedBudget) RetryBudgets.allOf(RetryBudgets.ratio(), RetryBudgets.awsQuota())
                .create(clock);
        FedBudget mixed = (FedBudget) RetryBudgets.allOf(RetryBudgets.ratio(), RetryBudgets.concurrencyShare(1, 1))
                .create(clock);

        assertThat(fed.needsTelling()).isFalse();
        assertThat(mixed.needsTelling()).isTrue();
        assertThat(fed.observesCalls()).as("asked by a decorator").isTrue();
        assertThat(mixed.observesCalls()).isTrue();
    }

    @Test
    void allOfPassesFeedsOn() {
        RetryBudget quota = RetryBudgets.awsQuota().initial(0).create(clock);
        FedBudget all =
                (FedBudget) RetryBudgets.allOf(RetryBudgets.shared(quota)).create(clock);
        ManualFeed feed = new ManualFeed();
        all.feed(feed, this);
        feed.succeedAtOnce(3);

        assertThat(quota.balance()).isEqualTo(3000);
    }

    @Test
    void allOfCountsTimeByItsParts() {
        RetryBudget all = RetryBudgets.allOf(
                        RetryBudgets.tokenBucket(1).refill(1, ofSeconds(1)), RetryBudgets.unlimited())
                .create(clock);
        assertThat(take(all)).isEqualTo(1000);
        assertThat(take(all)).isEqualTo(RetryBudget.REFUSED);

        clock.advance(ofSeconds(1));

        assertThat(take(all)).isEqualTo(1000);
        assertThat(all.capacity()).isEqualTo(1000);
        assertThat(all.balance()).isZero();
    }

    @Test
    void grpcThrottleTakesNothingForARetryAndATokenForAFailure() {
        RetryBudget budget = RetryBudgets.grpcThrottle(10, 0.251).create(clock);

        assertThat(take(budget)).isZero();
        budget.attemptFailed(SERVER_ERROR, false);
        assertThat(budget.balance()).isEqualTo(10_000);
        for (int i = 0; i < 5; i++) {
            budget.attemptFailed(SERVER_ERROR, true);
        }
        assertThat(take(budget)).isEqualTo(RetryBudget.REFUSED);
        budget.callSucceeded(0);

        assertThat(budget.balance()).isEqualTo(5251);
        assertThat(take(budget)).isZero();
    }

    @Test
    void unlimitedIsAlwaysFullAndNoneAlwaysEmpty() {
        RetryBudget unlimited = RetryBudgets.unlimited().create(clock);
        RetryBudget none = RetryBudgets.none().create(clock);

        assertThat(take(unlimited)).isEqualTo(1000);
        assertThat(unlimited.balance()).isEqualTo(unlimited.capacity());
        assertThat(take(none)).isEqualTo(RetryBudget.REFUSED);
        assertThat(none.balance()).isZero();
        assertThat(none.capacity()).isPositive();
    }

    @Test
    void aPartWithoutALimitAddsNothing() {
        RetryBudget all = RetryBudgets.allOf(RetryBudgets.unlimited(), RetryBudgets.tokenBucket(500))
                .create(clock);

        assertThat(all.capacity()).isEqualTo(500_000);
        assertThat(RetryBudgets.allOf(RetryBudgets.unlimited(), RetryBudgets.unlimited())
                        .create(clock))
                .isSameAs(RetryBudgets.unlimited().create(clock));
    }

    @Test
    void adaptiveThrottleForgetsWhatWasAcceptedBeforeItsWindow() {
        FedBudget budget =
                (FedBudget) RetryBudgets.adaptiveThrottle(1, ofSeconds(10)).create(clock);
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);
        feed.succeedAtOnce(50);
        for (int i = 0; i < 100; i++) {
            budget.callStarted();
            budget.callSucceeded(0);
        }
        for (int i = 0; i < 2; i++) {
            clock.advance(ofSeconds(20));
            budget.balance();
        }

        feed.failFirst(4);
        for (int i = 0; i < 5; i++) {
            budget.callStarted();
        }

        assertThat(budget.balance()).isEqualTo(100); // 1 - 9 / (9 + 1)
    }

    @Test
    void adaptiveThrottleRefusesBelowTheProbabilityAndNotAtIt() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(1, ofSeconds(10))
                .random(ScriptedRandom.always(0.5))
                .create(clock);
        budget.callSucceeded(0);
        for (int i = 0; i < 3; i++) {
            budget.callStarted();
        }
        assertThat(take(budget)).as("(3 - 1) / (3 + 1)").isEqualTo(1000);

        assertThat(take(budget)).as("(4 - 1) / (4 + 1)").isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void adaptiveThrottleDrawsByChanceWhereItIsGivenNone() {
        RetryBudget budget = RetryBudgets.adaptiveThrottle(1, ofSeconds(10)).create(clock);
        budget.callStarted();
        int granted = 0;
        for (int i = 0; i < 1000; i++) {
            long taken = take(budget);
            budget.refund(Math.max(0, taken));
            granted += taken >= 0 ? 1 : 0;
        }

        assertThat(granted).as("one in two").isBetween(1, 999);
    }

    @Test
    void aRefundOfNothingGivesNoPlaceBack() {
        RetryBudget budget = RetryBudgets.concurrencyShare(0, 1).create(clock);
        budget.callStarted();
        budget.callStarted();
        long taken = take(budget);

        budget.refund(0);
        assertThat(budget.balance()).isZero();
        budget.callFailed(0);
        assertThat(budget.balance()).as("another call has ended").isZero();
        budget.callFailed(taken);
        assertThat(budget.balance()).isEqualTo(1000);
    }
}
