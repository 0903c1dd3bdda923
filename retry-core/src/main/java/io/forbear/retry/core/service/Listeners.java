package io.forbear.retry.core.service;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.operations.ServiceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The listeners of a service. Immutable. One that throws is logged and keeps nobody else from being told. */
public final class Listeners {

    private static final CallObserver[] NONE = {};

    private final RetryListener[] all;
    private final RetryListener[] observing;

    Listeners(List<RetryListener> listeners) {
        this.all = listeners.toArray(RetryListener[]::new);
        this.observing =
                listeners.stream().filter(RetryListener::observesEveryCall).toArray(RetryListener[]::new);
    }

    public boolean isEmpty() {
        return all.length == 0;
    }

    public boolean observeEveryCall() {
        return observing.length > 0;
    }

    /** Returns the observers of a call that begins; empty is the usual case and a shared array. */
    public CallObserver[] observers(String service, @Nullable String client, CallOptions options) {
        if (observing.length == 0) {
            return NONE;
        }
        List<CallObserver> observers = new ArrayList<>(observing.length);
        tell(observing, listener -> {
            CallObserver observer = listener.observe(service, client, options);
            if (observer != null) {
                observers.add(observer);
            }
        });
        return observers.toArray(CallObserver[]::new);
    }

    /** Returns no observers. */
    public static CallObserver[] noObservers() {
        return NONE;
    }

    void registered(Retry retry) {
        tell(all, listener -> listener.registered(retry));
    }

    void closed(Retry retry) {
        tell(all, listener -> listener.closed(retry));
    }

    void transitioned(String service, CircuitBreaker.State from, CircuitBreaker.State to) {
        tell(all, listener -> listener.onTransition(service, from, to));
    }

    void event(ServiceEvent event) {
        tell(all, listener -> listener.onEvent(event));
    }

    public void retry(FailedAttempt failed, long delayNanos) {
        Duration delay = Duration.ofNanos(delayNanos);
        tell(all, listener -> listener.onRetry(failed, delay));
    }

    public void stop(FailedAttempt failed, StopReason reason) {
        tell(all, listener -> listener.onStop(failed, reason));
    }

    public void recovered(String service, int attempts) {
        if (all.length > 0) {
            tell(all, listener -> listener.onRecovered(service, attempts));
        }
    }

    /** Tells each of the array, whatever the others throw. */
    public static <L> void tell(L[] listeners, Consumer<L> event) {
        for (L listener : listeners) {
            try {
                event.accept(listener);
            } catch (Throwable fault) {
                Faults.log("listener", fault);
            }
        }
    }
}
