package io.forbear.retry.it;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.NanoClock;
import io.forbear.retry.error.ErrorCategory;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A breaker of Resilience4j behind the interface of this library: an example of how little an adapter needs.
 *
 * <p>What theirs does not have is made up for here: a permit settles once, one that comes back after a transition
 * changes nothing, and a listener can be taken away. Failures of the categories that our own breaker does not count
 * give the permission back.
 */
final class Resilience4jBreaker implements CircuitBreaker {

    private final io.github.resilience4j.circuitbreaker.CircuitBreaker theirs;
    private final NanoClock clock;
    private final AtomicLong transitions = new AtomicLong();
    private final List<Place> places = new CopyOnWriteArrayList<>();
    private volatile long openedNanos;

    Resilience4jBreaker(io.github.resilience4j.circuitbreaker.CircuitBreaker theirs, NanoClock clock) {
        this.theirs = theirs;
        this.clock = clock;
        theirs.getEventPublisher().onStateTransition(event -> {
            openedNanos = clock.nanoTime();
            transitions.incrementAndGet();
            StateTransition transition = event.getStateTransition();
            tell(ours(transition.getFromState()), ours(transition.getToState()));
        });
    }

    @Override
    public @Nullable Permit tryAcquire() {
        return theirs.tryAcquirePermission() ? new TheirPermit(transitions.get(), state() == State.HALF_OPEN) : null;
    }

    @Override
    public State state() {
        return ours(theirs.getState());
    }

    private static State ours(io.github.resilience4j.circuitbreaker.CircuitBreaker.State state) {
        return State.valueOf(state.name());
    }

    @Override
    public Duration untilProbe() {
        if (state() != State.OPEN) {
            return Duration.ZERO;
        }
        long millis = theirs.getCircuitBreakerConfig()
                .getWaitIntervalFunctionInOpenState()
                .apply(1);
        long left = TimeUnit.MILLISECONDS.toNanos(millis) - (clock.nanoTime() - openedNanos);
        return Duration.ofNanos(Math.max(0, left));
    }

    @Override
    public Subscription onTransition(TransitionListener listener) {
        Place place = new Place(listener);
        places.add(place);
        return () -> places.remove(place);
    }

    private void tell(State from, State to) {
        for (Place place : places) {
            place.listener.transitioned(from, to);
        }
    }

    /** A listener as it was added once; not a record, for it is found again by identity. */
    private static final class Place {

        private final TransitionListener listener;

        Place(TransitionListener listener) {
            this.listener = listener;
        }
    }

    /** Their permission is a number; this makes it one that settles once. */
    private final class TheirPermit implements Permit {

        private final AtomicBoolean settled = new AtomicBoolean();
        private final long acquiredAfter;
        private final boolean probe;

        TheirPermit(long acquiredAfter, boolean probe) {
            this.acquiredAfter = acquiredAfter;
            this.probe = probe;
        }

        @Override
        public boolean isProbe() {
            return probe;
        }

        @Override
        public void success(long durationNanos) {
            if (settle()) {
                theirs.onSuccess(Math.max(0, durationNanos), TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void failure(long durationNanos, ErrorCategory category) {
            if (category == ErrorCategory.CLIENT_ERROR || category == ErrorCategory.RATE_LIMIT) {
                ignore();
            } else if (settle()) {
                theirs.onError(Math.max(0, durationNanos), TimeUnit.NANOSECONDS, new Failure(category));
            }
        }

        @Override
        public void ignore() {
            if (settle()) {
                theirs.releasePermission();
            }
        }

        private boolean settle() {
            return settled.compareAndSet(false, true) && transitions.get() == acquiredAfter;
        }
    }

    /** Their breaker wants an exception; ours knows categories. */
    private static final class Failure extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Failure(ErrorCategory category) {
            super(category.name(), null, false, false);
        }
    }
}
