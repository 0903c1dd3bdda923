package io.forbear.retry.otel;

import io.forbear.retry.CallObserver;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Another observer of a call that is told everything while the span that it concerns is current: of an attempt its
 * attempt's, else the call's. So an exemplar that it records leads to that span.
 */
final class CallInContext implements CallObserver {

    private final TracedCall traced;
    private final CallObserver told;

    CallInContext(TracedCall traced, CallObserver told) {
        this.traced = traced;
        this.told = told;
    }

    /** Tells the other one first, and the spans whatever it throws. */
    @SuppressWarnings("try") // the scope is only to be closed
    private static void tell(Context context, Runnable other, Runnable spans) {
        try (Scope ignored = context.makeCurrent()) {
            other.run();
        } finally {
            spans.run();
        }
    }

    @Override
    public void attemptStarted(int attempt) {
        traced.attemptStarted(attempt);
        told.attemptStarted(attempt); // the scope of the attempt is open
    }

    @Override
    public void attemptReturned(int attempt) {
        try {
            told.attemptReturned(attempt);
        } finally {
            traced.attemptReturned(attempt);
        }
    }

    @Override
    public void attemptSucceeded(int attempt) {
        traced.beginUntold(attempt);
        tell(traced.attemptContext(), () -> told.attemptSucceeded(attempt), () -> traced.attemptSucceeded(attempt));
    }

    @Override
    public void attemptFailed(FailedAttempt failed) {
        traced.attemptFailed(failed);
        tell(traced.attemptContext(), () -> told.attemptFailed(failed), () -> {});
    }

    @Override
    public void retryScheduled(FailedAttempt failed, long delayNanos) {
        tell(
                traced.attemptContext(),
                () -> told.retryScheduled(failed, delayNanos),
                () -> traced.retryScheduled(failed, delayNanos));
    }

    @Override
    public void succeeded(int attempts) {
        tell(traced.callContext(), () -> told.succeeded(attempts), () -> traced.succeeded(attempts));
    }

    @Override
    public void stopped(int attempts, StopReason reason, @Nullable Throwable failure) {
        traced.beginUntold(attempts);
        tell(
                traced.attemptContext(),
                () -> told.stopped(attempts, reason, failure),
                () -> traced.stopped(attempts, reason, failure));
    }
}
