package io.forbear.retry;

import io.forbear.retry.error.ErrorCategory;
import org.jspecify.annotations.Nullable;

/**
 * What every attempt passes before it is made, the first one too: a limit on the rate at which this process sends to a
 * service. A budget bounds what retries add; a gate bounds all.
 *
 * <h2>Protocol</h2>
 *
 * <ol>
 *   <li>{@link #enter()} before each attempt. It answers {@code null} where the attempt must not be made, otherwise a
 *       {@link Place} in line.
 *   <li>{@link Place#waitNanos()} until it answers zero: then the attempt is made. The caller waits in its own way; a
 *       gate never sleeps. An attempt that is not made after all {@linkplain Place#leave() leaves} its place.
 *   <li>{@link #succeeded} or {@link #failed} once for each attempt that was made and answered. Where {@link
 *       #isEngaged()} is {@code false}, neither {@code enter} nor {@code succeeded} need be called, so that calls which
 *       succeed cost nothing.
 * </ol>
 *
 * <p>Places are granted in the order in which they were taken. Implementations are thread-safe and hold no thread up
 * for longer than a few instructions of another.
 *
 * @since 0.1
 */
public interface AttemptGate {

    /**
     * Tells whether attempts must pass one by one; where not, all pass at once.
     *
     * @return {@code false} where {@link #enter} would grant at once and a success need not be told
     */
    boolean isEngaged();

    /**
     * Takes the next place in line.
     *
     * @return the place, or {@code null} where the attempt is refused; nothing has been taken then
     */
    @Nullable
    Place enter();

    /**
     * Tells that an attempt succeeded.
     *
     * @param attempt its number, from 1
     */
    void succeeded(int attempt);

    /**
     * Tells that an attempt failed.
     *
     * @param category the kind of failure; {@link ErrorCategory#RATE_LIMIT} where the server asked for less
     */
    void failed(ErrorCategory category);

    /**
     * A place in line before the gate. Thread-safe.
     *
     * @since 0.1
     */
    interface Place {

        /**
         * Returns how long until this place is granted, by the rate as it is now. The rate may change: ask again after
         * the wait, or earlier.
         *
         * @return nanoseconds; zero where the attempt may be made, from then on always
         */
        long waitNanos();

        /** Gives the place back: the attempt is not made. Those behind move up. Leaving twice does nothing. */
        void leave();
    }

    /**
     * A description of a gate from which a service makes its own.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Spec {

        /**
         * Makes a gate.
         *
         * @param clock the time it lives by
         * @return a new gate
         * @throws IllegalArgumentException if the settings do not fit together
         */
        AttemptGate create(NanoClock clock);
    }
}
