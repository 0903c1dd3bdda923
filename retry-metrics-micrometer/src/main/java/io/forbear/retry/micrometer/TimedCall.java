package io.forbear.retry.micrometer;

import io.forbear.retry.CallObserver;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import org.jspecify.annotations.Nullable;

/**
 * Times one call and its attempts. An attempt whose begin is not told, since the caller of {@link
 * io.forbear.retry.Retry#begin} makes it, is taken to begin with the call or at the end of the delay.
 */
final class TimedCall implements CallObserver {

    private final Durations durations;
    private final long startNanos;
    private long attemptStartNanos;
    private int open = 1;

    TimedCall(Durations durations) {
        this.durations = durations;
        this.startNanos = durations.now();
        this.attemptStartNanos = startNanos;
    }

    @Override
    public void attemptStarted(int attempt) {
        attemptStartNanos = durations.now();
        open = attempt;
    }

    @Override
    public void attemptSucceeded(int attempt) {
        attemptEnded(attempt, true, durations.now());
    }

    @Override
    public void attemptFailed(FailedAttempt failed) {
        attemptEnded(failed.attempt(), false, durations.now());
    }

    private void attemptEnded(int attempt, boolean success, long now) {
        open = 0;
        durations.attemptEnded(attempt, success, Math.max(0, now - attemptStartNanos));
    }

    @Override
    public void retryScheduled(FailedAttempt failed, long delayNanos) {
        attemptStartNanos = durations.now() + delayNanos;
        durations.delayed(delayNanos);
    }

    @Override
    public void succeeded(int attempts) {
        durations.callSucceeded(attempts, durations.now() - startNanos);
    }

    @Override
    public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
        long now = durations.now();
        if (attempts > 0 && open == attempts) {
            attemptEnded(attempts, false, now);
        }
        durations.callStopped(attempts, now - startNanos);
    }
}
