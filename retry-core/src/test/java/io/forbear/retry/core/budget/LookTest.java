package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A fed budget is looked at once a slot, so that it knows when its successes came. Here the test makes the looks. */
class LookTest {

    private static final long SECOND = 1_000_000_000L;

    private ManualClock clock = new ManualClock();
    private final ManualFeed feed = new ManualFeed();

    private FedBudget fed(RetryBudget.Spec spec) {
        FedBudget budget = (FedBudget) spec.create(clock);
        budget.feed(feed, this);
        return budget;
    }

    private void pass(FedBudget budget, long nanos) {
        long left = nanos;
        while (left > 0) {
            long step = Math.min(left, budget.tickNanos());
            clock.advanceNanos(step);
            budget.look(clock.nanoTime());
            left -= step;
        }
    }

    private static int drain(FedBudget budget, ManualClock clock) {
        int count = 0;
        while (budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime()) >= 0) {
            count++;
        }
        return count;
    }

    @Test
    void aHundredSuccessesAfterAQuietTimeAllowTenRetriesAndTheFloor() {
        for (long quiet : new long[] {60, 600}) {
            clock = new ManualClock();
            FedBudget budget = fed(RetryBudgets.ratio(0.1));
            pass(budget, quiet * SECOND);
            for (int i = 0; i < 100; i++) {
                feed.succeedAtOnce(1);
                clock.advance(ofMillis(10));
            }

            assertThat(drain(budget, clock)).isEqualTo(12);
        }
    }

    /** No look falls into the pause; the look before the first success after it is enough. */
    @Test
    void aLookBeforeTheFirstSuccessAfterAPauseIsEnough() {
        FedBudget budget = fed(RetryBudgets.ratio(0.1));
        feed.succeedAtOnce(100);
        pass(budget, 10 * SECOND);
        clock.advance(ofSeconds(3600));
        budget.look(clock.nanoTime());
        feed.succeedAtOnce(100);
        clock.advance(ofMillis(900));

        assertThat(drain(budget, clock)).isEqualTo(12);
    }

    /** The open case {@code tower_leaky}: a deposit of a second, three seconds ago. */
    @Test
    void aDepositThatHasLeaked() {
        FedBudget budget = fed(RetryBudgets.ratio(1).minPerSecond(0).window(ofSeconds(1)));
        feed.succeedAtOnce(1);
        pass(budget, 3 * SECOND);

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime())).isEqualTo(RetryBudget.REFUSED);
    }

    /** A look comes just before a program moves the clock: the growth until then belongs to that time. */
    @Test
    void aLookRightAfterASuccessKeepsItsTime() {
        FedBudget budget = fed(RetryBudgets.ratio(1).minPerSecond(0).window(ofSeconds(1)));
        feed.succeedAtOnce(1);
        budget.look(clock.nanoTime());
        clock.advance(ofSeconds(3));

        assertThat(budget.tryWithdraw(TRANSIENT, NORMAL, 0, clock.nanoTime())).isEqualTo(RetryBudget.REFUSED);
    }

    @Test
    void aThrottleForgetsWhatWasAcceptedBeforeItsWindow() {
        FedBudget throttle = fed(RetryBudgets.adaptiveThrottle(1, ofSeconds(10)));
        pass(throttle, 60 * SECOND);
        feed.succeedAtOnce(50);
        pass(throttle, SECOND);
        feed.failFirst(50);
        assertThat(throttle.balance()).as("50 of 100, and one").isEqualTo(505);

        pass(throttle, 9 * SECOND);

        assertThat(throttle.balance()).as("0 of 50, and one").isEqualTo(20);
    }

    @Test
    void onlyWindowsOverWhatIsFedTick() {
        assertThat(fed(RetryBudgets.ratio(0.1)).tickNanos()).isEqualTo(SECOND);
        assertThat(fed(RetryBudgets.adaptiveThrottle()).tickNanos()).isEqualTo(12 * SECOND);
        assertThat(fed(RetryBudgets.ratio(0)).tickNanos()).isZero();
        assertThat(fed(RetryBudgets.awsQuota()).tickNanos()).isZero();
        assertThat(fed(RetryBudgets.tokenBucket(1)).tickNanos()).isZero();
        assertThat(fed(RetryBudgets.allOf(
                                RetryBudgets.adaptiveThrottle(), RetryBudgets.tokenBucket(1), RetryBudgets.ratio()))
                        .tickNanos())
                .isEqualTo(SECOND);
    }

    /** Successes, and the time that passes before each. */
    record Step(int successes, long nanos) {}

    @Provide
    Arbitrary<List<Step>> traffic() {
        Arbitrary<Long> pauses = Arbitraries.oneOf(
                Arbitraries.longs().between(0, SECOND / 10),
                Arbitraries.longs().between(0, 3 * SECOND),
                Arbitraries.longs().between(0, 100 * SECOND));
        return Combinators.combine(Arbitraries.integers().between(0, 50), pauses)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    /**
     * With one look in each slot, wherever it falls, the successes within the window count. The error is at most the
     * successes within one slot of the far edge of the window.
     */
    @Property(tries = 500)
    void aWindowIsRightToWithinASlot(
            @ForAll long start, @ForAll("traffic") List<Step> steps, @ForAll("phases") long phase) {
        clock = new ManualClock(start);
        FedBudget budget = fed(RetryBudgets.ratio(1).minPerSecond(0).window(ofSeconds(10)));
        List<long[]> came = new ArrayList<>();
        long nextLook = phase;
        long elapsed = 0;
        for (Step step : steps) {
            long until = elapsed + step.nanos;
            while (nextLook <= until) {
                clock.advanceNanos(nextLook - elapsed);
                elapsed = nextLook;
                budget.look(clock.nanoTime());
                nextLook += SECOND;
            }
            clock.advanceNanos(until - elapsed);
            elapsed = until;
            feed.succeedAtOnce(step.successes);
            came.add(new long[] {elapsed, step.successes});
            long balance = budget.balance() / 1000;
            assertThat(balance).isBetween(since(came, elapsed - 8 * SECOND), since(came, elapsed - 11 * SECOND));
        }
    }

    @Provide
    Arbitrary<Long> phases() {
        return Arbitraries.longs().between(1, SECOND);
    }

    private static long since(List<long[]> came, long nanos) {
        return came.stream()
                .filter(one -> one[0] > nanos)
                .mapToLong(one -> one[1])
                .sum();
    }
}
