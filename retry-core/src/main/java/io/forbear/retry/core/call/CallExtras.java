package io.forbear.retry.core.call;

import io.forbear.retry.CallObserver;
import io.forbear.retry.ContextCapture;
import org.jspecify.annotations.Nullable;

/**
 * What few calls have: observers, a way through a gate, a context, a timer for the deadline. An object of its own, so that a call
 * without any of it stays small. Not thread-safe, as the call that it belongs to.
 */
final class CallExtras {

    private static final CallObserver[] NONE = {};

    CallObserver[] observers = NONE;

    @Nullable
    GatePass gate;

    ContextCapture.@Nullable Snapshot context;

    @Nullable
    Runnable deadlineTimer;
}
