package io.forbear.retry.core.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.infra.results.ZI_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/**
 * Races of a breaker: which thread moves it, and which outcomes come too late to move it.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores (tests of three actors want a third):
 *
 * <pre>
 * test                                   samples forbidden interesting
 * LateFailure                             775710         0           -
 * LateFailureMutant                       584135         0        4109
 * OpensOnce                               705343         0           -
 * OpensOnceMutant                         712135         0       37945
 * TwoFailuresOpenTogether                 593564         0           -
 * TwoFailuresOpenTogetherMutant           207208         0         448
 * </pre>
 */
public final class BreakerStress {

    private BreakerStress() {}

    /** Counts the transitions into one state. */
    static AtomicInteger entries(CircuitBreaker breaker, State counted) {
        AtomicInteger told = new AtomicInteger();
        breaker.onTransition((from, to) -> {
            if (to == counted) {
                told.incrementAndGet();
            }
        });
        return told;
    }

    static Breaker closed(int failures) {
        return (Breaker) CircuitBreakers.consecutiveFailures(failures).create("service", () -> 0);
    }

    /** Each of two failures is enough to open. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "open, and told once")
    @Outcome(expect = FORBIDDEN, desc = "not open, or not told once")
    public static class OpensOnce {
        final Breaker breaker = closed(1);
        final AtomicInteger told = entries(breaker, State.OPEN);
        final Object admission = Objects.requireNonNull(breaker.admission());

        @Actor
        public void first() {
            breaker.failed(admission, ErrorCategory.TRANSIENT, 0);
        }

        @Actor
        public void second() {
            breaker.failed(admission, ErrorCategory.TRANSIENT, 0);
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = breaker.state() == State.OPEN;
            r.r2 = told.get();
        }
    }

    /** {@link OpensOnce} with a store for the state. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "true, 2", expect = ACCEPTABLE_INTERESTING, desc = "the transition was told twice")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class OpensOnceMutant {
        final AtomicInteger told = new AtomicInteger();
        volatile boolean open;

        private void fail() {
            if (!open) {
                open = true;
                told.incrementAndGet();
            }
        }

        @Actor
        public void first() {
            fail();
        }

        @Actor
        public void second() {
            fail();
        }

        @Arbiter
        public void settle(ZI_Result r) {
            r.r1 = open;
            r.r2 = told.get();
        }
    }

    /** Two failures are enough to open, neither is alone. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "the later of the two has seen both")
    @Outcome(expect = FORBIDDEN, desc = "two failures are in the window and no thread opened")
    public static class TwoFailuresOpenTogether {
        final Breaker breaker = closed(2);
        final Object admission = Objects.requireNonNull(breaker.admission());

        @Actor
        public void first() {
            breaker.failed(admission, ErrorCategory.TRANSIENT, 0);
        }

        @Actor
        public void second() {
            breaker.failed(admission, ErrorCategory.TRANSIENT, 0);
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r1 = breaker.state() == State.OPEN;
            r.r2 = CircuitBreakers.counts(breaker).failures();
        }
    }

    /** {@link TwoFailuresOpenTogether} that judges first and records second. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false, 2", expect = ACCEPTABLE_INTERESTING, desc = "each judged before the other was recorded")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TwoFailuresOpenTogetherMutant {
        final AtomicInteger failures = new AtomicInteger();
        volatile boolean open;

        private void fail() {
            boolean exceeds = failures.get() + 1 >= 2;
            failures.incrementAndGet();
            if (exceeds) {
                open = true;
            }
        }

        @Actor
        public void first() {
            fail();
        }

        @Actor
        public void second() {
            fail();
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r1 = open;
            r.r2 = failures.get();
        }
    }

    /** A failure that would open meets a reset by the program. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "closed and empty, whichever came first")
    @Outcome(expect = FORBIDDEN, desc = "a late failure opened, or counts in, a state that did not admit it")
    public static class LateFailure {
        final Breaker breaker = closed(1);
        final Object admission = Objects.requireNonNull(breaker.admission());

        @Actor
        public void fail() {
            breaker.failed(admission, ErrorCategory.TRANSIENT, 0);
        }

        @Actor
        public void reset() {
            breaker.reset();
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r1 = breaker.state() == State.CLOSED;
            r.r2 = CircuitBreakers.counts(breaker).calls();
        }
    }

    /** {@link LateFailure} with a store from whatever the state is by then. */
    @JCStressTest
    @org.openjdk.jcstress.annotations.State
    @Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "by luck")
    @Outcome(id = "false, 1", expect = ACCEPTABLE_INTERESTING, desc = "a failure of a state that was over has opened")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class LateFailureMutant {
        final Object admitted = new Object();
        final Object open = new Object();
        volatile Object state = admitted;

        @Actor
        public void fail() {
            if (state == admitted) {
                state = open;
            }
        }

        @Actor
        public void reset() {
            state = new Object();
        }

        @Arbiter
        public void settle(ZJ_Result r) {
            r.r1 = state != open;
            r.r2 = state == open ? 1 : 0;
        }
    }
}
