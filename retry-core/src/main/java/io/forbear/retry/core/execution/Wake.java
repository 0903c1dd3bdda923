package io.forbear.retry.core.execution;

import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Wakes an asynchronous call after its wait: what the timer runs, and then the executor. A scheduler or an executor that runs
 * it inside {@code schedule} or {@code execute} only leaves a note, so that no stack grows.
 */
final class Wake implements Runnable, Callable<@Nullable Void> {
    /*
     * State      the timer; whether it was cancelled before it was known; the thread that is inside schedule or execute.
     * Invariant  a cancelled wake leaves no timer behind: cancel writes cancelled and then reads timer, timer() writes timer and
     *            then reads cancelled; one of the two sees the other's write.
     * Ordering   timer and cancelled volatile, for that. inside and caller are read by their writer alone.
     * Stress     AsyncCancelStress.CancelledWakeLeavesNoTimer (retry-jcstress)
     */

    private final AsyncCall<?> call;
    private final int ticket;
    private @Nullable Thread caller = Thread.currentThread();
    private boolean inside;
    private volatile boolean cancelled;
    private volatile @Nullable Future<?> timer;

    Wake(AsyncCall<?> call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    /** Returns this as what a timer runs; schedulers wrap a {@link Runnable} in one more object. */
    Callable<@Nullable Void> asTask() {
        return this;
    }

    void timer(Future<?> scheduled) {
        timer = scheduled;
        if (cancelled) {
            scheduled.cancel(false);
        }
    }

    void cancel() {
        cancelled = true;
        Future<?> known = timer;
        if (known != null) {
            known.cancel(false);
        }
    }

    /** Tells whether this ran before {@code schedule} or {@code execute} returned; asked once, by the thread that called. */
    boolean ranInside() {
        caller = null;
        return inside;
    }

    /** The timer: passes on to the executor. */
    @Override
    public @Nullable Void call() {
        if (caller == Thread.currentThread()) {
            inside = true;
            return null;
        }
        if (cancelled) {
            return null;
        }
        caller = Thread.currentThread();
        try {
            call.means().executor().execute(this);
        } catch (RuntimeException | Error rejection) {
            call.rejected(ticket, rejection);
            return null;
        }
        if (ranInside()) {
            call.wakes(ticket);
        }
        return null;
    }

    /** The executor. */
    @Override
    public void run() {
        if (caller == Thread.currentThread()) {
            inside = true;
        } else {
            call.wakes(ticket);
        }
    }
}
