package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A refund gives back what the window has not given back yet: no more and no less. */
class RatioRefundTest {

    private ManualClock clock = new ManualClock();

    private FedBudget budget() {
        return (FedBudget)
                RetryBudgets.ratio(0).minPerSecond(1).window(ofSeconds(10)).create(clock);
    }

    private int drain(FedBudget budget) {
        int count = 0;
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime()) >= 0) {
            count++;
        }
        return count;
    }

    @Test
    void tokensThatTheWindowHasGivenBackAreNotGivenBackAgain() {
        for (long start : new long[] {0, Long.MAX_VALUE - 5_000_000_000L, Long.MIN_VALUE}) {
            for (Duration wait : List.of(ofSeconds(10), ofSeconds(15), ofDays(30), ofDays(40_000))) {
                clock = new ManualClock(start);
                FedBudget budget = budget();
                assertThat(drain(budget)).isEqualTo(10);
                clock.advance(wait);
                assertThat(drain(budget)).isEqualTo(10);

                for (int i = 0; i < 10; i++) {
                    budget.refund(1000, start, 0, clock.nanoTime());
                }

                assertThat(drain(budget)).as("from %s after %s", start, wait).isZero();
            }
        }
    }

    @Test
    void withinTheWindowARefundRestoresExactly() {
        for (long start : new long[] {0, Long.MAX_VALUE - 5_000_000_000L}) {
            for (long wait : new long[] {0, 1, 999_999_999, 1_000_000_000, 5_500_000_000L, 9_999_999_999L}) {
                clock = new ManualClock(start);
                FedBudget budget = budget();
                drain(budget);
                clock.advanceNanos(wait);

                budget.refund(1000, start, 0, clock.nanoTime());

                assertThat(budget.balance()).as("after %s ns", wait).isEqualTo(1000);
                assertThat(drain(budget)).isEqualTo(1);
            }
        }
    }

    /** The engine stores times with a coarse unit: the slot before the right one may have left the window. */
    @Test
    void aTimeThatIsALittleEarlyLosesNothing() {
        clock.advance(ofSeconds(1));
        FedBudget budget = budget();
        long taken = clock.nanoTime();
        drain(budget);
        clock.advance(ofSeconds(9));

        budget.refund(1000, taken - 4095, 4095, clock.nanoTime());

        assertThat(budget.balance()).isEqualTo(1000);
    }

    /**
     * An earlier version booked a refund at its own time, so that it was missing after the withdrawal had left the
     * window.
     */
    @Test
    void aRefundLeavesTheWindowTogetherWithItsWithdrawal() {
        FedBudget budget = budget();
        long taken = clock.nanoTime();
        drain(budget);
        clock.advance(ofSeconds(8));
        budget.refund(1000, taken, 0, clock.nanoTime());

        clock.advance(ofSeconds(2));
        assertThat(drain(budget)).isEqualTo(10);
        clock.advance(ofSeconds(8));
        assertThat(budget.balance()).isZero();
        clock.advance(ofSeconds(2));
        assertThat(budget.balance()).isEqualTo(10_000);
    }

    @Test
    void aRefundOfUnknownAgeGivesBackNoMoreThanWasTakenWithinTheWindow() {
        RetryBudget budget = budget();
        drain((FedBudget) budget);
        clock.advance(ofSeconds(11));
        budget.tryWithdraw(TRANSIENT, NORMAL, 0);

        for (int i = 0; i < 10; i++) {
            budget.refund(1000);
        }

        assertThat(budget.balance()).isEqualTo(10_000);
    }

    @Test
    void anAllOfPassesTheTimeOnToItsParts() {
        FedBudget all = (FedBudget) RetryBudgets.allOf(
                        RetryBudgets.ratio(0).minPerSecond(1),
                        RetryBudgets.ratio(0).minPerSecond(1).window(ofSeconds(30)))
                .create(clock);
        long taken = clock.nanoTime();
        assertThat(drain(all)).isEqualTo(10);
        clock.advance(ofSeconds(15));
        assertThat(drain(all)).isEqualTo(10);

        for (int i = 0; i < 10; i++) {
            all.refund(1000, taken, 0, clock.nanoTime());
        }

        assertThat(drain(all)).as("the first part has given these back before").isZero();
    }

    @Test
    void aThrottleForgetsARequestOnce() {
        FedBudget throttle =
                (FedBudget) RetryBudgets.adaptiveThrottle(1, ofSeconds(10)).create(clock);
        long taken = clock.nanoTime();
        throttle.callStarted();
        throttle.callSucceeded(0);
        throttle.tryWithdraw(TRANSIENT, NORMAL, 0, taken);
        clock.advance(ofSeconds(20));
        for (int i = 0; i < 9; i++) {
            throttle.callStarted();
        }
        assertThat(throttle.balance()).isEqualTo(100);

        throttle.refund(1000, taken, 0, clock.nanoTime());

        assertThat(throttle.balance()).isEqualTo(100);
    }

    record Step(int kind, int which, int nanos) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return net.jqwik.api.Combinators.combine(
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.integers().between(0, 99),
                        Arbitraries.integers().between(0, 2_000_000_000))
                .as(Step::new)
                .list()
                .ofMaxSize(120);
    }

    /** The model stores each withdrawal with its slot, and removes those that are refunded. */
    @Property(tries = 1000)
    void agreesWithAListOfWithdrawals(@ForAll long start, @ForAll("steps") List<Step> steps) {
        clock = new ManualClock(start);
        FedBudget budget = budget();
        List<Long> out = new ArrayList<>();
        for (Step step : steps) {
            if (step.kind == 0) {
                clock.advance(ofNanos(step.nanos));
            } else if (step.kind == 1) {
                boolean granted = budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime()) >= 0;
                assertThat(granted).isEqualTo(within(out, start) < 10);
                if (granted) {
                    out.add(clock.nanoTime() - start);
                }
            } else if (!out.isEmpty()) {
                long taken = out.remove(step.which % out.size());
                budget.refund(1000, start + taken, 0, clock.nanoTime());
            }
            assertThat(budget.balance()).isEqualTo(1000 * (10 - within(out, start)));
        }
    }

    private long within(List<Long> out, long start) {
        long slot = (clock.nanoTime() - start) / 1_000_000_000L;
        return out.stream().filter(taken -> taken / 1_000_000_000L > slot - 10).count();
    }
}
