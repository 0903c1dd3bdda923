package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.Subscription;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Those who are told of a breaker's transitions. One that throws is logged, and changes nothing. */
final class TransitionListeners {

    private final String breaker;
    private final AtomicReference<Place[]> places = new AtomicReference<>(new Place[0]);
    private final AtomicInteger thrown = new AtomicInteger();

    TransitionListeners(String breaker) {
        this.breaker = breaker;
    }

    Subscription add(TransitionListener listener) {
        Place place = new Place(Objects.requireNonNull(listener, "listener"));
        places.updateAndGet(seen -> Copies.with(seen, place));
        return place;
    }

    private void remove(Place place) {
        places.updateAndGet(seen -> {
            int index = Copies.indexOf(seen, place);
            return index < 0 ? seen : Copies.without(seen, index);
        });
    }

    void tell(State from, State to) {
        for (Place place : places.get()) {
            try {
                place.listener.transitioned(from, to);
            } catch (Throwable e) {
                log(e);
            }
        }
    }

    /** The first, the second, the fourth and so on: a listener that always throws does not fill the log. */
    private void log(Throwable e) {
        int times = thrown.incrementAndGet();
        if (Integer.bitCount(times) == 1) {
            System.getLogger(TransitionListeners.class.getPackageName())
                    .log(
                            System.Logger.Level.WARNING,
                            () -> "circuit breaker " + breaker + ": a transition listener threw, " + times
                                    + " times so far",
                            e);
        }
    }

    /** One listener as it was added once: it is found again by identity. */
    private final class Place implements Subscription {

        private final TransitionListener listener;

        private Place(TransitionListener listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            remove(this);
        }
    }
}
