package io.forbear.retry;

import org.jspecify.annotations.Nullable;

/**
 * Watches one call, such as a tracer that keeps a span for it.
 *
 * <p>Events of a call come in order, one at a time, but not always on one thread. {@link #attemptStarted} and {@link
 * #attemptReturned} come in pairs on the thread that runs the operation, so that a context can be current in between.
 * The last event is exactly one of {@link #succeeded} and {@link #stopped}. An observer that throws changes nothing.
 *
 * @since 0.1
 */
public interface CallObserver {

    /**
     * An attempt is about to be made, on this thread.
     *
     * @param attempt its number, from 1
     */
    default void attemptStarted(int attempt) {}

    /**
     * The operation has returned or thrown, on the thread of {@link #attemptStarted}. For an asynchronous call the
     * attempt itself may still be under way.
     *
     * @param attempt its number
     */
    default void attemptReturned(int attempt) {}

    /**
     * An attempt succeeded.
     *
     * @param attempt its number
     */
    default void attemptSucceeded(int attempt) {}

    /**
     * An attempt failed.
     *
     * @param failed what is known of it
     */
    default void attemptFailed(FailedAttempt failed) {}

    /**
     * Another attempt was decided on.
     *
     * @param failed the attempt that failed
     * @param delayNanos how long the wait will be
     */
    default void retryScheduled(FailedAttempt failed, long delayNanos) {}

    /**
     * The call succeeded.
     *
     * @param attempts how many attempts were made
     */
    default void succeeded(int attempts) {}

    /**
     * The call ended without success.
     *
     * @param attempts how many attempts were made; zero where the breaker refused the first
     * @param reason why no further one was made
     * @param failure what the caller sees, {@code null} where it is a result
     */
    default void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {}
}
