package io.forbear.retry.jcstress;

import static io.forbear.retry.jcstress.BudgetStress.STILL;
import static io.forbear.retry.jcstress.BudgetStress.bucket;
import static io.forbear.retry.jcstress.BudgetStress.take;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Races of budgets that keep more than a ledger: counts of calls in flight, several parts.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * AllOf                                   422466         0           -
 * AllOfMutant                             300662         0      300662
 * ConcurrencyShare                        613941         0           -
 * ConcurrencyShareMutant                  216168         0       27680
 * </pre>
 */
public final class BudgetKindsStress {

    private BudgetKindsStress() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one of two calls retries")
    @Outcome(expect = FORBIDDEN, desc = "more than the share retries, or a count was lost")
    public static class ConcurrencyShare {
        final RetryBudget budget = RetryBudgets.concurrencyShare(0.5, 0).create(STILL);

        public ConcurrencyShare() {
            budget.callStarted();
            budget.callStarted();
        }

        @Actor
        public void first(ZZJ_Result r) {
            r.r1 = take(budget);
        }

        @Actor
        public void second(ZZJ_Result r) {
            r.r2 = take(budget);
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = budget.balance();
        }
    }

    /** {@link ConcurrencyShare} where the limit is read before, and not in, the step. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "true, true, -1000", expect = ACCEPTABLE_INTERESTING, desc = "more than the share retries")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class ConcurrencyShareMutant {
        final AtomicLong retrying = new AtomicLong();

        private boolean take() {
            return retrying.get() < 1 && retrying.incrementAndGet() > 0;
        }

        @Actor
        public void first(ZZJ_Result r) {
            r.r1 = take();
        }

        @Actor
        public void second(ZZJ_Result r) {
            r.r2 = take();
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = 1000 * (1 - retrying.get());
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 1000", "false, true, 1000"},
            expect = ACCEPTABLE,
            desc = "one got both, the other none")
    @Outcome(expect = FORBIDDEN, desc = "a part paid for a refused retry, or twice for one")
    public static class AllOf {
        final RetryBudget wide = bucket(2);
        final RetryBudget narrow = bucket(1);
        final RetryBudget both = RetryBudgets.allOf(RetryBudgets.shared(wide), RetryBudgets.shared(narrow))
                .create(STILL);

        @Actor
        public void first(ZZJ_Result r) {
            r.r1 = take(both);
        }

        @Actor
        public void second(ZZJ_Result r) {
            r.r2 = take(both);
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = wide.balance() + 10 * narrow.balance();
        }
    }

    /** {@link AllOf} without the giving back. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "one part paid for a refused retry")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class AllOfMutant {
        final RetryBudget wide = bucket(2);
        final RetryBudget narrow = bucket(1);

        @Actor
        public void first(ZZJ_Result r) {
            r.r1 = take(wide) && take(narrow);
        }

        @Actor
        public void second(ZZJ_Result r) {
            r.r2 = take(wide) && take(narrow);
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = wide.balance() + 10 * narrow.balance();
        }
    }
}
