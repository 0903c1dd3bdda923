package io.forbear.retry.it.fleet;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.ForbearControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The breakers of a fleet, which tell each other that they have opened: what breaker hints of a fleet budget could do.
 * Each is the library's default. One that is closed opens a while after one of the others has. It passes no hint on, so
 * that hints do not go round. Used by one thread.
 */
final class HintedBreakers {

    private final long delayNanos;
    private final List<Hinted> all = new ArrayList<>();

    private HintedBreakers(long delayNanos) {
        this.delayNanos = delayNanos;
    }

    /**
     * Describes processes without hints, which count the calls that they make while none has learnt of the outage.
     *
     * @param delay how long a hint takes; {@code null} for no hints
     */
    static Control.Maker after(@Nullable Duration delay) {
        HintedBreakers fleet = new HintedBreakers(delay == null ? -1 : delay.toNanos());
        return ForbearControl.with(builder -> builder.circuitBreaker(fleet::create));
    }

    private CircuitBreaker create(String name, NanoClock clock) {
        Hinted made = new Hinted(CircuitBreakers.standard().create(name, clock), clock);
        all.add(made);
        return made;
    }

    private final class Hinted implements CircuitBreaker {

        private final CircuitBreaker own;
        private final NanoClock clock;
        private boolean hinted;
        private long hintNanos;
        private boolean byHint;

        Hinted(CircuitBreaker own, NanoClock clock) {
            this.own = own;
            this.clock = clock;
            own.onTransition(this::transitioned);
        }

        private void transitioned(State from, State to) {
            if (from == State.CLOSED && to == State.OPEN && !byHint && delayNanos >= 0) {
                for (Hinted other : all) {
                    if (other != this) {
                        other.hinted = true;
                        other.hintNanos = clock.nanoTime() + delayNanos;
                    }
                }
            }
        }

        @Override
        public @Nullable Permit tryAcquire() {
            if (hinted && clock.nanoTime() - hintNanos >= 0) {
                hinted = false;
                if (own.state() == State.CLOSED) {
                    byHint = true;
                    own.open();
                    byHint = false;
                }
            }
            return own.tryAcquire();
        }

        @Override
        public State state() {
            return own.state();
        }

        @Override
        public Duration untilProbe() {
            return own.untilProbe();
        }

        @Override
        public Subscription onTransition(TransitionListener listener) {
            return own.onTransition(listener);
        }
    }
}
