package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.service.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZJ_Result;
import org.openjdk.jcstress.infra.results.LJJ_Result;
import org.openjdk.jcstress.infra.results.LLJ_Result;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * Races of the timer that ends an asynchronous call at its deadline: the call ends once, its counters and its caller
 * agree on success, and neither a timer nor a token stays.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * DeadlineRacesBeginning                    244648         0           -
 * DeadlineRacesCancel                       271874         0           -
 * DeadlineRacesCancelInTheWait              250370         0           -
 * DeadlineRacesCompletion                   289943         0           -
 * DeadlineRacesCompletionMutant             769780         0       34387
 * DeadlineRacesFailure                      214690         0           -
 * DeadlineRacesLastFailure                  139286         0           -
 * DeadlineRacesWake                         250370         0           -
 * DeadlineRacesWakeMutant                  1292102         0       39085
 * </pre>
 */
public final class AsyncDeadlineStress {

    /** The deadline's timer is the first that a call makes. */
    private static final int DEADLINE = 0;

    private static final int WAKE = 1;

    private AsyncDeadlineStress() {}

    private static RetryPolicy.Builder deadline() {
        return RetryPolicy.builder().deadline(Duration.ofSeconds(9));
    }

    /** The only attempt succeeds at the deadline. */
    @JCStressTest
    @State
    @Outcome(id = "answer, SUCCEEDED, 0", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(id = "timeout, DEADLINE_EXCEEDED, 0", expect = ACCEPTABLE, desc = "the deadline came first")
    @Outcome(expect = FORBIDDEN, desc = "two ends, counters and caller disagree, or a timer stays")
    public static class DeadlineRacesCompletion {
        final World world = new World(deadline());

        @Actor
        public void complete() {
            world.first.complete("answer");
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }

    /** {@link DeadlineRacesCompletion} where the end is looked for, and not claimed, before it is counted. */
    @JCStressTest
    @State
    @Outcome(
            id = {"answer, 1, 0", "timeout, 0, 1"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"answer, 1, 1", "timeout, 1, 1"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "counted as a success and as late")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class DeadlineRacesCompletionMutant {
        final AtomicInteger succeeded = new AtomicInteger();
        final AtomicInteger late = new AtomicInteger();
        final CompletableFuture<String> call = new CompletableFuture<>();

        @Actor
        public void complete() {
            if (!call.isDone()) {
                succeeded.incrementAndGet();
                call.complete("answer");
            }
        }

        @Actor
        public void expire() {
            if (!call.isDone()) {
                late.incrementAndGet();
                call.completeExceptionally(new TimeoutException());
            }
        }

        @Arbiter
        public void settle(LJJ_Result r) {
            r.r1 = World.end(call);
            r.r2 = succeeded.get();
            r.r3 = late.get();
        }
    }

    /** The attempt fails, and a retry is decided on and scheduled, at the deadline. */
    @JCStressTest
    @State
    @Outcome(
            id = "timeout, DEADLINE_EXCEEDED, 0",
            expect = ACCEPTABLE,
            desc = "in the attempt, or on the way to the wait")
    @Outcome(id = "refused, DEADLINE_EXCEEDED, 0", expect = ACCEPTABLE, desc = "in the wait")
    @Outcome(expect = FORBIDDEN, desc = "a timer stays, or a retry that was not made is not refunded")
    public static class DeadlineRacesFailure {
        final World world = new World(deadline());

        @Actor
        public void fail() {
            world.failFirst();
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }

    /** The last attempt fails at the deadline. */
    @JCStressTest
    @State
    @Outcome(id = "refused, ATTEMPTS_EXHAUSTED, 0", expect = ACCEPTABLE, desc = "the failure came first")
    @Outcome(id = "timeout, DEADLINE_EXCEEDED, 0", expect = ACCEPTABLE, desc = "the deadline came first")
    @Outcome(
            id = "timeout, ATTEMPTS_EXHAUSTED, 0",
            expect = ACCEPTABLE,
            desc = "the deadline came when the failure was counted, and the caller had not been told yet")
    @Outcome(expect = FORBIDDEN, desc = "two ends, or a timer stays")
    public static class DeadlineRacesLastFailure {
        final World world = new World(deadline().maxAttempts(1));

        @Actor
        public void fail() {
            world.failFirst();
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }

    /** The wait is over at the deadline. */
    @JCStressTest
    @State
    @Outcome(id = "refused, DEADLINE_EXCEEDED, 1 made, 0", expect = ACCEPTABLE, desc = "in the wait")
    @Outcome(
            id = "timeout, DEADLINE_EXCEEDED, 2 made and cancelled, 1000",
            expect = ACCEPTABLE,
            desc = "in the second attempt, or as it began")
    @Outcome(expect = FORBIDDEN, desc = "an attempt goes on, a timer stays, or a retry is paid for wrongly")
    public static class DeadlineRacesWake {
        final World world = new World(deadline());

        public DeadlineRacesWake() {
            world.failFirst();
        }

        @Actor
        public void wake() {
            world.timers.fire(WAKE);
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.attempts + " made" + (world.second.isCancelled() ? " and cancelled" : "");
            r.r4 = world.left();
        }
    }

    /** {@link DeadlineRacesWake} with a flag in place of the phase. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, false, 0", "2, true, 1000"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "2, false, 1000", expect = ACCEPTABLE_INTERESTING, desc = "the second attempt goes on for nobody")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class DeadlineRacesWakeMutant {
        final CompletableFuture<String> second = new CompletableFuture<>();
        final AtomicInteger attempts = new AtomicInteger(1);
        volatile boolean late;
        volatile @Nullable Future<?> running;

        @Actor
        public void wake() {
            if (!late) {
                attempts.incrementAndGet();
                running = second;
            }
        }

        @Actor
        public void expire() {
            late = true;
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

    /** The deadline comes while the call begins: before its owner lets go of the attempt, or after. */
    @JCStressTest
    @State
    @Outcome(id = "timeout, DEADLINE_EXCEEDED, cancelled, 0", expect = ACCEPTABLE, desc = "the call has ended")
    @Outcome(expect = FORBIDDEN, desc = "the call goes on, two ends, or a timer stays")
    public static class DeadlineRacesBeginning {
        final Timers timers = new Timers();
        final RetryBudget budget = World.budget();
        final Service service = World.service(budget, deadline().build());
        final CompletableFuture<String> stage = new CompletableFuture<>();
        volatile CompletableFuture<String> call = stage;

        @Actor
        public void begin() {
            call = new ServiceRetry(service, timers.asMeans()).callAsync(() -> stage);
        }

        @Actor
        public void expire() {
            for (int looks = 0; looks < 20; looks++) {
                timers.fire(DEADLINE);
            }
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            timers.fire(DEADLINE); // where it was not there yet
            r.r1 = World.end(call);
            r.r2 = World.counted(service.snapshot());
            r.r3 = World.end(stage);
            r.r4 = budget.capacity() - budget.balance() + (timers.isAnyLeft() ? 1 : 0);
        }
    }

    /** The caller gives up at the deadline. */
    @JCStressTest
    @State
    @Outcome(id = "cancelled, CANCELLED, 0", expect = ACCEPTABLE, desc = "the cancel came first")
    @Outcome(id = "timeout, DEADLINE_EXCEEDED, 0", expect = ACCEPTABLE, desc = "the deadline came first")
    @Outcome(
            id = "cancelled, DEADLINE_EXCEEDED, 0",
            expect = ACCEPTABLE,
            desc = "the cancel came when the deadline had ended the call, and the caller had not been told yet")
    @Outcome(expect = FORBIDDEN, desc = "two ends, the stage goes on, or a timer stays")
    public static class DeadlineRacesCancel {
        final World world = new World(deadline());

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.left() + (world.first.isCancelled() ? 0 : 2);
        }
    }

    /** The caller gives up at the deadline, while the call waits for its second attempt. */
    @JCStressTest
    @State
    @Outcome(id = "cancelled, CANCELLED, 0", expect = ACCEPTABLE, desc = "the cancel came first")
    @Outcome(id = "refused, DEADLINE_EXCEEDED, 0", expect = ACCEPTABLE, desc = "the deadline came first")
    @Outcome(
            id = "cancelled, DEADLINE_EXCEEDED, 0",
            expect = ACCEPTABLE,
            desc = "the cancel came when the deadline had ended the call, and the caller had not been told yet")
    @Outcome(expect = FORBIDDEN, desc = "two ends, a timer stays, or the retry is not refunded")
    public static class DeadlineRacesCancelInTheWait {
        final World world = new World(deadline());

        public DeadlineRacesCancelInTheWait() {
            world.failFirst();
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Actor
        public void expire() {
            world.timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.end();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }
}
