package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZJ_Result;
import org.openjdk.jcstress.infra.results.JJI_Result;
import org.openjdk.jcstress.infra.results.ZJJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * Races of an asynchronous call: it ends once, its counters and its caller agree, and nothing of it stays.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                     samples forbidden interesting
 * CallersEndTheCallOnce                     194611         0           -
 * CallersEndTheCallOnceMutant              3774502         0     1219960
 * CancelRacesCompletion                     265367         0           -
 * CancelRacesCompletionMutant              8922612         0      846434
 * CancelRacesFailure                        278018         0           -
 * CancelRacesTimer                          287234         0           -
 * CancelRacesTimerMutant                    570693         0        9430
 * CancelledWakeLeavesNoTimer                625387         0           -
 * CancelledWakeLeavesNoTimerMutant          489415         0          21
 * </pre>
 */
public final class AsyncCancelStress {

    /** The call of wakes that wake nobody. */
    static final World WORLD = new World();

    private AsyncCancelStress() {}

    /** The only attempt succeeds while its caller gives up. */
    @JCStressTest
    @State
    @Outcome(id = "false, 1, 0", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(id = "true, 0, 1", expect = ACCEPTABLE, desc = "the cancel came first")
    @Outcome(expect = FORBIDDEN, desc = "the counters and the caller disagree")
    public static class CancelRacesCompletion {
        final World world = new World();

        @Actor
        public void complete() {
            world.first.complete("answer");
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(ZJJ_Result r) {
            r.r1 = world.call.isCancelled();
            r.r2 = world.succeeded();
            r.r3 = world.cancelled();
        }
    }

    /** {@link CancelRacesCompletion} where the end is looked for, and not claimed, before it is counted. */
    @JCStressTest
    @State
    @Outcome(
            id = {"false, 1, 0", "true, 0, 1"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"false, 1, 1", "true, 1, 1"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "counted as a success and as cancelled")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CancelRacesCompletionMutant {
        final AtomicInteger succeeded = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();
        final CompletableFuture<String> call = new CompletableFuture<>();

        @Actor
        public void complete() {
            if (!call.isDone()) {
                succeeded.incrementAndGet();
                call.complete("answer");
            }
        }

        @Actor
        public void cancel() {
            if (!call.isDone()) {
                cancelled.incrementAndGet();
                call.cancel(true);
            }
        }

        @Arbiter
        public void settle(ZJJ_Result r) {
            r.r1 = call.isCancelled();
            r.r2 = succeeded.get();
            r.r3 = cancelled.get();
        }
    }

    /** The wait is over while the caller gives up. */
    @JCStressTest
    @State
    @Outcome(
            id = "1, false, 0",
            expect = ACCEPTABLE,
            desc = "cancelled in the wait; the retry that was not made is refunded")
    @Outcome(
            id = "2, true, 1000",
            expect = ACCEPTABLE,
            desc = "cancelled in the second attempt, whose stage is cancelled too")
    @Outcome(expect = FORBIDDEN, desc = "an attempt goes on, a timer stays, or a retry is paid for wrongly")
    public static class CancelRacesTimer {
        final World world = new World();

        public CancelRacesTimer() {
            world.failFirst();
        }

        @Actor
        public void wake() {
            world.fireTimer();
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(IZJ_Result r) {
            r.r1 = world.attempts.get();
            r.r2 = world.second.isCancelled();
            r.r3 = world.spent() + (world.hasTimer() ? 1 : 0) + (world.cancelled() == 1 ? 0 : 2);
        }
    }

    /** {@link CancelRacesTimer} with a flag in place of the phase. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, false, 0", "2, true, 1000"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "2, false, 1000", expect = ACCEPTABLE_INTERESTING, desc = "the second attempt goes on for nobody")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CancelRacesTimerMutant {
        final CompletableFuture<String> second = new CompletableFuture<>();
        final AtomicInteger attempts = new AtomicInteger(1);
        volatile boolean cancelled;
        volatile @Nullable Future<?> running;

        @Actor
        public void wake() {
            if (!cancelled) {
                attempts.incrementAndGet();
                running = second;
            }
        }

        @Actor
        public void cancel() {
            cancelled = true;
            Future<?> stage = running;
            if (stage != null) {
                stage.cancel(true);
            }
        }

        @Arbiter
        public void settle(IZJ_Result r) {
            r.r1 = attempts.get();
            r.r2 = second.isCancelled();
            r.r3 = 1000 * (r.r1 - 1);
        }
    }

    /** The attempt fails, and a retry is decided on and scheduled, while the caller gives up. Its mutant is that of the wake. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "cancelled; nothing is left")
    @Outcome(expect = FORBIDDEN, desc = "a timer stays, or a retry that was not made is not refunded")
    public static class CancelRacesFailure {
        final World world = new World();

        @Actor
        public void fail() {
            world.failFirst();
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(JJI_Result r) {
            r.r1 = world.cancelled();
            r.r2 = world.spent();
            r.r3 = world.hasTimer() ? 1 : 0;
        }
    }

    /** The timer becomes known while its wake is cancelled. */
    @JCStressTest
    @State
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the timer is cancelled")
    @Outcome(expect = FORBIDDEN, desc = "a timer stays")
    public static class CancelledWakeLeavesNoTimer {
        final CompletableFuture<String> timer = new CompletableFuture<>();
        final RetryTimer wake = new RetryTimer((AsyncCall<?>) WORLD.call, 0);

        @Actor
        public void schedule() {
            wake.scheduled(timer);
        }

        @Actor
        public void cancel() {
            wake.cancel();
        }

        @Arbiter
        public void settle(Z_Result r) {
            r.r1 = timer.isCancelled();
        }
    }

    /** {@link CancelledWakeLeavesNoTimer} that looks for the cancel before it shows the timer. */
    @JCStressTest
    @State
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false", expect = ACCEPTABLE_INTERESTING, desc = "neither has seen the other: the timer stays")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CancelledWakeLeavesNoTimerMutant {
        final CompletableFuture<String> timer = new CompletableFuture<>();
        volatile boolean cancelled;
        volatile @Nullable Future<?> known;

        @Actor
        public void schedule() {
            if (cancelled) {
                timer.cancel(false);
            } else {
                known = timer;
            }
        }

        @Actor
        public void cancel() {
            cancelled = true;
            Future<?> scheduled = known;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
        }

        @Arbiter
        public void settle(Z_Result r) {
            r.r1 = timer.isCancelled();
        }
    }

    /** Two holders of the future end it in their own way. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them ended it")
    @Outcome(expect = FORBIDDEN, desc = "ended twice, or not at all")
    public static class CallersEndTheCallOnce {
        final World world = new World();

        @Actor
        public void complete(ZZJ_Result r) {
            r.r1 = world.call.complete("own answer");
        }

        @Actor
        public void completeExceptionally(ZZJ_Result r) {
            r.r2 = world.call.completeExceptionally(new ConnectException("own failure"));
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = world.cancelled() + (world.first.isCancelled() ? 0 : 2);
        }
    }

    /** {@link CallersEndTheCallOnce} with a store for the phase. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "true, true, 2", expect = ACCEPTABLE_INTERESTING, desc = "ended and counted twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CallersEndTheCallOnceMutant {
        final AtomicInteger ended = new AtomicInteger();
        volatile boolean done;

        private boolean end() {
            if (done) {
                return false;
            }
            done = true;
            ended.incrementAndGet();
            return true;
        }

        @Actor
        public void complete(ZZJ_Result r) {
            r.r1 = end();
        }

        @Actor
        public void completeExceptionally(ZZJ_Result r) {
            r.r2 = end();
        }

        @Arbiter
        public void settle(ZZJ_Result r) {
            r.r3 = ended.get();
        }
    }
}
