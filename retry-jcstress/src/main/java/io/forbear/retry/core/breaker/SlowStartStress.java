package io.forbear.retry.core.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.error.ErrorCategory;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * Races of the attempts that pass while the load comes back.
 *
 * <p>One run of {@code bin/jcstress quick}, JDK 17, x86-64, two busy cores:
 *
 * <pre>
 * test                                   samples forbidden interesting
 * SuccessRacesTimeOut                     769234         0           -
 * SuccessRacesTimeOutMutant              2627622         0        5685
 * TheLastPlace                            562244         0           -
 * TheLastPlaceMutant                     5654215         0      401307
 * </pre>
 */
public final class SlowStartStress {

    private SlowStartStress() {}

    /** A breaker that has just closed: two attempts may be under way. */
    static CircuitBreaker closed() {
        long[] now = new long[1];
        CircuitBreaker breaker = CircuitBreakers.standard().create("service", () -> now[0]);
        breaker.open();
        now[0] = 1_000_000_000L;
        pass(breaker).success(-1);
        return breaker;
    }

    static Permit pass(CircuitBreaker breaker) {
        return Objects.requireNonNull(breaker.tryAcquire());
    }

    static int passing(CircuitBreaker breaker) {
        int passed = 0;
        while (passed < 10 && breaker.tryAcquire() != null) {
            passed++;
        }
        return passed;
    }

    /** One place is left, and two attempts come at once. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one passes")
    @Outcome(expect = FORBIDDEN, desc = "both pass, or none")
    public static class TheLastPlace {
        final CircuitBreaker breaker = closed();
        final Permit other = pass(breaker);

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = breaker.tryAcquire() != null;
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = breaker.tryAcquire() != null;
        }
    }

    /** {@link TheLastPlace} where the place is looked for before, and not in, the step that takes it. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(id = "true, true", expect = ACCEPTABLE_INTERESTING, desc = "both pass")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class TheLastPlaceMutant {
        volatile int underWay = 1;

        private boolean acquire() {
            int seen = underWay;
            if (seen >= 2) {
                return false;
            }
            underWay = seen + 1;
            return true;
        }

        @Actor
        public void first(ZZ_Result r) {
            r.r1 = acquire();
        }

        @Actor
        public void second(ZZ_Result r) {
            r.r2 = acquire();
        }
    }

    /** Two attempts are under way: one succeeds, the other times out. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "two, three, half of it")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "two, half of it, one more")
    @Outcome(expect = FORBIDDEN, desc = "a change or a place was lost")
    public static class SuccessRacesTimeOut {
        final CircuitBreaker breaker = closed();
        final Permit one = pass(breaker);
        final Permit two = pass(breaker);

        @Actor
        public void succeeds() {
            one.success(-1);
        }

        @Actor
        public void timesOut() {
            two.failure(-1, ErrorCategory.TIMEOUT);
        }

        @Arbiter
        public void settle(I_Result r) {
            r.r1 = passing(breaker);
        }
    }

    /** {@link SuccessRacesTimeOut} where limit and places are changed by stores. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1", "2"},
            expect = ACCEPTABLE,
            desc = "by luck")
    @Outcome(
            id = {"0", "3"},
            expect = ACCEPTABLE_INTERESTING,
            desc = "a change or a place was lost")
    @Outcome(expect = FORBIDDEN, desc = "nothing else can come of it")
    public static class SuccessRacesTimeOutMutant {
        volatile int allowed = 2;
        volatile int underWay = 2;

        @Actor
        public void succeeds() {
            underWay = underWay - 1;
            allowed = allowed + 1;
        }

        @Actor
        public void timesOut() {
            underWay = underWay - 1;
            allowed = Math.max(1, allowed / 2);
        }

        @Arbiter
        public void settle(I_Result r) {
            r.r1 = Math.max(0, allowed - underWay);
        }
    }
}
