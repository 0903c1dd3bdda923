package io.forbear.retry.jcstress;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static io.forbear.retry.jcstress.BudgetStress.STILL;
import static io.forbear.retry.jcstress.BudgetStress.take;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

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
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/**
 * Races of the window that a budget is refilled by: slots that roll, notes of successes, refunds.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * NoteRacesNote                           443254         0           -
 * NoteRacesNoteMutant                     646855         0       13772
 * RefundRacesRefund                       763009         0           -
 * RefundRacesRefundMutant                 680135         0        4577
 * RefundRacesRoll                         859596         0           -
 * RefundRacesRollMutant                   228968         0        3747
 * RollRacesRoll                           650191         0           -
 * RollRacesRollMutant                     200485         0         469
 * </pre>
 */
public final class SlidingWindowStress {

    private SlidingWindowStress() {}

    /** Two threads are the first to look in a new slot; there is one token a window. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 1000", "false, true, 1000"},
            expect = ACCEPTABLE,
            desc = "one took the token, which is back when the window has passed and not before")
    @Outcome(expect = FORBIDDEN, desc = "the window moved twice: it has lost the withdrawal")
    public static class RollRacesRoll {
        private long now;
        final RetryBudget budget = RetryBudgets.ratio(0)
                .minPerSecond(0.1)
                .window(Duration.ofSeconds(10))
                .create(() -> now);

        public RollRacesRoll() {
            now = 1_000_000_000L;
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
            now = 10_500_000_000L;
            r.r3 = 10 * budget.balance();
            now = 11_000_000_000L;
            r.r3 += budget.balance();
        }
    }

    /** {@link RollRacesRoll} with a store instead of a CAS: the frame of the first thread does not stay. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 0", "false, true, 0"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"true, true, 1", "true, false, 1", "false, true, 1", "true, true, 0"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "the withdrawal counts as made before the slot, so that there is a token again")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class RollRacesRollMutant {
        final AtomicLong spent = new AtomicLong();
        volatile Frame frame = new Frame(0, 0);

        record Frame(int slot, long spentBefore) {}

        private boolean take() {
            for (; ; ) {
                long seen = spent.get();
                Frame view = frame;
                if (view.slot == 0) {
                    view = new Frame(1, spent.get());
                    frame = view;
                }
                if (seen - view.spentBefore >= 1) {
                    return false;
                }
                if (spent.compareAndSet(seen, seen + 1)) {
                    return true;
                }
            }
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
            r.r3 = frame.spentBefore;
        }
    }

    /** Successes pay for two retries, each of which notes the number of successes. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "each success pays once")
    @Outcome(
            expect = FORBIDDEN,
            desc = "a success is spread over later times and pays again; or a retry misses the success that should pay")
    public static class NoteRacesNote {
        final Object owner = new Object();
        private long now;
        private final AtomicLong successes = new AtomicLong();
        final FedBudget budget = (FedBudget) RetryBudgets.ratio(1)
                .minPerSecond(0)
                .window(Duration.ofSeconds(10))
                .create(() -> now);

        public NoteRacesNote() {
            budget.feed(
                    new CallFeed() {
                        @Override
                        public long firstTrySuccesses() {
                            return successes.get();
                        }

                        @Override
                        public long successes() {
                            return successes.get();
                        }

                        @Override
                        public long calls() {
                            return successes.get();
                        }
                    },
                    owner);
        }

        @Actor
        public void first(ZZJ_Result r) {
            successes.incrementAndGet();
            r.r1 = take(budget);
        }

        @Actor
        public void second(ZZJ_Result r) {
            successes.incrementAndGet();
            r.r2 = take(budget);
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            now = 10_000_000_000L;
            r.r3 = budget.balance();
        }
    }

    /** {@link NoteRacesNote} with a note that is tried once. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(
            id = "true, true, 1",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the note with fewer successes has won: a success pays again")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class NoteRacesNoteMutant {
        final AtomicLong successes = new AtomicLong();
        final AtomicLong noted = new AtomicLong();

        private boolean take() {
            successes.incrementAndGet();
            long all = successes.get();
            long seen = noted.get();
            if (all > seen) {
                noted.compareAndSet(seen, all);
            }
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
            r.r3 = successes.get() - noted.get();
        }
    }

    /** Two retries of a window are not made after all. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 2000", expect = ACCEPTABLE, desc = "both tokens are back")
    @Outcome(expect = FORBIDDEN, desc = "a refund was lost")
    public static class RefundRacesRefund {
        final FedBudget budget =
                (FedBudget) RetryBudgets.ratio(0).minPerSecond(0.2).create(STILL);

        public RefundRacesRefund() {
            take(budget);
            take(budget);
        }

        @Actor
        public void first(ZZJ_Result r) {
            budget.refund(1000, 0, 0, 0);
            r.r1 = true;
        }

        @Actor
        public void second(ZZJ_Result r) {
            budget.refund(1000, 0, 0, 0);
            r.r2 = true;
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = budget.balance();
        }
    }

    /** {@link RefundRacesRefund} with a read and a store instead of a CAS. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 2000", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "true, true, 1000", expect = ACCEPTABLE_INTERESTING, desc = "a refund was lost")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class RefundRacesRefundMutant {
        private volatile long back;

        private boolean refund() {
            long seen = back;
            back = seen + 1000;
            return true;
        }

        @Actor
        public void first(ZZJ_Result r) {
            r.r1 = refund();
        }

        @Actor
        public void second(ZZJ_Result r) {
            r.r2 = refund();
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = back;
        }
    }

    /** The token of a window, taken at its start, is refunded at its end, while another thread moves the window on. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "the window has given the token back, and it was taken")
    @Outcome(expect = FORBIDDEN, desc = "window and refund both paid, or none did")
    public static class RefundRacesRoll {
        private static final long SECOND = 1_000_000_000L;
        final FedBudget budget = (FedBudget) RetryBudgets.ratio(0)
                .minPerSecond(0.1)
                .window(Duration.ofSeconds(10))
                .create(() -> 10 * SECOND);

        public RefundRacesRoll() {
            budget.tryWithdraw(TRANSIENT, NORMAL, 0, 10 * SECOND);
        }

        @Actor
        public void refund(ZZJ_Result r) {
            budget.refund(1000, 10 * SECOND, 0, 20 * SECOND - 1);
            r.r1 = true;
        }

        @Actor
        public void roll(ZZJ_Result r) {
            r.r2 = budget.tryWithdraw(TRANSIENT, NORMAL, 0, 20 * SECOND) >= 0;
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = budget.balance();
        }
    }

    /** {@link RefundRacesRoll} where the window is read before, and not in, the step. */
    @JCStressTest
    @State
    @Outcome(id = "true, true, 0", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "true, true, 1000", expect = ACCEPTABLE_INTERESTING, desc = "window and refund both paid")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class RefundRacesRollMutant {
        private final AtomicLong spent = new AtomicLong(1000);
        private volatile long spentBefore;

        @Actor
        public void refund(ZZJ_Result r) {
            if (spentBefore == 0) {
                spent.addAndGet(-1000);
            }
            r.r1 = true;
        }

        @Actor
        public void roll(ZZJ_Result r) {
            spentBefore = spent.get();
            r.r2 = 1000 + spentBefore - spent.get() >= 1000;
            spent.addAndGet(1000);
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = 1000 + spentBefore - spent.get();
        }
    }
}
