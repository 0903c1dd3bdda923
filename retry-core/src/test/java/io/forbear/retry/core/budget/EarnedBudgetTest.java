package io.forbear.retry.core.budget;

import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.junit.jupiter.api.Test;

/** The budget that calls earn. */
class EarnedBudgetTest {

    private final ManualClock clock = new ManualClock();

    private RetryBudget budget(UnaryOperator<EarnedSpec> settings) {
        return settings.apply(RetryBudgets.earned()).create(clock);
    }

    private static long take(RetryBudget budget, ErrorCategory category) {
        return budget.tryWithdraw(category, Criticality.NORMAL, 0);
    }

    private static void succeed(RetryBudget budget, int calls) {
        for (int i = 0; i < calls; i++) {
            budget.callSucceeded(0);
        }
    }

    @Test
    void aNewOneHoldsTheBurst() {
        RetryBudget budget = budget(spec -> spec);

        assertThat(budget.balance()).isEqualTo(2000);
        assertThat(budget.capacity()).isEqualTo(2000);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(1000);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(1000);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(RetryBudget.REFUSED);
        clock.advance(ofSeconds(1_000_000));
        assertThat(budget.balance()).as("time earns nothing").isZero();
    }

    @Test
    void fiveSuccessesOrFiftyFailedCallsEarnARetry() {
        RetryBudget budget = budget(spec -> spec);
        take(budget, SERVER_ERROR);
        take(budget, SERVER_ERROR);

        succeed(budget, 5);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(1000);
        for (int i = 0; i < 49; i++) {
            budget.callFailed(0);
        }
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(RetryBudget.REFUSED);
        budget.callFailed(0);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(1000);
    }

    @Test
    void itHoldsWhatTheLastWindowHasEarned() {
        RetryBudget budget = budget(spec -> spec);
        succeed(budget, 1000);

        assertThat(budget.balance()).isEqualTo(200_000);
        clock.advance(ofSeconds(9));
        assertThat(budget.balance()).isEqualTo(200_000);
        clock.advance(ofSeconds(2));
        assertThat(budget.balance()).isEqualTo(2000);
        assertThat(budget.capacity()).isEqualTo(2000);
    }

    @Test
    void whatIsAboveTheWindowIsForfeitedForGood() {
        RetryBudget budget = budget(spec -> spec);
        succeed(budget, 1000);
        clock.advance(ofSeconds(20));
        take(budget, SERVER_ERROR);
        assertThat(budget.balance()).isEqualTo(1000);

        succeed(budget, 100);

        assertThat(budget.balance())
                .as("100 successes allow 20, of which 20 were earned and 1 was left")
                .isEqualTo(20_000);
    }

    @Test
    void aRetryThatRescuesItsCallGivesMostOfItBack() {
        RetryBudget budget = budget(spec -> spec);
        long taken = take(budget, SERVER_ERROR);

        ((FedBudget) budget).recovered(taken);

        assertThat(budget.balance()).isEqualTo(1700);
        budget.callSucceeded(take(budget, SERVER_ERROR));
        assertThat(budget.balance())
                .as("and the success that is told earns too")
                .isEqualTo(1600);
    }

    @Test
    void aRetryAfterARateLimitGivesNothingBack() {
        RetryBudget budget = budget(spec -> spec);
        long taken = take(budget, RATE_LIMIT);

        ((FedBudget) budget).recovered(taken);

        assertThat(taken).isEqualTo(999);
        assertThat(budget.balance()).isEqualTo(1001);
    }

    @Test
    void aTimeOutHalvesTheBalanceAndTakesTwoTokensAtLeast() {
        RetryBudget budget = budget(spec -> spec);
        succeed(budget, 100);
        assertThat(budget.balance()).isEqualTo(20_000);

        budget.attemptFailed(TIMEOUT, true);
        assertThat(budget.balance()).isEqualTo(10_000);
        budget.attemptFailed(TIMEOUT, false);
        budget.attemptFailed(SERVER_ERROR, true);
        assertThat(budget.balance()).isEqualTo(5000);
        budget.attemptFailed(TIMEOUT, true);
        assertThat(budget.balance()).isEqualTo(2500);
        budget.attemptFailed(TIMEOUT, true);
        assertThat(budget.balance()).isEqualTo(500);
        budget.attemptFailed(TIMEOUT, true);
        assertThat(budget.balance()).isZero();
    }

    @Test
    void timeOutsMayCostNothing() {
        RetryBudget budget = budget(spec -> spec.timeoutCost(0));

        budget.attemptFailed(TIMEOUT, true);

        assertThat(budget.balance()).isEqualTo(2000);
    }

    @Test
    void whatIsRefundedIsThereAgain() {
        RetryBudget budget = budget(spec -> spec);

        budget.refund(take(budget, SERVER_ERROR));

        assertThat(budget.balance()).isEqualTo(2000);
    }

