package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.service.Listeners;
import io.forbear.retry.error.Classification;
import org.jspecify.annotations.Nullable;

/** What the observers of a call, and the listeners of its service, are told: functions over {@link CallState}. */
public final class Telling {

    private Telling() {}

    /** Tells observers that the operation is about to run on this thread. */
    public static void attemptStarted(CallState call) {
        CallObserver[] observers = observers(call);
        if (observers.length > 0) {
            int number = call.attempt;
            Listeners.tell(observers, observer -> observer.attemptStarted(number));
        }
    }

    /** Tells observers that the operation has returned, on the same thread. */
    public static void attemptReturned(CallState call) {
        CallObserver[] observers = observers(call);
        if (observers.length > 0) {
            int number = call.attempt;
            Listeners.tell(observers, observer -> observer.attemptReturned(number));
        }
    }

    static void attemptFailed(
            CallState call, Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        CallObserver[] observers = observers(call);
        if (observers.length > 0) {
            FailedAttempt failed = failedAttempt(call, classification, failure, result);
            Listeners.tell(observers, observer -> observer.attemptFailed(failed));
        }
    }

    static void retryScheduled(
            CallState call,
            Classification classification,
            @Nullable Throwable failure,
            @Nullable Object result,
            long delayNanos) {
        CallObserver[] observers = observers(call);
        Listeners listeners = call.plan.listeners;
        if (observers.length > 0 || !listeners.isEmpty()) {
            FailedAttempt failed = failedAttempt(call, classification, failure, result);
            Listeners.tell(observers, observer -> observer.retryScheduled(failed, delayNanos));
            listeners.retry(failed, delayNanos);
        }
    }

    /** The last attempt has succeeded, though the call has not. */
    static void attemptSucceeded(CallState call) {
        CallObserver[] observers = observers(call);
        if (observers.length > 0) {
            int number = call.attempt;
            Listeners.tell(observers, observer -> observer.attemptSucceeded(number));
        }
    }

    static void succeeded(CallState call) {
        CallObserver[] observers = observers(call);
        int attempts = call.attempt;
        if (observers.length > 0) {
            Listeners.tell(observers, observer -> {
                observer.attemptSucceeded(attempts);
                observer.succeeded(attempts);
            });
        }
        if (attempts > 1) {
            call.plan.listeners.recovered(call.service(), attempts);
        }
    }

    static void stopped(CallState call, StopReason reason, @Nullable Throwable failure, @Nullable Object result) {
        CallObserver[] observers = observers(call);
        if (observers.length > 0) {
            int attempts = call.attempt;
            Listeners.tell(observers, observer -> observer.stopped(attempts, reason, failure));
        }
        Listeners listeners = call.plan.listeners;
        if (!listeners.isEmpty()) {
            listeners.stop(failedAttempt(call, call.last, failure, result), reason);
        }
    }

    private static CallObserver[] observers(CallState call) {
        CallExtras known = call.extrasOrNull();
        return known == null ? Listeners.noObservers() : known.observers;
    }

    private static FailedAttempt failedAttempt(
            CallState call, Classification classification, @Nullable Throwable failure, @Nullable Object result) {
        return new FailedAttempt(call.service(), call.clientId, call.attempt, classification, failure, result);
    }
}
