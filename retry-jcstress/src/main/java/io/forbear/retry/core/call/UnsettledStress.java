package io.forbear.retry.core.call;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.error.ErrorCategory;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Races of calls that were broken off: each gives back what it holds once, whichever thread settles it. The list of
 * those that are left is one for the process. So the threads of a test settle the calls of other tests too, and
 * arbiters wait.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * BreakRacesSettlement                      185635         0           -
 * BreakRacesSettlementMutant              12481735         0     1468906
 * TwoSettleWhatIsLeft                       498638         0           -
 * TwoSettleWhatIsLeftMutant                 886507         0       53668
 * </pre>
 */
public final class UnsettledStress {

    private UnsettledStress() {}

    /** A budget that, once, has no stack left to take a token back on. */
    static final class Strained implements RetryBudget {
        final AtomicInteger refunds = new AtomicInteger();
        volatile boolean strained = true;

        @Override
        public long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken) {
            return TOKEN;
        }

        @Override
        public void refund(long milliTokens) {
            if (strained) {
                strained = false;
                throw new StackOverflowError("of the test");
            }
            refunds.incrementAndGet();
        }

        @Override
        public long balance() {
            return TOKEN;
        }

        @Override
        public long capacity() {
            return TOKEN;
        }
    }

    /** A call that has paid for a retry. */
    static final class Paid {
        final Strained budget = new Strained();
        final Service service = new Service(
                "service",
                () -> 0,
                null,
                RetryPolicy.defaults(),
                budget,
                null,
                new ClientTable(1, null, () -> 0),
                List.of(),
                null,
                null);
        final CallState call = BeforeAttempt.newCall(service.plan(), null, null, CallOptions.defaults());

        Paid() {
            BeforeAttempt.begin(call);
            AfterAttempt.threw(call, new ConnectException("refused"), false);
        }

        /** The call is broken off, and cannot be settled there and then. */
        void breaksOff() {
            Unsettled.settle(call);
        }

        /** Waits until the call is settled, for a second at most. Returns how often its token came back. */
        int refunds() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (budget.refunds.get() == 0 && System.nanoTime() - end < 0) {
                Unsettled.settleLeft();
                Thread.yield();
            }
            return budget.refunds.get();
        }

        int counted() {
            return (int) service.snapshot().stopped(StopReason.FATAL);
        }
    }

    /** Two calls that begin settle what is left. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the token came back once, and the call was counted once")
    @Outcome(expect = FORBIDDEN, desc = "settled twice, or lost")
    public static class TwoSettleWhatIsLeft {
        final Paid paid = new Paid();

        public TwoSettleWhatIsLeft() {
            paid.breaksOff();
        }

        @Actor
        public void first() {
            Unsettled.settleLeft();
        }

        @Actor
        public void second() {
            Unsettled.settleLeft();
        }

        @Arbiter
        public void settle(II_Result r) {
            r.r1 = paid.refunds();
            r.r2 = paid.counted();
        }
    }

    /** {@link TwoSettleWhatIsLeft} where what is left is read, and then cleared. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "2, 2", expect = ACCEPTABLE_INTERESTING, desc = "settled twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoSettleWhatIsLeftMutant {
        final AtomicReference<@Nullable AtomicInteger> left = new AtomicReference<>(new AtomicInteger());
        final AtomicInteger settled = new AtomicInteger();

        private void settleLeft() {
            AtomicInteger call = left.get();
            if (call != null) {
                left.set(null);
                settled.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            settleLeft();
        }

        @Actor
        public void second() {
            settleLeft();
        }

        @Arbiter
        public void settle(II_Result r) {
            r.r1 = settled.get();
            r.r2 = settled.get();
        }
    }

    /** A call is broken off while another settles what is left, and that is one more. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "each token came back once, and each call was counted once")
    @Outcome(expect = FORBIDDEN, desc = "a call was settled twice, or lost")
    public static class BreakRacesSettlement {
        final Paid early = new Paid();
        final Paid late = new Paid();

        public BreakRacesSettlement() {
            early.breaksOff();
        }

        @Actor
        public void breakOff() {
            late.breaksOff();
        }

        @Actor
        public void settleLeft() {
            Unsettled.settleLeft();
        }

        @Arbiter
        public void settle(III_Result r) {
            r.r1 = early.refunds();
            r.r2 = late.refunds();
            r.r3 = early.counted() + late.counted();
        }
    }

    /** {@link BreakRacesSettlement} where what is left is read and cleared, in two steps. */
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "1", expect = ACCEPTABLE_INTERESTING, desc = "the late call is lost")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class BreakRacesSettlementMutant {
        final AtomicInteger left = new AtomicInteger(1);
        final AtomicInteger settled = new AtomicInteger();

        private void settles() {
            settled.addAndGet(left.get());
            left.set(0);
        }

        @Actor
        public void breakOff() {
            left.incrementAndGet();
        }

        @Actor
        public void settleLeft() {
            settles();
        }

        @Arbiter
        public void settle(I_Result r) {
            settles();
            r.r1 = settled.get();
        }
    }
}
