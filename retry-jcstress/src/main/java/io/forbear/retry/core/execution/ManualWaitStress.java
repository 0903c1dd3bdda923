package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CallOptions;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.call.AfterAttempt;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.service.Service;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * Races of a call that its caller makes by hand, and waits for without a thread.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * CancelRacesWait                           200075         0           -
 * CancelRacesWaitMutant                    2914342         0          95
 * </pre>
 */
public final class ManualWaitStress {

    private ManualWaitStress() {}

    /** The wait is over when the caller gives up. */
    @JCStressTest
    @State
    @Outcome(id = "true, CANCELLED, 1, 0", expect = ACCEPTABLE, desc = "cancelled in the wait; the retry is refunded")
    @Outcome(id = "false, goes on, 2, 1000", expect = ACCEPTABLE, desc = "the second attempt has begun")
    @Outcome(expect = FORBIDDEN, desc = "future, call and budget disagree, or a timer stays")
    public static class CancelRacesWait {
        final Timers timers = new Timers();
        final RetryBudget budget = World.budget();
        final Service service = World.service(budget);
        final CallState call = BeforeAttempt.newCall(service.plan(), null, null, CallOptions.defaults());
        final ManualWait wait;

        public CancelRacesWait() {
            BeforeAttempt.begin(call);
            long delay = AfterAttempt.threw(call, new ConnectException("refused"), false);
            wait = ManualWait.begin(call, timers.asMeans(), delay);
        }

        @Actor
        public void wake() {
            timers.fire();
        }

        @Actor
        public void cancel(LLLL_Result r) {
            r.r1 = wait.cancel(true);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            boolean cancelled = Boolean.TRUE.equals(r.r1);
            boolean agrees = wait.isDone() && wait.isCancelled() == cancelled && (cancelled || wait.join());
            r.r2 = !agrees
                    ? "the future disagrees"
                    : call.stopReason() == null ? "goes on" : call.stopReason().name();
            r.r3 = call.attempt();
            r.r4 = budget.capacity() - budget.balance() + (timers.isAnyLeft() ? 1 : 0);
        }
    }

    /** {@link CancelRacesWait} without the lock: the end of the wait is looked at before the call is touched. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, true", "2, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = "2, true",
            expect = ACCEPTABLE_INTERESTING,
            desc = "an attempt has begun, and the caller was told of a cancel")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CancelRacesWaitMutant {
        final AtomicInteger attempts = new AtomicInteger(1);
        final CompletableFuture<Boolean> wait = new CompletableFuture<>();

        @Actor
        public void wake() {
            if (!wait.isDone()) {
                attempts.incrementAndGet();
                wait.complete(true);
            }
        }

        @Actor
        public void cancel(IZ_Result r) {
            r.r2 = wait.cancel(true);
        }

        @Arbiter
        public void settle(IZ_Result r) {
            r.r1 = attempts.get();
        }
    }
}
