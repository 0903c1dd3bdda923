package io.forbear.retry.core.execution;

import io.forbear.retry.core.internal.Faults;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What a timer runs for a call. It is a {@link Callable}, for schedulers wrap a {@link Runnable} in one more object. A
 * scheduler that runs it inside {@code schedule} only leaves a note, so that no stack grows.
 */
abstract class Alarm implements Callable<@Nullable Void> {
    /*
     * State      one reference: the thread that is inside schedule; then the timer, or FIRED where that thread ran this
     *            itself, or CANCELLED, which nothing follows.
     * Invariant  a cancelled alarm leaves no timer behind: both move the same field, so that either the cancel finds
     *            the timer, or the thread that brings the timer finds the cancel.
     * Writers    the thread inside schedule: -> FIRED, -> timer, by CAS. A cancel: -> CANCELLED, by getAndSet.
     * Ordering   volatile.
     * Progress   lock-free; no CAS is tried twice, for it fails only where a cancel has come.
     * Stress     AsyncCancelStress.CancelledWakeLeavesNoTimer (retry-jcstress)
     */

    private static final Object FIRED = new Object();
    private static final Object CANCELLED = new Object();
    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, Alarm.class, Object.class);

    private volatile Object state = Thread.currentThread();

    /** The time has come, on whatever thread found that. Never throws. */
    abstract void rings();

    /**
     * Takes what {@code schedule} returned. Returns whether this ran inside it; asked once, by the thread that called.
     */
    final boolean scheduled(Future<?> timer) {
        Object seen = state;
        if (seen == FIRED) {
            return true;
        }
        if (seen == CANCELLED || !STATE.compareAndSet(this, seen, timer)) {
            timer.cancel(false);
        }
        return false;
    }

    /** Runs a cancel that reaches a timer or a stage of the user, which may throw. */
    static void cancelQuietly(Runnable cancel) {
        try {
            cancel.run();
        } catch (Throwable fault) {
            Faults.log("timer's cancel", fault);
        }
    }

    final void cancel() {
        if (STATE.getAndSet(this, CANCELLED) instanceof Future<?> timer) {
            timer.cancel(false);
        }
    }

    /** The timer. */
    @Override
    public final @Nullable Void call() {
        Object now = state;
        if (now == Thread.currentThread()) {
            STATE.compareAndSet(this, now, FIRED);
        } else if (now != CANCELLED) {
            rings();
        }
        return null;
    }
}
