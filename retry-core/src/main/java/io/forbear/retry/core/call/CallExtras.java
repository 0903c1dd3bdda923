package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.ContextCapture;
import org.jspecify.annotations.Nullable;

/**
 * What few calls have: other work than one operation, observers, a way through a gate, a context, a timer for the
 * deadline. An object of its own, so that a call without any of it stays small. Not thread-safe, as the call that it
 * belongs to.
 */
public final class CallExtras {

    private static final CallObserver[] NONE = {};

    /** Other work than one operation. */
    @Nullable
    Work work;

    CallObserver[] observers = NONE;

    @Nullable
    GatePass gate;

    private ContextCapture.@Nullable Snapshot context;

    private @Nullable Runnable deadlineTimer;

    CallExtras() {}

    /** Sets the context that the call was made in. */
    public void setContext(ContextCapture.Snapshot snapshot) {
        context = snapshot;
    }

    /** Returns the context that the call was made in. */
    public ContextCapture.@Nullable Snapshot context() {
        return context;
    }

    /** Sets what takes the timer of the deadline away. */
    public void setDeadlineTimer(Runnable cancel) {
        deadlineTimer = cancel;
    }

    /** Returns what takes the timer of the deadline away. */
    public @Nullable Runnable deadlineTimer() {
        return deadlineTimer;
    }
}
