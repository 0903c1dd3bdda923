package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.client.Client;
import io.forbear.retry.core.service.Listeners;
import io.forbear.retry.core.service.Plan;
import io.forbear.retry.error.Classification;
import org.jspecify.annotations.Nullable;

/** The part of a call that tells its observers, and the listeners of its service, what happens to it. */
abstract sealed class CallTelling extends CallAdmission permits CallState {

    private final @Nullable String clientId;

    /** What few calls have; {@code null} in most. */
    private @Nullable CallExtras extras;

    CallTelling(Plan plan, @Nullable Client client, @Nullable String clientId) {
        super(plan, client);
        this.clientId = clientId;
    }

    final @Nullable CallExtras extrasOrNull() {
        return extras;
    }

    final CallExtras extras() {
        CallExtras known = extras;
        if (known == null) {
            known = new CallExtras();
            extras = known;
        }
        return known;
    }

    private CallObserver[] observers() {
        CallExtras known = extras;
        return known == null ? Listeners.noObservers() : known.observers;
    }

    final void tellStarted(int number) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> observer.attemptStarted(number));
        }
    }

    final void tellReturned(int number) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> observer.attemptReturned(number));
        }
    }

    final void tellFailed(
            int number, Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            FailedAttempt failed = failedAttempt(number, classification, failure, result);
            Listeners.tell(observers, observer -> observer.attemptFailed(failed));
        }
    }

    final void tellScheduled(
            int number,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result,
            long delayNanos) {
        CallObserver[] observers = observers();
        if (observers.length > 0 || !plan.listeners.isEmpty()) {
            FailedAttempt failed = failedAttempt(number, classification, failure, result);
            Listeners.tell(observers, observer -> observer.retryScheduled(failed, delayNanos));
            plan.listeners.retry(failed, delayNanos);
        }
    }

    /** The last attempt has succeeded, though the call has not. */
    final void tellAttemptSucceeded(int number) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> observer.attemptSucceeded(number));
        }
    }

    final void tellSucceeded(int attempts) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> {
                observer.attemptSucceeded(attempts);
                observer.succeeded(attempts);
            });
        }
        if (attempts > 1) {
            plan.listeners.recovered(plan.service.name(), attempts);
        }
    }

    final void tellStopped(
            int attempts,
            StopReason reason,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result) {
        CallObserver[] observers = observers();
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> observer.stopped(attempts, reason, failure));
        }
        if (!plan.listeners.isEmpty()) {
            plan.listeners.stop(failedAttempt(attempts, classification, failure, result), reason);
        }
    }

    private FailedAttempt failedAttempt(
            int number, Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        return new FailedAttempt(plan.service.name(), clientId, number, classification, failure, result);
    }
}
