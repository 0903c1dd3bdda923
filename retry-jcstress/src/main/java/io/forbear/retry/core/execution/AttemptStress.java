package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.service.Service;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.LLI_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Races at the end of one attempt: a stage that tells of its end twice, and a blocking attempt that returns when its
 * time is over.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * AttemptReturnsWhenItsTimeIsOver           628606         0           -
 * AttemptReturnsWhenItsTimeIsOverMutant    1030182         0        3543
 * StageTellsTwice                           310142         0           -
 * StageTellsTwiceMutant                   13297702         0    13297702
 * </pre>
 */
public final class AttemptStress {

    private AttemptStress() {}

    /** A stage that tells when it is asked to, as often as it is asked. */
    static final class Chatty extends CompletableFuture<String> {
        @Nullable
        BiFunction<? super String, @Nullable Throwable, ?> hearer;

        @Override
        public <U> CompletableFuture<U> handle(BiFunction<? super String, Throwable, ? extends U> told) {
            hearer = told;
            return new CompletableFuture<>();
        }

        void tell(String answer) {
            Objects.requireNonNull(hearer).apply(answer, null);
        }
    }

    /** A stage tells of two ends, on two threads. */
    @JCStressTest
    @State
    @Outcome(
            id = {"one, SUCCEEDED, 0", "other, SUCCEEDED, 0"},
            expect = ACCEPTABLE,
            desc = "it was heard once, and what the caller got was not discarded")
    @Outcome(expect = FORBIDDEN, desc = "it was heard twice, or not at all")
    public static class StageTellsTwice {
        final AtomicInteger discarded = new AtomicInteger();
        final RetryBudget budget = World.budget();
        final Service service = World.service(
                budget,
                RetryPolicy.builder()
                        .onDiscard(String.class, answer -> discarded.incrementAndGet())
                        .build());
        final Chatty stage = new Chatty();
        final CompletableFuture<String> call = new ServiceRetry(service, new Timers().asMeans()).callAsync(() -> stage);

        @Actor
        public void one() {
            stage.tell("one");
        }

        @Actor
        public void other() {
            stage.tell("other");
        }

        @Arbiter
        public void settle(LLI_Result r) {
            r.r1 = World.end(call);
            r.r2 = World.counted(service.snapshot());
            r.r3 = discarded.get();
        }
    }

    /** {@link StageTellsTwice} without the flag: who finds that the call has ended discards what it brings. */
    @JCStressTest
    @State
    @Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "the same result was handed over and discarded")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class StageTellsTwiceMutant {
        final CompletableFuture<String> call = new CompletableFuture<>();
        final AtomicInteger handedOver = new AtomicInteger();
        final AtomicInteger discarded = new AtomicInteger();

        private void tell() {
            (call.complete("answer") ? handedOver : discarded).incrementAndGet();
        }

        @Actor
        public void one() {
            tell();
        }

        @Actor
        public void other() {
            tell();
        }

        @Arbiter
        public void settle(II_Result r) {
            r.r1 = handedOver.get();
            r.r2 = discarded.get();
        }
    }

    /** Both actors are at the start at once: the alarm is made on the thread that it interrupts. */
    abstract static class Meeting<A> {
        volatile @Nullable A alarm;
        volatile boolean met;
        volatile boolean rung;

        /** Shows the alarm to the other side. */
        final A meet(A made) {
            Thread.interrupted();
            alarm = made;
            while (!met) {
                Thread.yield();
            }
            return made;
        }

        /** Waits until the other side has done its work, and tells whether this thread is interrupted then. */
        final boolean isInterruptedInTheEnd() {
            while (!rung) {
                Thread.yield();
            }
            return Thread.interrupted();
        }

        final A met() {
            A shown = alarm;
            while (shown == null) {
                Thread.yield();
                shown = alarm;
            }
            met = true;
            return shown;
        }
    }

    /** An attempt returns when its time is over. */
    @JCStressTest
    @State
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "it returned in time, and is never interrupted")
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "it was interrupted, and nothing of that is left")
    @Outcome(expect = FORBIDDEN, desc = "the thread stays interrupted")
    public static class AttemptReturnsWhenItsTimeIsOver extends Meeting<InterruptAlarm> {

        @Actor
        public void attempt(ZZ_Result r) {
            r.r1 = meet(new InterruptAlarm()).stop();
            r.r2 = isInterruptedInTheEnd();
        }

        @Actor
        public void timer() {
            met().rings();
            rung = true;
        }
    }

    /** {@link AttemptReturnsWhenItsTimeIsOver} with one step in place of INTERRUPTING and INTERRUPTED. */
    @JCStressTest
    @State
    @Outcome(
            id = {"false, false", "true, false"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = "true, true",
            expect = ACCEPTABLE_INTERESTING,
            desc = "the interrupt came when the flag had been cleared")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class AttemptReturnsWhenItsTimeIsOverMutant
            extends Meeting<AttemptReturnsWhenItsTimeIsOverMutant.Alarm> {

        static final class Alarm {
            final Thread thread = Thread.currentThread();
            final AtomicInteger phase = new AtomicInteger();

            void rings() {
                if (phase.compareAndSet(0, 1)) {
                    thread.interrupt();
                }
            }

            boolean stop() {
                if (phase.compareAndSet(0, 2)) {
                    return false;
                }
                Thread.interrupted();
                return true;
            }
        }

        @Actor
        public void attempt(ZZ_Result r) {
            r.r1 = meet(new Alarm()).stop();
            r.r2 = isInterruptedInTheEnd();
        }

        @Actor
        public void timer() {
            met().rings();
            rung = true;
        }
    }
}
