package io.forbear.retry.core.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.JJI_Result;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * Races of probes and of their permits.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * OneProbe                                424478         0           -
 * OneProbeMutant                          619975         0       16875
 * PermitSettlesOnce                       917542         0           -
 * PermitSettlesOnceMutant                 598534         0       42439
 * ProbesCloseOnce                         813156         0           -
 * ProbesCloseOnceMutant                  1695782         0       98214
 * </pre>
 */
public final class ProbeStress {

    private ProbeStress() {}

    /** A breaker in OPEN whose time there is over. */
    static CircuitBreaker due(int probes, int required) {
        long[] now = new long[1];
        CircuitBreaker breaker = CircuitBreakers.failureRate(1)
                .window(4)
                .minimumCalls(4)
                .openFor(Duration.ofSeconds(1))
                .probes(probes, required)
                .create("service", () -> now[0]);
        breaker.open();
        now[0] = 1_000_000_000L;
        return breaker;
    }

    /** The time in OPEN is over, and two attempts come at once. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one probe")
    @Outcome(expect = FORBIDDEN, desc = "more probes than allowed, or none, or a transition told twice")
    public static class OneProbe {
        final CircuitBreaker breaker = due(1, 1);
        final AtomicInteger told = BreakerStress.entries(breaker, State.HALF_OPEN);

        @Actor
        public void first(ZZI_Result r) {
            r.r1 = breaker.tryAcquire() != null;
        }

        @Actor
        public void second(ZZI_Result r) {
            r.r2 = breaker.tryAcquire() != null;
        }

        @Arbiter
        public void settle(ZZI_Result r) {
            r.r3 = told.get();
        }
    }

    /** {@link OneProbe} with stores for the state and for the place of the probe. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"true, true, 1", "true, true, 2", "true, false, 2", "false, true, 2"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "two probes, or told twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class OneProbeMutant {
        final AtomicInteger told = new AtomicInteger();
        volatile boolean open = true;
        volatile boolean taken;

        private boolean acquire() {
            if (open) {
                open = false;
                told.incrementAndGet();
            }
            if (taken) {
                return false;
            }
            taken = true;
            return true;
        }

        @Actor
        public void first(ZZI_Result r) {
            r.r1 = acquire();
        }

        @Actor
        public void second(ZZI_Result r) {
            r.r2 = acquire();
        }

        @Arbiter
        public void settle(ZZI_Result r) {
            r.r3 = told.get();
        }
    }

    /** Both of two probes must succeed, and do. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "closed, and told once")
    @Outcome(expect = FORBIDDEN, desc = "a probe was lost, or the transition told twice")
    public static class ProbesCloseOnce {
        final CircuitBreaker breaker = due(2, 2);
        final AtomicInteger told = BreakerStress.entries(breaker, State.CLOSED);
        final CircuitBreaker.Permit one = Objects.requireNonNull(breaker.tryAcquire());
        final CircuitBreaker.Permit other = Objects.requireNonNull(breaker.tryAcquire());

        @Actor
        public void first() {
            one.success(1);
        }

        @Actor
        public void second() {
            other.success(1);
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = breaker.state() == State.CLOSED;
            r.r2 = told.get();
        }
    }

    /** {@link ProbesCloseOnce} with a load and a store for each step. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false, 0", expect = ACCEPTABLE_INTERESTING, desc = "a probe was lost: the breaker waits for ever")
    @Outcome(id = "true, 2", expect = ACCEPTABLE_INTERESTING, desc = "the transition was told twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class ProbesCloseOnceMutant {
        final AtomicInteger told = new AtomicInteger();
        volatile int succeeded;
        volatile boolean closed;

        private void succeed() {
            succeeded = succeeded + 1;
            if (succeeded == 2 && !closed) {
                closed = true;
                told.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            succeed();
        }

        @Actor
        public void second() {
            succeed();
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = closed;
            r.r2 = told.get();
        }
    }

    /** A probe is told a success and a failure at once, of three of which two must succeed. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "1, 0, 2", expect = ACCEPTABLE, desc = "a success")
    @Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "a failure")
    @Outcome(expect = FORBIDDEN, desc = "settled twice, or not at all")
    public static class PermitSettlesOnce {
        final CircuitBreaker breaker = due(3, 2);
        final CircuitBreaker.Permit permit = Objects.requireNonNull(breaker.tryAcquire());

        @Actor
        public void succeed() {
            permit.success(1);
        }

        @Actor
        public void fail() {
            permit.failure(1, ErrorCategory.TRANSIENT);
        }

        @Arbiter
        public void settle(JJI_Result r) {
            BreakerCounts counts = CircuitBreakers.counts(breaker);
            r.r1 = counts.calls();
            r.r2 = counts.failures();
            while (breaker.tryAcquire() != null) {
                r.r3++;
            }
        }
    }

    /** {@link PermitSettlesOnce} with a store for what has settled it. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(
            id = {"1, 0, 2", "1, 1, 2"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "2, 1, 1", expect = ACCEPTABLE_INTERESTING, desc = "one permit has ended twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class PermitSettlesOnceMutant {
        final AtomicInteger ended = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        volatile boolean settled;

        private boolean settle() {
            boolean first = !settled;
            settled = true;
            return first;
        }

        @Actor
        public void succeed() {
            if (settle()) {
                ended.incrementAndGet();
            }
        }

        @Actor
        public void fail() {
            if (settle()) {
                ended.incrementAndGet();
                failed.incrementAndGet();
            }
        }

        @Arbiter
        public void settle(JJI_Result r) {
            r.r1 = ended.get();
            r.r2 = failed.get();
            r.r3 = 3 - ended.get();
        }
    }
}
