package io.forbear.retry.jcstress;

import static io.forbear.retry.jcstress.BudgetStress.STILL;
import static io.forbear.retry.jcstress.BudgetStress.take;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/**
 * Races of what calls earn, take, give back and lose by time-outs.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * SuccessRacesTake                       1005277         0           -
 * SuccessRacesTakeMutant                 1274055         0          20
 * TakeRacesTimeOut                        822493         0           -
 * TakeRacesTimeOutMutant                 5791782         0       50528
 * </pre>
 */
public final class EarnedBudgetStress {

    private EarnedBudgetStress() {}

    /** A call takes a token while an attempt of another times out. */
    @JCStressTest
    @State
    @Outcome(id = "true, 4500", expect = ACCEPTABLE, desc = "taken, then halved")
    @Outcome(id = "true, 4000", expect = ACCEPTABLE, desc = "halved, then taken")
    @Outcome(expect = FORBIDDEN, desc = "a move was lost")
    public static class TakeRacesTimeOut {
        final RetryBudget budget = RetryBudgets.earned().burst(10).create(STILL);

        @Actor
        public void takes(ZJ_Result r) {
            r.r1 = take(budget);
        }

        @Actor
        public void timesOut() {
            budget.attemptFailed(ErrorCategory.TIMEOUT, true);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = budget.balance();
        }
    }

    /** {@link TakeRacesTimeOut} with a balance that is read and then stored. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, 4500", "true, 4000"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"true, 9000", "true, 5000"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "a move was lost")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TakeRacesTimeOutMutant {
        volatile long balance = 10_000;

        @Actor
        public void takes(ZJ_Result r) {
            balance = balance - 1000;
            r.r1 = true;
        }

        @Actor
        public void timesOut() {
            balance = balance / 2;
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = balance;
        }
    }

    /**
     * Two calls succeed while the balance is empty and a third call takes: a success that comes between the readings of
     * the most and of the earned total must not be forfeited.
     */
    @JCStressTest
    @State
    @Outcome(id = "false, 2000", expect = ACCEPTABLE, desc = "asked before the first success")
    @Outcome(id = "true, 1000", expect = ACCEPTABLE, desc = "asked after it")
    @Outcome(expect = FORBIDDEN, desc = "a success was forfeited, or counted twice")
    public static class SuccessRacesTake {
        final RetryBudget budget = RetryBudgets.earned(1).burst(1).create(STILL);

        public SuccessRacesTake() {
            take(budget);
        }

        @Actor
        public void succeeds() {
            budget.callSucceeded(0);
            budget.callSucceeded(0);
        }

        @Actor
        public void takes(ZJ_Result r) {
            r.r1 = take(budget);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = budget.balance();
        }
    }

    /** {@link SuccessRacesTake} where the most is read before the earned total, and the difference is forfeited. */
    @JCStressTest
    @State
    @Outcome(
            id = {"false, 2000", "true, 1000"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"true, 0", "false, 1000", "false, 0"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "a success was forfeited")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class SuccessRacesTakeMutant {
        volatile long successes;
        volatile long spent;

        @Actor
        public void succeeds() {
            successes = successes + 1;
            successes = successes + 1;
        }

        @Actor
        public void takes(ZJ_Result r) {
            long most = Math.max(1000, successes * 1000);
            long earned = successes * 1000;
            long from = Math.max(spent, earned - most);
            r.r1 = earned - from >= 1000;
            spent = r.r1 ? from + 1000 : from;
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = successes * 1000 - spent;
        }
    }
}
