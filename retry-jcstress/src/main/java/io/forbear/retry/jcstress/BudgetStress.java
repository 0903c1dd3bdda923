package io.forbear.retry.jcstress;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.NanoClock;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.internal.CallFeed;
import io.forbear.retry.core.internal.FedBudget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Races of budgets. Time stands still in all of them.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * DepositRacesWithdraw                   1019942         0           -
 * DepositRacesWithdrawMutant              587975         0       16023
 * FeedRacesWithdraw                       854818         0           -
 * FeedRacesWithdrawMutant                 598263         0          94
 * TwoWithdrawers                          615698         0           -
 * TwoWithdrawersMutant                    581575         0       19292
 * </pre>
 */
public final class BudgetStress {

    static final NanoClock STILL = () -> 0;

    private BudgetStress() {}

    static boolean take(RetryBudget budget) {
        return budget.tryWithdraw(TRANSIENT, NORMAL, 0) >= 0;
    }

    static RetryBudget bucket(int tokens) {
        return RetryBudgets.tokenBucket(tokens)
                .refill(0.001, Duration.ofDays(1))
                .create(STILL);
    }

    /** A counter of first successes. */
    static final class Feed implements CallFeed {
        final AtomicLong count = new AtomicLong();

        @Override
        public long firstTrySuccesses() {
            return count.get();
        }

        @Override
        public long successes() {
            return count.get();
        }

        @Override
        public long calls() {
            return count.get();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "one caller took the last token")
    @Outcome(expect = FORBIDDEN, desc = "a token was granted twice, or lost")
    public static class TwoWithdrawers {
        final RetryBudget budget = bucket(1);

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

    /** {@link TwoWithdrawers} without the compare in the compare-and-set. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE_INTERESTING, desc = "the token was granted twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoWithdrawersMutant {
        volatile long balance = 1000;

        private boolean take() {
            long seen = balance;
            if (seen < 1000) {
                return false;
            }
            balance = seen - 1000;
            return true;
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
            r.r3 = balance;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "true, 1000", expect = ACCEPTABLE, desc = "the retry is paid for and the deposit is there")
    @Outcome(expect = FORBIDDEN, desc = "a deposit was lost, or a retry not paid for")
    public static class DepositRacesWithdraw {
        final RetryBudget budget =
                RetryBudgets.awsQuota().capacity(28).initial(14).create(STILL);

        @Actor
        public void withdraw(ZJ_Result r) {
            r.r1 = take(budget);
        }

        @Actor
        public void deposit() {
            budget.callSucceeded(0);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = budget.balance();
        }
    }

    /** {@link DepositRacesWithdraw} with a load and a store instead of a CAS. */
    @JCStressTest
    @State
    @Outcome(id = "true, 1000", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "true, 0", expect = ACCEPTABLE_INTERESTING, desc = "the deposit was lost")
    @Outcome(id = "true, 15000", expect = ACCEPTABLE_INTERESTING, desc = "the retry is not paid for")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class DepositRacesWithdrawMutant {
        volatile long balance = 14000;

        @Actor
        public void withdraw(ZJ_Result r) {
            long seen = balance;
            r.r1 = seen >= 14000;
            balance = seen - 14000;
        }

        @Actor
        public void deposit() {
            long seen = balance;
            balance = Math.min(28000, seen + 1000);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = balance;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 1000", "600, 1000", "1000, 1000"},
            expect = ACCEPTABLE,
            desc = "two refunds of 600 fill one token and no more")
    @Outcome(expect = FORBIDDEN, desc = "a balance was out of range, or a part of the refunds is missing")
    public static class RefundsNeverExceedTheCapacity {
        final RetryBudget budget = bucket(1);

        public RefundsNeverExceedTheCapacity() {
            take(budget);
        }

        @Actor
        public void first() {
            budget.refund(600);
        }

        @Actor
        public void second() {
            budget.refund(600);
        }

        @Actor
        public void reader(JJ_Result r) {
            r.r1 = budget.balance();
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r2 = budget.balance();
        }
    }

    /** {@link RefundsNeverExceedTheCapacity} where the capacity is checked before, and not in, the move. */
    @JCStressTest
    @State
    @Outcome(
            id = {"0, 1000", "600, 1000", "1000, 1000"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"0, 1200", "600, 1200", "1200, 1200"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the balance is above the capacity")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class RefundsNeverExceedTheCapacityMutant {
        final AtomicLong balance = new AtomicLong();

        private void refund() {
            long seen = balance.get();
            balance.getAndAdd(Math.min(600, 1000 - seen));
        }

        @Actor
        public void first() {
            refund();
        }

        @Actor
        public void second() {
            refund();
        }

        @Actor
        public void reader(JJ_Result r) {
            r.r1 = balance.get();
        }

        @Arbiter
        public void settle(JJ_Result r) {
            r.r2 = balance.get();
        }
    }

    /** Successes that the feed counts during a withdrawal must not be taken for an excess. */
    @JCStressTest
    @State
    @Outcome(id = "true, 1000", expect = ACCEPTABLE, desc = "one deposit paid, the other is there")
    @Outcome(expect = FORBIDDEN, desc = "a deposit was forfeited")
    public static class FeedRacesWithdraw {
        final Feed feed = new Feed();
        final Object owner = new Object();
        final FedBudget budget =
                (FedBudget) RetryBudgets.ratio(1).minPerSecond(0).create(STILL);

        public FeedRacesWithdraw() {
            budget.feed(feed, owner);
            feed.count.incrementAndGet();
        }

        @Actor
        public void withdraw(ZJ_Result r) {
            r.r1 = take(budget);
        }

        @Actor
        public void count() {
            feed.count.incrementAndGet();
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = budget.balance();
        }
    }

    /** {@link FeedRacesWithdraw} with the feed read once for the most and once more for what was earned. */
    @JCStressTest
    @State
    @Outcome(id = "true, 1000", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "true, 0", expect = ACCEPTABLE_INTERESTING, desc = "the other deposit was forfeited")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class FeedRacesWithdrawMutant {
        final AtomicLong feed = new AtomicLong(1000);
        long spent;

        @Actor
        public void withdraw(ZJ_Result r) {
            long most = feed.get();
            long earned = feed.get();
            long from = earned - spent > most ? earned - most : spent;
            r.r1 = earned - from >= 1000;
            spent = from + 1000;
        }

        @Actor
        public void count() {
            feed.getAndAdd(1000);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r2 = feed.get() - spent;
        }
    }
}
