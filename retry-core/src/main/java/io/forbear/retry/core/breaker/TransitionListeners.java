package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.Subscription;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import io.forbear.retry.core.internal.Fading;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Those who are told of a breaker's transitions. One that throws is logged, and changes nothing. */
final class TransitionListeners {

    private final String breaker;
    private final AtomicReference<Place[]> places = new AtomicReference<>(new Place[0]);
    /** Those who have gone are sought when there are so many: each time for twice as many as stayed. */
    private volatile int crowded = 64;

    private final AtomicInteger thrown = new AtomicInteger();

    TransitionListeners(String breaker) {
        this.breaker = breaker;
    }

    Subscription add(TransitionListener listener) {
        Place place = new Place(Objects.requireNonNull(listener, "listener"));
        Place[] now = places.updateAndGet(seen -> Copies.with(seen, place));
        if (now.length > crowded) {
            now = places.updateAndGet(TransitionListeners::present);
            crowded = Math.max(64, 2 * now.length);
        }
        return place;
    }

    private static Place[] present(Place[] places) {
        return Arrays.stream(places)
                .filter(place -> !(place.listener instanceof Fading fading) || !fading.hasGone())
                .toArray(Place[]::new);
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
