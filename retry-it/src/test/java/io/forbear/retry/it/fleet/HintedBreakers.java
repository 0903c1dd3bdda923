package io.forbear.retry.it.fleet;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.lab.simulate.Control;
import io.forbear.retry.lab.simulate.ForbearControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The breakers of a fleet, which tell each other that they have opened: what hints by way of a fleet budget could do.
 * Each is the library's default. One that is closed opens a while after others have. It passes no hint on, so that
 * hints do not go round. Used by one thread.
 */
final class HintedBreakers {

    private static final long NEVER = Long.MAX_VALUE;

    private final long delayNanos;
    private final int quorum;
    private final long sinceNanos;
    private final List<Hinted> all = new ArrayList<>();

    /**
     * A fleet.
     *
     * @param delay how long a hint takes; {@code null} for no hints
     * @param quorum so many breakers must have left CLOSED before they tell the others
     * @param sinceNanos when the outage begins, from which on calls are counted
     */
    HintedBreakers(@Nullable Duration delay, int quorum, long sinceNanos) {
        this.quorum = quorum;
        this.delayNanos = delay == null ? -1 : delay.toNanos();
        this.sinceNanos = sinceNanos;
    }

    /** Describes the processes of the fleet. */
    Control.Maker maker() {
        return ForbearControl.with(builder -> builder.circuitBreaker(this::create));
    }

    /** Attempts that were let through in the outage before the breaker of their process opened for the first time. */
    long attemptsBeforeOpen() {
        return all.stream().mapToLong(one -> one.attemptsBeforeOpen).sum();
    }

    /** Seconds from the beginning of the outage until the first breaker opened, or the last one that did. */
    double opened(boolean last) {
        LongStream times = all.stream().mapToLong(one -> one.openedNanos).filter(time -> time != NEVER);
        return ((last ? times.max() : times.min()).orElse(sinceNanos) - sinceNanos) / 1e9;
    }

    /** Breakers that opened in the outage. */
    long opened() {
        return all.stream().filter(one -> one.openedNanos != NEVER).count();
    }

    private boolean isQuorum() {
        return all.stream()
                        .filter(one -> one.own.state() != CircuitBreaker.State.CLOSED)
                        .count()
                >= quorum;
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
        private long openedNanos = NEVER;
        private long attemptsBeforeOpen;

        Hinted(CircuitBreaker own, NanoClock clock) {
            this.own = own;
            this.clock = clock;
            own.onTransition(this::transitioned);
        }

        private void transitioned(State from, State to) {
            if (to == State.OPEN && openedNanos == NEVER && clock.nanoTime() >= sinceNanos) {
                openedNanos = clock.nanoTime();
            }
            if (from == State.CLOSED && to == State.OPEN && !byHint && delayNanos >= 0 && isQuorum()) {
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
            Permit permit = acquire();
            long now = clock.nanoTime();
            if (permit != null && openedNanos == NEVER && now >= sinceNanos) {
                attemptsBeforeOpen++;
            }
            return permit;
        }

        private @Nullable Permit acquire() {
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
