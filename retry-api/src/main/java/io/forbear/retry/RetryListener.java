package io.forbear.retry;

import io.forbear.retry.operations.ServiceEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Is told what retries do: the way in for metrics, traces and logs.
 *
 * <p>Listeners are told, never asked: they change no decision. All methods do nothing by default, must not block, and
 * are called outside of any lock. One that throws is logged, at a limited rate, and otherwise ignored. A call that
 * succeeds at its first attempt tells nothing unless {@link #observesEveryCall()}, so that watching failures costs
 * success nothing.
 *
 * @since 0.1
 */
public interface RetryListener {

    /**
     * A {@link Retry} with this listener was built.
     *
     * @param retry the new instance, whose {@link Retry#snapshot()} counts
     */
    default void registered(Retry retry) {}

    /**
     * A {@link Retry} with this listener was closed or replaced.
     *
     * @param retry the instance that {@link #registered} named
     */
    default void closed(Retry retry) {}

    /**
     * A failed attempt will be followed by another.
     *
     * @param failed the attempt that failed
     * @param delay how long the wait will be
     */
    default void onRetry(FailedAttempt failed, Duration delay) {}

    /**
     * A call ended without success.
     *
     * @param failed its last attempt
     * @param reason why no further one was made
     */
    default void onStop(FailedAttempt failed, StopReason reason) {}

    /**
     * A call succeeded after at least one retry.
     *
     * @param service the name of the service
     * @param attempts how many attempts were made, 2 or more
     */
    default void onRecovered(String service, int attempts) {}

    /**
     * The circuit breaker of a service changed its state.
     *
     * @param service the name of the service
     * @param from the state before
     * @param to the state after
     */
    default void onTransition(String service, CircuitBreaker.State from, CircuitBreaker.State to) {}

    /**
     * Something happened to a service that an operator wants to know: its breaker opened, and of what; its budget
     * denies retries; it was reloaded, or a switch was used. The same is kept in {@link
     * io.forbear.retry.operations.ServiceOperations#events()}. Rare: not told of each call.
     *
     * @param event what happened
     */
    default void onEvent(ServiceEvent event) {}

    /**
     * Tells whether {@link #observe} is to be asked for every call, before its first attempt.
     *
     * @return {@code false} unless an implementation says otherwise
     */
    default boolean observesEveryCall() {
        return false;
    }

    /**
     * Returns a watcher for a call that begins. Asked only where {@link #observesEveryCall()} is {@code true}.
     *
     * @param service the name of the service
     * @param client the client that the call is made for, {@code null} where none was named
     * @param options the options of the call
     * @return the watcher of this one call, or {@code null} for none
     */
    default @Nullable CallObserver observe(String service, @Nullable String client, CallOptions options) {
        return null;
    }
}
