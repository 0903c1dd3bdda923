package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.BatchOutcome;
import io.forbear.retry.BatchResult;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLJ_Result;
import org.openjdk.jcstress.infra.results.ZLL_Result;

/**
 * Races of an asynchronous batch: each item ends once, and so does the batch; what is not made costs nothing.
 *
 * <p>One run of {@code bin/jcstress quick BatchStress}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * CancelRacesCompletion                   144937         0           -
 * CancelRacesCompletionMutant            2668582         0      179766
 * CancelRacesPartOfTheItems                95080         0           -
 * CancelRacesTimer                        278018         0           -
 * HolderEndsTheBatchOnce                  329948         0           -
 * </pre>
 */
public final class BatchStress {

    private BatchStress() {}

    /** The only attempt does both items while the caller gives up. */
    @JCStressTest
    @State
    @Outcome(id = "false, SS, succeeded", expect = ACCEPTABLE, desc = "the outcome came first")
    @Outcome(id = "true, CC, cancelled", expect = ACCEPTABLE, desc = "the cancel came first")
    @Outcome(id = "true, SS, cancelled", expect = ACCEPTABLE, desc = "the cancel came while the outcome was taken")
    @Outcome(expect = FORBIDDEN, desc = "an item ended twice or not at all, or the counters and the caller disagree")
    public static class CancelRacesCompletion {
        final BatchWorld world = new BatchWorld();

        @Actor
        public void complete() {
            world.first.complete(BatchOutcome.allSucceeded());
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(ZLL_Result r) {
            r.r1 = world.call.isCancelled();
            r.r2 = world.ends();
            r.r3 = world.counted();
        }
    }

    /**
     * {@link CancelRacesCompletion} where both look for the end before they write how the items ended, and nobody owns
     * them.
     */
    @JCStressTest
    @State
    @Outcome(
            id = {"false, SS, succeeded", "true, CC, cancelled"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {
                "false, CC, succeeded",
                "false, SC, succeeded",
                "false, CS, succeeded",
                "true, SS, cancelled",
                "true, SC, cancelled",
                "true, CS, cancelled"
            },
            expect = ACCEPTABLE_INTERESTING,
            desc = "items ended twice, and not as the batch did")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class CancelRacesCompletionMutant {
        final AtomicReferenceArray<String> ends = new AtomicReferenceArray<>(2);
        final CompletableFuture<String> call = new CompletableFuture<>();

        private void endItems(String how) {
            ends.set(0, how);
            ends.set(1, how);
        }

        @Actor
        public void complete() {
            if (!call.isDone()) {
                endItems("S");
                call.complete("answer");
            }
        }

        @Actor
        public void cancel() {
            if (!call.isDone()) {
                endItems("C");
                call.cancel(true);
            }
        }

        @Arbiter
        public void settle(ZLL_Result r) {
            r.r1 = call.isCancelled();
            r.r2 = ends.get(0) + ends.get(1);
            r.r3 = call.isCancelled() ? "cancelled" : "succeeded";
        }
    }

    /**
     * The attempt does one item of two, and a retry of the other is decided on and scheduled, while the caller gives
     * up.
     */
    @JCStressTest
    @State
    @Outcome(id = "CC, cancelled, 0", expect = ACCEPTABLE, desc = "the cancel came first")
    @Outcome(id = "SC, cancelled, 0", expect = ACCEPTABLE, desc = "what was done stays done; nothing else is left")
    @Outcome(expect = FORBIDDEN, desc = "an item ended twice or not at all, a timer stays, or a retry is not refunded")
    public static class CancelRacesPartOfTheItems {
        final BatchWorld world = new BatchWorld();

        @Actor
        public void completePart() {
            world.first.complete(BatchOutcome.unprocessed(List.of("b")));
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.ends();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }

    /** The next attempt is due while the caller gives up; its mutant is that of the call. */
    @JCStressTest
    @State
    @Outcome(id = "SC, cancelled, 0", expect = ACCEPTABLE, desc = "cancelled in the wait; the retry is refunded")
    @Outcome(
            id = "SC, cancelled, 1000",
            expect = ACCEPTABLE,
            desc = "cancelled in the second attempt, which was made and is paid for")
    @Outcome(
            expect = FORBIDDEN,
            desc = "an item ended twice or not at all, a timer stays, or a retry is paid for wrongly")
    public static class CancelRacesTimer {
        final BatchWorld world = new BatchWorld();

        public CancelRacesTimer() {
            world.first.complete(BatchOutcome.unprocessed(List.of("b")));
        }

        @Actor
        public void wake() {
            world.timers.fire();
        }

        @Actor
        public void cancel() {
            world.call.cancel(true);
        }

        @Arbiter
        public void settle(LLJ_Result r) {
            r.r1 = world.ends();
            r.r2 = world.counted();
            r.r3 = world.left();
        }
    }

    /** The attempt does both items while the holder of the future answers in its own way. */
    @JCStressTest
    @State
    @Outcome(id = "false, SS, succeeded", expect = ACCEPTABLE, desc = "the outcome came first")
    @Outcome(id = "true, CC, cancelled", expect = ACCEPTABLE, desc = "the holder came first")
    @Outcome(id = "true, SS, cancelled", expect = ACCEPTABLE, desc = "the holder came while the outcome was taken")
    @Outcome(expect = FORBIDDEN, desc = "ended twice, or the counters and the holder disagree")
    public static class HolderEndsTheBatchOnce {
        final BatchWorld world = new BatchWorld();
        final BatchResult<String, Void> own = BatchResult.of("service", List.of(), 0, null);

        @Actor
        public void complete() {
            world.first.complete(BatchOutcome.allSucceeded());
        }

        @Actor
        public void answer() {
            world.call.complete(own);
        }

        @Arbiter
        public void settle(ZLL_Result r) {
            r.r1 = world.call.join() == own;
            r.r2 = world.ends();
            r.r3 = world.counted();
        }
    }
}
