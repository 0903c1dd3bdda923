package io.forbear.retry.jcstress;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * The permits of a breaker in HALF_OPEN: three places for probes, two successes close, two failures open. Two probes
 * are under way at the start; each is settled by one thread at a time, as its protocol has it, and may be settled
 * again.
 *
 * <p>What is not checked, because it is not so: that the failure which completes the limit in CLOSED has opened the
 * breaker when it returns. One that has its place in a count window and not yet its mark is judged by its own thread,
 * which then opens.
 */
class BreakerLinearizabilityTest {

    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    /** The specification: not thread-safe. */
    public static class Places {
        State state = State.HALF_OPEN;
        int underWay = 2;
        private final boolean[] settled = new boolean[2];
        private int succeeded;
        private int failed;

        public boolean acquire() {
            if (state != State.HALF_OPEN) {
                return state == State.CLOSED;
            }
            if (underWay + succeeded + failed == 3) {
                return false;
            }
            underWay++;
            return true;
        }

        public void settleOne(int outcome) {
            settle(0, outcome);
        }

        public void settleOther(int outcome) {
            settle(1, outcome);
        }

        private void settle(int permit, int outcome) {
            if (settled[permit]) {
                return;
            }
            settled[permit] = true;
            if (state != State.HALF_OPEN) {
                return;
            }
            underWay--;
            succeeded += outcome == SUCCESS ? 1 : 0;
            failed += outcome == FAILURE ? 1 : 0;
            state = succeeded == 2 ? State.CLOSED : failed == 2 ? State.OPEN : State.HALF_OPEN;
        }

        public State state() {
            return state;
        }
    }

    public static class Probes {
        private long now;
        private final CircuitBreaker breaker = CircuitBreakers.failureRate(1)
                .window(2)
                .minimumCalls(2)
                .openFor(Duration.ofSeconds(1))
                .probes(3, 2)
                .create("service", () -> now);
        private final Permit one;
        private final Permit other;

        public Probes() {
            breaker.open();
            now = 1_000_000_000L;
            one = Objects.requireNonNull(breaker.tryAcquire());
            other = Objects.requireNonNull(breaker.tryAcquire());
        }

        @Operation
        public boolean acquire() {
            return breaker.tryAcquire() != null;
        }

        @Operation(nonParallelGroup = "one")
        public void settleOne(@Param(gen = IntGen.class, conf = "0:2") int outcome) {
            settle(one, outcome);
        }

        @Operation(nonParallelGroup = "other")
        public void settleOther(@Param(gen = IntGen.class, conf = "0:2") int outcome) {
            settle(other, outcome);
        }

        private static void settle(Permit permit, int outcome) {
            switch (outcome) {
                case SUCCESS -> permit.success(1);
                case FAILURE -> permit.failure(1, ErrorCategory.TRANSIENT);
                default -> permit.ignore();
            }
        }

        @Operation
        public State state() {
            return breaker.state();
        }
    }

    /** The specification with each operation under a lock but the one that takes a place. */
    public static class LeakyPlaces extends Places {
        @Override
        @Operation
        public boolean acquire() {
            return super.acquire();
        }

        @Override
        @Operation(nonParallelGroup = "one")
        public synchronized void settleOne(@Param(gen = IntGen.class, conf = "0:2") int outcome) {
            super.settleOne(outcome);
        }

        @Override
        @Operation(nonParallelGroup = "other")
        public synchronized void settleOther(@Param(gen = IntGen.class, conf = "0:2") int outcome) {
            super.settleOther(outcome);
        }

        @Override
        @Operation
        public synchronized State state() {
            return super.state();
        }
    }

    @Test
    void permitsOfProbesAreLinearizable() {
        Linearizability.check(Probes.class, Places.class);
    }

    @Test
    void findsTheMutantThatTakesAPlaceUnguarded() {
        Linearizability.refuses(LeakyPlaces.class, Places.class);
    }
}
