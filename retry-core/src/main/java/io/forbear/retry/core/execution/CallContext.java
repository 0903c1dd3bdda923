package io.forbear.retry.core.execution;

import io.forbear.retry.ContextCapture;
import io.forbear.retry.core.call.CallExtras;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.internal.Faults;
import org.jspecify.annotations.Nullable;

/**
 * The context that an asynchronous call was made in, on the threads that drive it: a logging context, a current span. A
 * capture that throws counts as none.
 *
 * <p>The thread that makes the call has its context already. It is put on each thread that takes the call over, and
 * taken off again before that thread goes back to its own work.
 */
final class CallContext {

    private CallContext() {}

    /**
     * Keeps the context of this thread for the call. Taken once, where the call is made: every attempt, on whatever
     * thread, sees the context of the caller and not that of the timer which woke it.
     */
    static void capture(CallState call, @Nullable ContextCapture capture) {
        if (capture == null) {
            return;
        }
        try {
            ContextCapture.Snapshot snapshot = capture.capture();
            if (snapshot != null) {
                call.extras().setContext(snapshot);
            }
        } catch (Throwable fault) {
            Faults.log("context capture", fault);
        }
    }

    /** Puts the context of the call on this thread, until {@link #leave}. */
    static ContextCapture.@Nullable Scope enter(@Nullable CallState call) {
        CallExtras extras = call == null ? null : call.extrasOrNull();
        ContextCapture.Snapshot snapshot = extras == null ? null : extras.context();
        if (snapshot == null) {
            return null;
        }
        try {
            return snapshot.restore();
        } catch (Throwable fault) {
            Faults.log("context", fault);
            return null;
        }
    }

    /** Takes the context off this thread; of what {@link #enter} returned. */
    static void leave(ContextCapture.@Nullable Scope scope) {
        if (scope != null) {
            try {
                scope.close();
            } catch (Throwable fault) {
                Faults.log("context", fault);
            }
        }
    }
}
