package io.forbear.retry.core.tuner;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;

/**
 * What a service counted between two looks.
 *
 * @param made calls that had an attempt
 * @param retries retries of these
 * @param rescued those that ended their call with success
 * @param denied calls that the budget left without a retry
 * @param exhausted calls that used all attempts and failed
 * @param closed whether the breaker was closed, or not there, the whole time
 */
record TuningWindow(long made, long retries, long rescued, long denied, long exhausted, boolean closed) {

    static TuningWindow between(RetrySnapshot before, RetrySnapshot after) {
        long made = made(after) - made(before);
        long attempts = after.attempts() - before.attempts();
        boolean closedNow =
                after.breakerState().map(state -> !isNotClosed(state)).orElse(true);
        return new TuningWindow(
                Math.max(0, made),
                Math.max(0, attempts - made),
                Math.max(0, after.recovered() - before.recovered()),
                Math.max(0, after.budgetDenied() - before.budgetDenied()),
                Math.max(
                        0,
                        after.stopped(StopReason.ATTEMPTS_EXHAUSTED) - before.stopped(StopReason.ATTEMPTS_EXHAUSTED)),
                closedNow && after.breakerTransitions() == before.breakerTransitions());
    }

    private static boolean isNotClosed(CircuitBreaker.State state) {
        return state == CircuitBreaker.State.OPEN
                || state == CircuitBreaker.State.HALF_OPEN
                || state == CircuitBreaker.State.FORCED_OPEN;
    }

    private static long made(RetrySnapshot snapshot) {
        return snapshot.calls() - snapshot.refused();
    }

    /** Returns the share of the retries that helped. */
    double usefulness() {
        return retries == 0 ? 0 : (double) rescued / retries;
    }

    /** Returns the attempts for each call that was attempted. */
    double amplification() {
        return made == 0 ? 1 : 1 + (double) retries / made;
    }

    /** Returns the share of the retries that were wanted and denied. */
    double deniedShare() {
        long wanted = retries + denied;
        return wanted == 0 ? 0 : (double) denied / wanted;
    }
}
