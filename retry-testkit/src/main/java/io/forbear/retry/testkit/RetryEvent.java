package io.forbear.retry.testkit;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RecordingListener} was told; each kind is named after the method that told it.
 *
 * @since 0.1
 */
public sealed interface RetryEvent {

    /**
     * {@link io.forbear.retry.RetryListener#onRetry}: a failed attempt will be followed by another.
     *
     * @param failed the attempt that failed
     * @param delay how long the wait will be
     */
    record Retried(FailedAttempt failed, Duration delay) implements RetryEvent {}

    /**
     * {@link io.forbear.retry.RetryListener#onStop}: a call ended without success.
     *
     * @param failed its last attempt
     * @param reason why no further one was made
     */
    record Stopped(FailedAttempt failed, StopReason reason) implements RetryEvent {}

    /**
     * {@link io.forbear.retry.RetryListener#onRecovered}: a call succeeded after at least one retry.
     *
     * @param service the name of the service
     * @param attempts how many attempts were made
     */
    record Recovered(String service, int attempts) implements RetryEvent {}

    /**
     * {@link io.forbear.retry.RetryListener#onTransition}: a circuit breaker changed its state.
     *
     * @param service the name of the service
     * @param from the state before
     * @param to the state after
     */
    record Transitioned(String service, CircuitBreaker.State from, CircuitBreaker.State to) implements RetryEvent {}

    /** An event of one call, told only to a listener that was made by {@link RecordingListener#ofEveryCall()}. */
    sealed interface OfCall extends RetryEvent {

        /**
         * Returns the number of the call, from 1, in the order in which calls began.
         *
         * @return the number
         */
        int call();
    }

    /**
     * {@link io.forbear.retry.CallObserver#attemptStarted}.
     *
     * @param call the number of the call
     * @param attempt the number of the attempt
     */
    record AttemptStarted(int call, int attempt) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#attemptReturned}.
     *
     * @param call the number of the call
     * @param attempt the number of the attempt
     */
    record AttemptReturned(int call, int attempt) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#attemptSucceeded}.
     *
     * @param call the number of the call
     * @param attempt the number of the attempt
     */
    record AttemptSucceeded(int call, int attempt) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#attemptFailed}.
     *
     * @param call the number of the call
     * @param failed the attempt that failed
     */
    record AttemptFailed(int call, FailedAttempt failed) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#retryScheduled}.
     *
     * @param call the number of the call
     * @param failed the attempt that failed
     * @param delay how long the wait will be
     */
    record RetryScheduled(int call, FailedAttempt failed, Duration delay) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#succeeded}, the last event of a call.
     *
     * @param call the number of the call
     * @param attempts how many attempts were made
     */
    record CallSucceeded(int call, int attempts) implements OfCall {}

    /**
     * {@link io.forbear.retry.CallObserver#stopped}, the last event of a call.
     *
     * @param call the number of the call
     * @param attempts how many attempts were made
     * @param reason why no further one was made
     * @param failure what the caller sees, {@code null} where it is a result
     */
    record CallStopped(
            int call,
            int attempts,
            StopReason reason,
            @Nullable Throwable failure) implements OfCall {}
}
