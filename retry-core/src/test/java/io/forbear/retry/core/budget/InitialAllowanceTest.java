package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.CRITICAL;
import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.testkit.ManualClock;
import org.junit.jupiter.api.Test;

/** A floor of ten tokens, and five that a new budget may take again. */
class InitialAllowanceTest {

    private final ManualClock clock = new ManualClock();
    private final RatioSpec spec = RetryBudgets.ratio(1)
            .minPerSecond(1)
            .window(ofSeconds(10))
            .capacity(40)
            .cost(SERVER_ERROR, 3)
            .initial(5);

    private static int drain(RetryBudget budget, Criticality criticality) {
        int count = 0;
        while (budget.tryWithdraw(TRANSIENT, criticality, 0) >= 0) {
            count++;
        }
        return count;
    }

    @Test
    void whatWasTakenInEarlierTenthsCanBeTakenAgainOnce() {
        RetryBudget budget = spec.create(clock);
        assertThat(drain(budget, NORMAL)).isEqualTo(10);
        assertThat(budget.balance()).as("in the same tenth").isZero();

        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).isEqualTo(5000);
        assertThat(drain(budget, NORMAL)).isEqualTo(5);
        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).isZero();
        assertThat(drain(budget, NORMAL)).isZero();
    }

    @Test
    void itIsUsedForWhatIsMissingAlone() {
        RetryBudget budget = spec.create(clock);
        for (int i = 0; i < 3; i++) {
            assertThat(budget.tryWithdraw(SERVER_ERROR, NORMAL, 0)).isEqualTo(3000);
        }
        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).as("one, and five").isEqualTo(6000);

        assertThat(budget.tryWithdraw(SERVER_ERROR, NORMAL, 0)).isEqualTo(3000);
        assertThat(budget.balance()).isEqualTo(3000);
        assertThat(budget.tryWithdraw(SERVER_ERROR, NORMAL, 0)).isEqualTo(3000);
        assertThat(budget.balance()).isZero();
    }

    @Test
    void itKeepsTheReserveForCriticalCalls() {
        RetryBudget budget = spec.reserveForCritical(0.2).create(clock);
        assertThat(drain(budget, NORMAL)).isEqualTo(8);

        clock.advance(ofSeconds(1));
        assertThat(drain(budget, NORMAL)).isEqualTo(5);
        assertThat(budget.balance()).isEqualTo(2000);
        assertThat(drain(budget, CRITICAL)).isEqualTo(2);
    }

    @Test
    void itEndsWithTheFirstSuccesses() {
        RetryBudget budget = spec.create(clock);
        drain(budget, NORMAL);
        for (int i = 0; i < RatioSpec.SUCCESSES_TO_START; i++) {
            budget.callSucceeded(0);
        }
        drain(budget, NORMAL);

        clock.advance(ofSeconds(1));
        assertThat(budget.balance()).isZero();
    }

    @Test
    void successesBeyondTheCapacityDepositNothing() {
        RetryBudget budget = RetryBudgets.ratio(1)
                .minPerSecond(0)
                .window(ofSeconds(10))
                .capacity(10)
                .initial(0)
                .create(clock);
        for (int i = 0; i < 10; i++) {
            budget.callSucceeded(0);
        }
        clock.advance(ofSeconds(5));
        budget.callSucceeded(0);
        assertThat(budget.balance()).isEqualTo(10_000);

        clock.advance(ofSeconds(5));
        assertThat(budget.balance()).isZero();
    }
}
