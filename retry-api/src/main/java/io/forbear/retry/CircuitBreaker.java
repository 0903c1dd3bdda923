package io.forbear.retry;

import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A switch that stops calls to a service that fails, and probes whether it works again.
 *
 * <h2>Protocol</h2>
 *
 * <p>{@link #tryAcquire} before an attempt. It answers {@code null} where the attempt must not be made, otherwise a
 * {@link Permit} that is settled exactly once, by {@link Permit#success}, {@link Permit#failure} or {@link
 * Permit#ignore}. A permit settles against the state that gave it: what comes back after a transition changes nothing.
 *
 * <p>Implementations are thread-safe and do not block. One that throws is logged, and taken for one that is closed.
 *
 * @since 0.1
 */
public interface CircuitBreaker {

    /** The states. */
    enum State {
        /** Attempts pass and are counted; in a slow start after HALF_OPEN only some. */
        CLOSED,
        /** No attempt passes. */
        OPEN,
        /** A bounded number of probes passes; they decide what comes next. */
        HALF_OPEN,
        /** No attempt passes until the breaker is reset. */
        FORCED_OPEN,
        /** Every attempt passes; outcomes are counted but change nothing. */
        METRICS_ONLY,
        /** Every attempt passes; nothing is counted. */
        DISABLED;

        /**
         * Tells whether no attempt passes in this state.
         *
         * @return {@code true} for {@link #OPEN} and {@link #FORCED_OPEN}
         */
        public boolean refuses() {
            return this == OPEN || this == FORCED_OPEN;
        }
    }

    /**
     * Asks leave to make one attempt.
     *
     * @return a permit to be settled, or {@code null} where the attempt is refused
     */
    @Nullable
    Permit tryAcquire();

    /**
     * Returns the state. A breaker whose time in {@link State#OPEN} has passed may still say so until the next {@link
     * #tryAcquire}.
     *
     * @return the state as it is now
     */
    State state();

    /**
     * Returns how long until a probe may pass.
     *
     * @return zero where a probe is due or the breaker is not open
     */
    Duration untilProbe();

    /**
     * Adds a listener, which is told of each transition once, after it happened, on the thread that caused it. A
     * breaker keeps its listeners for as long as it lives: an owner that lives shorter closes the subscription. A
     * service closes its own when it is closed.
     *
     * @param listener must not block; told twice where it was added twice; one that throws is logged and changes
     *     nothing
     * @return takes this listener away again; never {@code null}
     * @throws NullPointerException if the listener is {@code null}
     */
    Subscription onTransition(TransitionListener listener);

    /**
     * Opens the breaker now. After its time in {@link State#OPEN} it probes as usual. Without effect on one that is
     * open.
     *
     * @throws UnsupportedOperationException if this breaker cannot be controlled; those of this library can
     */
    default void open() {
        throw new UnsupportedOperationException(this + ": open");
    }

    /**
     * Refuses every attempt until {@link #reset}: the state is {@link State#FORCED_OPEN}.
     *
     * @throws UnsupportedOperationException if this breaker cannot be controlled; those of this library can
     */
    default void forceOpen() {
        throw new UnsupportedOperationException(this + ": forceOpen");
    }

    /**
     * Lets every attempt pass and counts nothing until {@link #reset}: the state is {@link State#DISABLED}.
     *
     * @throws UnsupportedOperationException if this breaker cannot be controlled; those of this library can
     */
    default void disable() {
        throw new UnsupportedOperationException(this + ": disable");
    }

    /**
     * Lets every attempt pass and counts outcomes without consequence until {@link #reset}: the state is {@link
     * State#METRICS_ONLY}.
     *
     * @throws UnsupportedOperationException if this breaker cannot be controlled; those of this library can
     */
    default void metricsOnly() {
        throw new UnsupportedOperationException(this + ": metricsOnly");
    }

    /**
     * Closes the breaker and forgets everything that it has counted, whatever its state.
     *
     * @throws UnsupportedOperationException if this breaker cannot be controlled; those of this library can
     */
    default void reset() {
        throw new UnsupportedOperationException(this + ": reset");
    }

    /**
     * Leave to make one attempt.
     *
     * @since 0.1
     */
    interface Permit {

        /**
         * Tells whether this is leave for a probe in {@link State#HALF_OPEN}; a probe is never retried.
         *
         * @return {@code true} for a probe
         */
        boolean isProbe();

        /**
         * Settles: the attempt succeeded.
         *
         * @param durationNanos how long it took; negative where it was not measured
         */
        void success(long durationNanos);

        /**
         * Settles: the attempt failed. Whether it counts is the breaker's to say.
         *
         * @param durationNanos how long it took; negative where it was not measured
         * @param category the kind of failure
         */
        void failure(long durationNanos, ErrorCategory category);

        /** Settles: the attempt was not made, or was cancelled, or says nothing about the service. */
        void ignore();
    }

    /**
     * Is told of transitions.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface TransitionListener {

        /**
         * Tells of one transition.
         *
         * @param from the state before
         * @param to the state after
         */
        void transitioned(State from, State to);
    }

    /**
     * One listener's place at a breaker. Thread-safe.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {

        /**
         * Takes the listener away, and lets go of it. A transition that happens at this moment may still be told.
         * Closing twice does nothing; a listener that was added more than once keeps its other places. Does not block.
         */
        @Override
        void close();
    }

    /**
     * A description of a breaker from which a service makes its own.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Spec {

        /**
         * Makes a breaker.
         *
         * @param name the name of the service
         * @param clock the time it lives by
         * @return a new breaker, closed
         * @throws IllegalArgumentException if the settings do not fit together
         */
        CircuitBreaker create(String name, NanoClock clock);
    }
}
