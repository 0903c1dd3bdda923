package io.forbear.retry;

/**
 * Why a call was not attempted again.
 *
 * <p>The order is that of the decision: the first reason that holds is the one reported.
 *
 * @since 0.1
 */
public enum StopReason {
    /** The failure is an {@link Error}, which is never retried. */
    FATAL,
    /** The thread was interrupted, during an attempt or during a wait; the flag is set again. */
    INTERRUPTED,
    /** The caller cancelled the call. */
    CANCELLED,
    /** Retrying is switched off for this service: by its policy, or by a pause that an operator has set. */
    DISABLED,
    /** The failure is of a kind that another attempt does not mend. */
    NOT_RETRYABLE,
    /** The operation cannot be carried out again, such as a request whose body can be read once only. */
    NOT_REPEATABLE,
    /** The operation is not idempotent and the failed attempt may have been carried out. */
    NOT_IDEMPOTENT,
    /** All attempts that the policy allows were made. */
    ATTEMPTS_EXHAUSTED,
    /** An outer layer is retrying this call already, and the policy allows one layer only. */
    NESTED,
    /** The server asked not to be called again. */
    PUSHED_BACK,
    /** The next attempt would begin after the deadline of the call. */
    DEADLINE_EXCEEDED,
    /** The circuit breaker is open or has just closed and has no place, or this call was its probe. */
    CIRCUIT_OPEN,
    /** This process is overloaded: it has no room for extra work. */
    OVERLOADED,
    /** The retry budget of the client or of the service has nothing left. */
    BUDGET_EXHAUSTED,
    /** The {@linkplain AttemptGate gate} before attempts allows no wait, or none so long. */
    RATE_LIMITED,
    /** What the next attempt waits or runs on, the sleeper, the scheduler or the executor, refused to. */
    REJECTED
}
