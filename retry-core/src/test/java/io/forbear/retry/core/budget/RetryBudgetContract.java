package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The contract of every budget. A subclass makes the kind, with settings under which a new one grants at least one
 * retry.
 */
abstract class RetryBudgetContract {

    final ManualClock clock = new ManualClock(Long.MAX_VALUE - 5_000_000_000L);

    abstract RetryBudget.Spec spec();

    /** Says whether the budget ever refuses. */
    boolean refuses() {
        return true;
    }

    private RetryBudget budget() {
        RetryBudget budget = spec().create(clock);
        budget.callStarted();
        return budget;
    }

    private static void assertInRange(RetryBudget budget) {
        assertThat(budget.balance()).isBetween(0L, budget.capacity());
    }

    private static void exhaust(RetryBudget budget) {
        for (int i = 0; i < 10_000 && budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0; i++) {
            budget.attemptFailed(TRANSIENT, true);
        }
    }

    @Test
    void capacityIsMoreThanZeroAndBoundsTheBalance() {
        RetryBudget budget = budget();

        assertThat(budget.capacity()).isPositive();
        assertInRange(budget);
    }

    @Test
    void grantsARetryWhenFresh() {
        assertThat(budget().tryWithdraw(TRANSIENT, NORMAL, 0)).isNotNegative();
    }

    @Test
    void refusesWhenExhausted() {
        RetryBudget budget = budget();

        exhaust(budget);

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0) == RetryBudget.REFUSED)
                .isEqualTo(refuses());
    }

    @Test
    void refusalLeavesTheBalanceAsItIs() {
        RetryBudget budget = budget();
        exhaust(budget);
        long before = budget.balance();

        for (int i = 0; i < 100; i++) {
            budget.tryWithdraw(TRANSIENT, NORMAL, 0);
        }

        assertThat(budget.balance()).isEqualTo(before);
    }

    @Test
    void refundRestoresTheBalance() {
        RetryBudget budget = budget();
        long before = budget.balance();

        long taken = budget.tryWithdraw(RATE_LIMIT, NORMAL, 0);
        budget.refund(taken);

        assertThat(taken).isNotNegative();
        assertThat(budget.balance()).isEqualTo(before);
    }

    @Test
    void refundNeverExceedsTheCapacity() {
        RetryBudget budget = budget();

        for (long amount : new long[] {0, 1, 1000, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            budget.refund(amount);
            assertInRange(budget);
        }
        exhaust(budget);
        assertInRange(budget);
        budget.refund(Long.MAX_VALUE);

        assertInRange(budget);
    }

    @Test
    void deposits_neverExceedTheCapacity() {
        RetryBudget budget = budget();

        for (int i = 0; i < 2000; i++) {
            budget.callStarted();
            budget.callSucceeded(i % 3 == 0 ? budget.capacity() : 0);
            assertInRange(budget);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000_000, 3600_000_000_000L, Long.MAX_VALUE / 2, Long.MAX_VALUE})
    void balanceStaysInRangeAfterAnyIdleTime(long idle) {
        RetryBudget budget = budget();
        exhaust(budget);

        for (int i = 0; i < 3; i++) {
            clock.advanceNanos(idle);
            assertInRange(budget);
            budget.tryWithdraw(TRANSIENT, NORMAL, 0);
            assertInRange(budget);
        }
    }

    @Test
    void balanceStaysInRangeUnderAnyCalls() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RetryBudget budget = budget();
            Deque<Long> taken = new ArrayDeque<>();
            for (int i = 0; i < 200; i++) {
                act(budget, random, taken);
                assertThat(budget.balance()).as("seed %d", seed).isBetween(0L, budget.capacity());
            }
        }
    }

    private void act(RetryBudget budget, Random random, Deque<Long> taken) {
        ErrorCategory category = ErrorCategory.values()[random.nextInt(6)];
        switch (random.nextInt(7)) {
            case 0 -> budget.callStarted();
            case 1 -> budget.callSucceeded(taken.isEmpty() ? 0 : taken.pop());
            case 2 -> budget.callFailed(taken.isEmpty() ? 0 : taken.pop());
            case 3 -> budget.attemptFailed(category, random.nextBoolean());
            case 4 -> clock.advanceNanos(random.nextLong() >>> 1 + random.nextInt(60));
            case 5 -> budget.refund(taken.isEmpty() ? 0 : taken.pop());
            default -> {
                long got = budget.tryWithdraw(category, Criticality.values()[random.nextInt(3)], 0);
                assertThat(got).isGreaterThanOrEqualTo(RetryBudget.REFUSED);
                if (got >= 0) {
                    taken.push(got);
                }
            }
        }
    }

    /** A decorator reports no more calls than {@code observesCalls} asks for. */
    @Test
    void aBudgetThatDoesNotObserveCallsGainsNothingByASuccess() {
        RetryBudget budget = budget();
        exhaust(budget);
        long before = budget.balance();

        budget.callStarted();
        budget.callSucceeded(0);

        assertThat(budget.observesCalls() || budget.balance() == before).isTrue();
    }

    @Test
    void aFeedThatIsAddedLateDepositsNothingForItsPast() {
        RetryBudget budget = budget();
        if (budget instanceof FedBudget fed) {
            exhaust(budget);
            long before = budget.balance();
            ManualFeed feed = new ManualFeed();
            feed.succeedAtOnce(1_000_000);

            fed.feed(feed, this);

            assertThat(budget.balance()).isEqualTo(before);
        }
    }
}
