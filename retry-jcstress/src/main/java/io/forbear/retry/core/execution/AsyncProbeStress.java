package io.forbear.retry.core.execution;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.service.Service;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/**
 * Races of the end of an asynchronous call that is the only probe of a breaker: its place is given back or used up
 * once.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                     samples forbidden interesting
 * CancelOfAProbeRacesCompletion             186004         0           -
 * DeadlineOfAProbeRacesCancel               184020         0           -
 * DeadlineOfAProbeRacesCompletion           222843         0           -
 * </pre>
 */
public final class AsyncProbeStress {

    /** The deadline's timer is the first that a call makes. */
    private static final int DEADLINE = 0;

    private AsyncProbeStress() {}

    /** A call that is the only probe of a breaker, and has a deadline. */
    abstract static class Probe {
        private final AtomicLong now = new AtomicLong();
        private final CircuitBreaker breaker = CircuitBreakers.consecutiveFailures(1)
                .openFor(Duration.ofSeconds(1))
                .probes(1)
                .create("service", now::get);
        final Timers timers = new Timers();
        final CompletableFuture<String> stage = new CompletableFuture<>();
        final CompletableFuture<String> call;
        private final Service service;

        Probe() {
            breaker.open();
            now.set(Duration.ofSeconds(1).toNanos());
            service = World.service(
                    World.budget(),
                    RetryPolicy.builder().deadline(Duration.ofSeconds(9)).build(),
                    breaker);
            call = new ServiceRetry(service, timers.asMeans()).callAsync(() -> stage);
        }

        /** Tells of the breaker; a place that is free is taken. */
        final void tell(LLLL_Result r) {
            r.r1 = World.end(call);
            r.r2 = World.counted(service.snapshot());
            r.r3 = breaker.state();
            r.r4 = breaker.tryAcquire() == null ? "no place" : "a place";
        }
    }

    /** A probe succeeds at its deadline. */
    @JCStressTest
    @State
    @Outcome(id = "answer, SUCCEEDED, CLOSED, a place", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(id = "timeout, DEADLINE_EXCEEDED, OPEN, no place", expect = ACCEPTABLE, desc = "the deadline came first")
    @Outcome(
            id = "timeout, DEADLINE_EXCEEDED, HALF_OPEN, a place",
            expect = ACCEPTABLE,
            desc = "the deadline came when the answer was there: the breaker hears of neither, and has its place back")
    @Outcome(expect = FORBIDDEN, desc = "breaker and caller disagree, or the place of the probe is lost")
    public static class DeadlineOfAProbeRacesCompletion extends Probe {

        @Actor
        public void complete() {
            stage.complete("answer");
        }

        @Actor
        public void expire() {
            timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            tell(r);
        }
    }

    /** The caller of a probe gives up at its deadline. */
    @JCStressTest
    @State
    @Outcome(
            id = "cancelled, CANCELLED, HALF_OPEN, a place",
            expect = ACCEPTABLE,
            desc = "the cancel came first, and the place is back")
    @Outcome(
            id = {"timeout, DEADLINE_EXCEEDED, OPEN, no place", "cancelled, DEADLINE_EXCEEDED, OPEN, no place"},
            expect = ACCEPTABLE,
            desc = "the deadline came first")
    @Outcome(expect = FORBIDDEN, desc = "the place of the probe is lost")
    public static class DeadlineOfAProbeRacesCancel extends Probe {

        @Actor
        public void cancel() {
            call.cancel(true);
        }

        @Actor
        public void expire() {
            timers.fire(DEADLINE);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            tell(r);
        }
    }

    /** The caller of a probe gives up when it is answered. */
    @JCStressTest
    @State
    @Outcome(id = "answer, SUCCEEDED, CLOSED, a place", expect = ACCEPTABLE, desc = "the answer came first")
    @Outcome(
            id = "cancelled, CANCELLED, HALF_OPEN, a place",
            expect = ACCEPTABLE,
            desc = "the cancel came first, and the place is back")
    @Outcome(expect = FORBIDDEN, desc = "breaker and caller disagree, or the place of the probe is lost")
    public static class CancelOfAProbeRacesCompletion extends Probe {

        @Actor
        public void complete() {
            stage.complete("answer");
        }

        @Actor
        public void cancel() {
            call.cancel(true);
        }

        @Arbiter
        public void settle(LLLL_Result r) {
            tell(r);
        }
    }
}
