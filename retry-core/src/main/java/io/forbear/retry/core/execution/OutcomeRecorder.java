package io.forbear.retry.core.execution;

import io.forbear.retry.CallObserver;
import io.forbear.retry.CallOutcome;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.StopReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches one call, and makes its outcome. Not thread-safe: the events of a call come one at a time, each after the
 * other.
 */
final class OutcomeRecorder implements CallObserver {

    private final List<FailedAttempt> failures = new ArrayList<>(4);
    private int attempts = 1;
    private @Nullable StopReason reason;

    @Override
    public synchronized void attemptStarted(int number) {
        attempts = number;
    }

    /** Of more failures than there is room for, those in the middle go. */
    @Override
    public synchronized void attemptFailed(FailedAttempt failed) {
        if (failures.size() == CallOutcome.MOST_FAILURES) {
            failures.remove(CallOutcome.MOST_FAILURES / 2);
        }
        failures.add(failed);
    }

    @Override
    public synchronized void succeeded(int number) {
        attempts = number;
    }

    @Override
    public synchronized void stopped(int number, StopReason why, @Nullable Throwable failure) {
        attempts = number;
        reason = why;
    }

    /** Returns the outcome of a call that ended with a result. */
    synchronized <T extends @Nullable Object> CallOutcome<T> outcome(T result) {
        StopReason why = reason;
        return why == null
                ? CallOutcome.success(result, Math.max(1, attempts), failures)
                : CallOutcome.failedResult(result, why, Math.max(1, attempts), failures);
    }

    /**
     * Returns the outcome of a call that ended with an exception.
     *
     * @param otherwise why it stopped, where nobody has told: a switched-off policy tells nothing of its calls, and a
     *     caller may hear of the deadline while an attempt is being begun
     */
    @SuppressWarnings("unchecked")
    synchronized <T extends @Nullable Object> CallOutcome<T> failure(Throwable failure, StopReason otherwise) {
        StopReason why = reason == null ? otherwise : reason;
        return failure instanceof FailedResultException failed && failed.result() != null
                ? CallOutcome.failedResult((T) failed.result(), why, Math.max(1, attempts), failures)
                : CallOutcome.failure(failure, why, attempts, failures);
    }
}
