package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import org.junit.jupiter.api.Test;

/** A ratio budget whose counters are read seldom. */
class RatioFeedTest {

    private final ManualClock clock = new ManualClock();
    private final ManualFeed feed = new ManualFeed();

    private FedBudget budget() {
        FedBudget budget = (FedBudget)
                RetryBudgets.ratio(0.1).minPerSecond(0).window(ofSeconds(10)).create(clock);
        budget.feed(feed, this);
        return budget;
    }

    @Test
    void growthSinceTheLastLookIsSpreadOverTheTimeBetween() {
        FedBudget budget = budget();

        feed.succeedAtOnce(100_000); // in 1000 s: 100 a second
        clock.advance(ofSeconds(1000));

        // the window holds the current slot, which has just begun, and nine before it
        assertThat(budget.balance()).isEqualTo(90_000);
    }

    @Test
    void growthWithinASlotCountsInFull() {
        FedBudget budget = budget();

        clock.advance(ofMillis(500));
        feed.succeedAtOnce(70);

        assertThat(budget.balance()).isEqualTo(7000);
    }

    /**
     * Growth just before a slot counts for the slot before. So up to a tenth of the window may be missing, never more.
     */
    @Test
    void aSteadyServiceMayRetryItsRatio() {
        FedBudget budget = budget();
        int granted = 0;

        for (int look = 0; look < 1000; look++) {
            feed.succeedAtOnce(10);
            while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {
                granted++;
            }
            clock.advance(ofMillis(100));
        }

        assertThat(granted).isBetween(900, 1000);
    }

    @Test
    void successesThatHavePaidAreNotSpreadOverLaterTimesToPayAgain() {
        FedBudget budget = budget();
        feed.succeedAtOnce(20);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0)).isEqualTo(1000);

        clock.advance(ofSeconds(10));

        assertThat(budget.balance()).isZero();
    }

    @Test
    void depositsAreForgottenAfterTheWindow() {
        FedBudget budget = budget();
        feed.succeedAtOnce(1000);
        assertThat(budget.balance()).isEqualTo(100_000);

        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).isEqualTo(100_000);
        clock.advance(ofDays(1));

        assertThat(budget.balance()).isZero();
    }

    @Test
    void severalServicesFeedOneBudget() {
        FedBudget budget = budget();
        ManualFeed other = new ManualFeed();
        other.succeedAtOnce(1000);
        budget.feed(other, this);

        feed.succeedAtOnce(10);
        other.succeedAtOnce(20);

        assertThat(budget.balance()).isEqualTo(3000);
    }

    @Test
    void aCapacityBoundsWhatAWindowAllows() {
        FedBudget budget =
                (FedBudget) RetryBudgets.ratio(1).minPerSecond(0).capacity(50).create(clock);
        budget.feed(feed, this);

        feed.succeedAtOnce(Integer.MAX_VALUE);

        assertThat(budget.balance()).isEqualTo(50_000);
        assertThat(budget.capacity()).isEqualTo(50_000);
    }

    @Test
    void countersThatOverflowTheRatioAllowTheCapacity() {
        FedBudget budget = (FedBudget) RetryBudgets.retriesPerCall(1000).create(clock);
        budget.feed(feed, this);

        feed.succeedAtOnce(Long.MAX_VALUE / 2);

        assertThat(budget.balance()).isEqualTo(budget.capacity());
    }

    @Test
    void aRefundAfterTheWindowGivesNothingTwice() {
        FedBudget budget = (FedBudget)
                RetryBudgets.ratio(0.1).minPerSecond(1).window(ofSeconds(10)).create(clock);
        long taken = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
        clock.advance(ofSeconds(30));

        budget.refund(taken);

        assertThat(budget.balance()).isEqualTo(10_000);
    }

    /** After a roll within a slot, growth is spread from that moment to the next look, and not from slot to slot. */
    @Test
    void growthBetweenTwoLooksIsSpreadFromTheMomentOfTheFirst() {
        FedBudget budget = (FedBudget)
                RetryBudgets.ratio(1).minPerSecond(0).window(ofSeconds(10)).create(clock);
        budget.feed(feed, this);
        feed.succeedAtOnce(40);
        clock.advance(ofMillis(1500));
        budget.balance();
        feed.succeedAtOnce(100);
        clock.advance(ofMillis(2000));
        assertThat(budget.balance()).isEqualTo(140_000);

        clock.advance(ofMillis(8000)); // the window begins at 2 s: a quarter of the 100 came before
        assertThat(budget.balance()).isEqualTo(75_000);
        clock.advance(ofMillis(1000));
        assertThat(budget.balance()).isEqualTo(25_000);
        clock.advance(ofMillis(1000));
        assertThat(budget.balance()).isZero();
    }

    @Test
    void whatIsTakenAsASlotBeginsIsBackAWindowLater() {
        FedBudget budget = (FedBudget)
                RetryBudgets.ratio(1).minPerSecond(1).window(ofSeconds(10)).create(clock);
        clock.advance(ofSeconds(1));
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {}

        clock.advance(ofSeconds(9));
        assertThat(budget.balance()).isZero();
        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).isEqualTo(10_000);
    }

    @Test
    void aThreadWithAnOlderReadingDoesNotMoveTheWindowBack() {
        FedBudget budget = (FedBudget)
                RetryBudgets.ratio(1).minPerSecond(1).window(ofSeconds(10)).create(clock);
        clock.advance(ofSeconds(5));
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0) {}

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime() - 1_000_000_000L))
                .isEqualTo(RetryBudget.REFUSED);
        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime())).isEqualTo(RetryBudget.REFUSED);
    }
}
