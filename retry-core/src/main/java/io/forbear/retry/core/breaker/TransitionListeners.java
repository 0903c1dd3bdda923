package io.forbear.retry.core.breaker;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitBreaker.TransitionListener;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Those who are told of a breaker's transitions. One that throws is logged, and changes nothing. */
final class TransitionListeners {

    private final String breaker;
    private final AtomicReference<TransitionListener[]> listeners = new AtomicReference<>(new TransitionListener[0]);
    private final AtomicInteger thrown = new AtomicInteger();

    TransitionListeners(String breaker) {
        this.breaker = breaker;
    }

    void add(TransitionListener listener) {
        Objects.requireNonNull(listener, "listener");
        listeners.updateAndGet(seen -> Copies.with(seen, listener));
    }

    void tell(State from, State to) {
        for (TransitionListener listener : listeners.get()) {
            try {
                listener.transitioned(from, to);
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
}
