package io.forbear.retry;

import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * One call whose attempts the caller makes: decisions without execution, for adapters and custom loops.
 *
 * <h2>Protocol</h2>
 *
 * <pre>{@code
 * RetryCall call = retry.begin();          // throws CircuitOpenException where the first attempt must not be made
 * for (;;) {
 *     make the attempt
 *     success:  call.succeeded(); done
 *     failure:  call.failed(failure) -> Retry(delay): wait, then call.resume() -> true: next attempt; false: give up
 *                                    -> GiveUp(reason): done
 * }
 * }</pre>
 *
 * <p>Where the service has an {@link AttemptGate}, ask {@link #atGate()} before each attempt, the first one too.
 *
 * <p>A call that ends in any other way is ended by {@link #abandoned()}, or {@link #close()}, which does so unless the
 * call has ended already. Ending twice does nothing. A step that cannot be taken, such as for want of memory or by a
 * clock that throws, ends the call with {@link StopReason#FATAL} and throws nothing. Not thread-safe; it may pass from
 * thread to thread if each hands it over safely.
 *
 * @since 0.1
 */
public interface RetryCall extends AutoCloseable {

    /**
     * Returns the number of the attempt that is to be made or was made last.
     *
     * @return from 1
     */
    int attempt();

    /**
     * Tells that the attempt failed, and asks what to do.
     *
     * @param failure what it threw
     * @return whether and when to try again
     * @throws IllegalStateException if the call has ended, or no attempt is under way
     */
    RetryDecision failed(Throwable failure);

    /**
     * Tells that the attempt failed in a way that the caller has classified itself, and asks what to do.
     *
     * @param classification what the failure is
     * @return whether and when to try again
     * @throws IllegalArgumentException for {@link Classification#success()}
     * @throws IllegalStateException if the call has ended, or no attempt is under way
     */
    RetryDecision failed(Classification classification);

    /**
     * Tells that the attempt failed with an exception that the caller has classified itself, and asks what to do.
     *
     * @param failure what it threw: listeners hear of it, and it gets the note that says why the call stopped
     * @param classification what the failure is, with the pushback of the server where there is one
     * @return whether and when to try again
     * @throws IllegalArgumentException for {@link Classification#success()}
     * @throws IllegalStateException if the call has ended, or no attempt is under way
     */
    RetryDecision failed(Throwable failure, Classification classification);

    /**
     * Begins the attempt on this thread: observers are told, calls inside it know that they are nested in a retry and
     * how much time is left, and the {@linkplain ContextCapture context} in which the call began is current. Optional;
     * a call that is driven without it makes the same decisions.
     *
     * <pre>{@code
     * try (AttemptScope scope = call.attemptStarted()) {
     *     make the attempt, or begin it
     * }
     * }</pre>
     *
     * @return to be closed on this thread when the attempt, or the part of it that runs here, has returned
     * @throws IllegalStateException if no attempt is under way
     */
    AttemptScope attemptStarted();

    /**
     * Carries out a decision on this thread: waits with the sleeper of the service, {@linkplain #resume resumes}, and
     * waits at the {@linkplain #atGate gate} where there is one.
     *
     * @param decision what {@link #failed} or {@link #atGate} returned
     * @return {@code true} if the attempt is to be made now; {@code false} if the call has ended, as it does where the
     *     thread is interrupted; its interrupt flag is then set
     */
    boolean await(RetryDecision decision);

    /**
     * As {@link #await}, without a thread that waits: on the scheduler of the service, then on its executor. The wait
     * ends at the deadline of the call, whatever becomes of both.
     *
     * @param decision what {@link #failed} or {@link #atGate} returned
     * @return completes with {@code true} if the attempt is to be made now, with {@code false} if the call has ended;
     *     never fails. Cancelling it ends the call
     */
    CompletableFuture<Boolean> awaitAsync(RetryDecision decision);

    /**
     * Returns how much time is left until the deadline of the call, for the time-out of a request.
     *
     * @return zero where the deadline has passed; empty where there is none
     */
    Optional<Duration> remaining();

    /**
     * Runs a task when some time has passed, for a limit of time that the caller keeps: {@link
     * RetryPolicy#attemptTimeoutNanos()} of an attempt that is under way, or what {@link #remaining()} says.
     *
     * <p>The time is that of the service: where a program moves its clock, such as a test, its scheduler runs the task;
     * otherwise the timer that all services share does, by a thread that may run code of the application. The call
     * itself is not touched, so that any thread may ask.
     *
     * @param task runs once, unless it is cancelled before
     * @param delay how much time is to pass; zero or more
     * @return cancels the task. Where the scheduler refuses the task, which is logged, it has ended already
     * @throws IllegalArgumentException if the delay is negative
     */
    Future<?> schedule(Runnable task, Duration delay);

    /**
     * Asks again after the wait whether the next attempt may be made: the deadline may have passed and the breaker may
     * have opened meanwhile. If it may not, the call has ended, and what the retry had taken from budgets is given
     * back.
     *
     * @return {@code true} if the attempt is to be made now, or {@link #atGate()} is to be asked where there is a gate
     * @throws IllegalStateException if the last decision was not to retry
     */
    boolean resume();

    /**
     * Asks whether the attempt that is due passes the {@link AttemptGate} of the service. A place in line was taken
     * when the call began or resumed, and is given back if the call ends before the attempt.
     *
     * @return a retry after zero: make the attempt now, as always where there is no gate; after more: wait that long
     *     and ask again; give up: the wait would not end before the deadline, the gate refuses or the breaker has
     *     opened, and the call has ended
     * @throws IllegalStateException if no attempt is due
     */
    default RetryDecision atGate() {
        return new RetryDecision.Again(Duration.ZERO);
    }

    /**
     * Discards a result that no caller gets, such as one that is retried, as every call does: by the {@linkplain
     * RetryPolicy.Builder#onDiscard rule} of the policy; where it has none, an {@link AutoCloseable} is closed, and of
     * a response of {@code java.net.http} the body. What the rule throws is logged. Any thread may ask, also after the
     * end of the call.
     *
     * @param result what an attempt has brought
     * @return whether anything was done with it
     */
    boolean discard(Object result);

    /** Tells that the attempt succeeded. The call has ended. */
    void succeeded();

    /**
     * Tells that the call ended without an answer: cancelled, or given up by the caller. Unused allowance is given
     * back.
     */
    void abandoned();

    /**
     * Returns why the call stopped.
     *
     * @return empty while it goes on and after success
     */
    Optional<StopReason> stopReason();

    /** The same as {@link #abandoned()} unless the call has ended. */
    @Override
    default void close() {
        abandoned();
    }
}