    @Test
    void successesOfAFeedEarn() {
        FedBudget budget = (FedBudget) budget(spec -> spec);
        ManualFeed feed = new ManualFeed();
        feed.succeedAtOnce(1_000_000);
        budget.feed(feed, this);
        budget.ticked();

        feed.succeedAtOnce(40);
        budget.look(clock.nanoTime());

        assertThat(budget.balance()).isEqualTo(8000);
        clock.advance(ofMillis(9_900));
        assertThat(budget.capacity()).isEqualTo(8000);
        clock.advance(ofMillis(200));
        assertThat(budget.capacity()).isEqualTo(2000);
    }

    /** The count times the ratio did not fit a long: after eleven days of 50,000 calls a second nothing was granted. */
    @Test
    void theCountOfAFeedMayBeAsLargeAsYearsMakeIt() {
        FedBudget budget = (FedBudget) budget(spec -> spec);
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);

        feed.succeedAtOnce(1_000_000_000_000_000L);
        budget.look(clock.nanoTime());
        clock.advance(ofSeconds(60));
        budget.look(clock.nanoTime());

        assertThat(budget.balance()).isEqualTo(2000);
        feed.succeedAtOnce(1000);
        assertThat(budget.balance()).isEqualTo(200_000);
        assertThat(take(budget, SERVER_ERROR)).isEqualTo(1000);
    }

    /** They counted as of the last look, which may be long ago where nobody asks for a retry. */
    @Test
    void successesThatAreToldCountFromWhenTheyAreTold() {
        RetryBudget budget = budget(spec -> spec);
        clock.advance(ofSeconds(20));

        succeed(budget, 1000);

        assertThat(budget.balance()).isEqualTo(200_000);
    }

    @Test
    void aRateLimitIsToldFromOthersByItsCostAlone() {
        RetryBudget same = budget(spec -> spec.burst(4).cost(SERVER_ERROR, 0.5).cost(RATE_LIMIT, 0.5));
        ((FedBudget) same).recovered(take(same, SERVER_ERROR));
        assertThat(same.balance()).isEqualTo(3850);

        RetryBudget own = budget(spec -> spec.burst(4).cost(RATE_LIMIT, 0.5));
        ((FedBudget) own).recovered(take(own, RATE_LIMIT));
        assertThat(own.balance()).isEqualTo(3500);
    }

    @Test
    void settingsAreChecked() {
        EarnedSpec spec = RetryBudgets.earned();
        for (UnaryOperator<EarnedSpec> wrong : List.<UnaryOperator<EarnedSpec>>of(
                s -> RetryBudgets.earned(-0.01),
                s -> RetryBudgets.earned(1.01),
                s -> s.perFailedCall(1.001),
                s -> s.burst(0),
                s -> s.rescueCredit(1.1),
                s -> s.timeoutCost(1000.1),
                s -> s.window(ofMillis(999)),
                s -> s.window(ofSeconds(61)))) {
            assertThatIllegalArgumentException().isThrownBy(() -> wrong.apply(spec));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec.cost(SERVER_ERROR, 3).create(clock))
                .withMessageContaining("cost(SERVER_ERROR)");
        assertThat(RetryBudgets.earned(1).burst(1).create(clock).balance()).isEqualTo(1000);
    }

    /** The rule in a few lines, for one thread: a balance, and what the slots of the window have earned. */
    private static final class Model {
        private final ArrayDeque<long[]> earned = new ArrayDeque<>();
        private long balance = 2000;

        private long most(long slot) {
            earned.removeIf(entry -> entry[0] <= slot - SlidingWindow.SLOTS);
            return Math.max(2000, earned.stream().mapToLong(entry -> entry[1]).sum());
        }

        private void earn(long slot, long milli) {
            earned.add(new long[] {slot, milli});
            balance = Math.min(most(slot), balance + milli);
        }
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().between(0, 40).list().ofMaxSize(300);
    }

    @Tag("bounds")
    @Property
    void holdsWhatTheRuleSays(@ForAll("steps") List<Integer> steps) {
        RetryBudget budget = budget(spec -> spec.perFailedCall(0));
        Model model = new Model();
        long slot = 0;
        for (int step : steps) {
            model.balance = Math.min(model.balance, model.most(slot));
            switch (step) {
                case 0, 1, 2 -> {
                    slot += step * step;
                    clock.advance(ofSeconds(step * step));
                }
                case 3, 4, 5 -> {
                    boolean granted = take(budget, SERVER_ERROR) >= 0;
                    assertThat(granted).isEqualTo(model.balance >= 1000);
                    model.balance -= granted ? 1000 : 0;
                }
                case 6 -> {
                    budget.attemptFailed(TIMEOUT, true);
                    model.balance = Math.max(0, Math.min(model.balance / 2, model.balance - 2000));
                }
                case 7 -> {
                    ((FedBudget) budget).recovered(1000);
                    model.balance = Math.min(model.most(slot), model.balance + 700);
                }
                default -> {
                    succeed(budget, step);
                    for (int i = 0; i < step; i++) {
                        model.earn(slot, 200);
                    }
                }
            }
            model.balance = Math.min(model.balance, model.most(slot));
            assertThat(budget.balance()).isEqualTo(model.balance);
            assertThat(budget.capacity()).isEqualTo(model.most(slot));
        }
    }
}
