package io.forbear.retry;

import io.forbear.retry.error.ErrorCategory;

/**
 * An allowance of retries: what keeps many clients that retry from becoming the outage.
 *
 * <h2>Protocol</h2>
 *
 * <ol>
 *   <li>{@link #callStarted()} once for each call, before its first attempt, and {@link #callSucceeded} or {@link
 *       #callFailed} once at its end. A budget whose {@link #observesCalls()} is {@code false} is told of the end of
 *       calls that failed at least once, and of no other.
 *   <li>{@link #attemptFailed} for each failed attempt, before anything is asked.
 *   <li>{@link #tryWithdraw} before each retry. What it took pays for exactly one attempt: it is given back by {@link
 *       #refund} if that attempt is not made after all.
 * </ol>
 *
 * <p>Amounts are whole milli-tokens: a retry at the usual cost of one token takes 1000. Implementations are
 * thread-safe, do not block, and keep {@code 0 <= balance <= capacity} in every value that a thread can read; a refusal
 * writes nothing that is shared. One budget may serve many {@link Retry} instances. One that throws is logged, and
 * refuses.
 *
 * @since 0.1
 */
public interface RetryBudget {

    /** What {@link #tryWithdraw} answers where it takes nothing and grants nothing. */
    long REFUSED = -1;

    /** Milli-tokens in a token. */
    long TOKEN = 1000;

    /**
     * Takes the cost of one retry, or refuses.
     *
     * @param category the kind of failure that is to be retried; may set the cost
     * @param criticality how much the call matters; only {@link Criticality#CRITICAL} may draw on a reserve
     * @param alreadyTaken milli-tokens that the same call has taken from this budget for its earlier retries
     * @return milli-tokens taken, zero or more, or {@link #REFUSED}
     */
    long tryWithdraw(ErrorCategory category, Criticality criticality, long alreadyTaken);

    /**
     * Gives back what a retry took that was not made.
     *
     * @param milliTokens what {@link #tryWithdraw} returned
     */
    void refund(long milliTokens);

    /** Tells that a call is about to make its first attempt. */
    default void callStarted() {}

    /**
     * Tells that a call succeeded.
     *
     * @param lastTaken milli-tokens that its last retry took, zero where its first attempt succeeded
     */
    default void callSucceeded(long lastTaken) {}

    /**
     * Tells that a call ended without success.
     *
     * @param lastTaken milli-tokens that its last retry took, zero where none was made
     */
    default void callFailed(long lastTaken) {}

    /**
     * Tells that an attempt failed, before {@link #tryWithdraw} is asked.
     *
     * @param category the kind of failure
     * @param retryable whether the failure itself may be retried
     */
    default void attemptFailed(ErrorCategory category, boolean retryable) {}

    /**
     * Tells whether this budget needs to hear of every call, also of those that succeed at once. One that does not
     * keeps the path of success free.
     *
     * @return {@code true} unless an implementation says otherwise
     */
    default boolean observesCalls() {
        return true;
    }

    /**
     * Returns what may still be withdrawn, as it is now.
     *
     * @return milli-tokens, from 0 to {@link #capacity()}
     */
    long balance();

    /**
     * Returns the most that the balance can be now; it may grow and fall with the traffic.
     *
     * @return milli-tokens, more than 0
     */
    long capacity();

    /**
     * A description of a budget from which a service makes its own.
     *
     * @since 0.1
     */
    @FunctionalInterface
    interface Spec {

        /**
         * Makes a budget.
         *
         * @param clock the time that it is refilled by
         * @return a new budget
         * @throws IllegalArgumentException if the settings do not fit together
         */
        RetryBudget create(NanoClock clock);
    }
}
