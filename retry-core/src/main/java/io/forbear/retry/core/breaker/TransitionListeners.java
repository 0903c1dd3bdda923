package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.Subscription;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import io.forbear.retry.core.internal.Fading;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.InformedListener;
import io.forbear.retry.core.internal.OneLine;
import io.forbear.retry.core.internal.Opening;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The listeners of a breaker's transitions. If one throws, the exception is logged, and nothing else changes. */
final class TransitionListeners {

    /** With fewer listeners than this, those that have gone are not searched for. */
    private static final int FEW = 64;

    private final String breaker;

    /** A copy per change, which is configuration; a transition reads one copy. */
    private final CopyOnWriteArrayList<Place> places = new CopyOnWriteArrayList<>();

    /** How many listeners start the next search for those that have gone: twice as many as stayed at the last. */
    private volatile int crowded = FEW;

    TransitionListeners(String breaker) {
        this.breaker = breaker;
    }

    Subscription add(TransitionListener listener) {
        Place place = new Place(Objects.requireNonNull(listener, "listener"));
        places.add(place);
        if (places.size() > crowded) {
            places.removeIf(other -> other.listener instanceof Fading fading && fading.hasGone());
            crowded = Math.max(FEW, 2 * places.size());
        }
        return place;
    }

    /** Tells all, and those that can hear it why the breaker opened. */
    void tell(State from, State to, @Nullable Opening why) {
        for (Place place : places) {
            try {
                if (place.listener instanceof InformedListener informed) {
                    informed.transitioned(from, to, why);
                } else {
                    place.listener.transitioned(from, to);
                }
            } catch (Throwable fault) {
                Faults.log("transition listener of circuit breaker ".concat(OneLine.of(breaker)), fault);
            }
        }
    }

    /** One listener as it was added once. Compared by identity: a listener that was added twice has two places. */
    private final class Place implements Subscription {

        private final TransitionListener listener;

        private Place(TransitionListener listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            places.remove(this);
        }
    }
}
