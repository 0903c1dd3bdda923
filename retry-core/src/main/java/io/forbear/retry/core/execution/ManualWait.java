package io.forbear.retry.core.execution;

import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.call.Unsettled;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a call that the caller makes, without a thread: on the scheduler, then on the executor of its service. It
 * ends at the deadline of the call, whatever becomes of both.
 */
final class ManualWait extends CallersFuture<Boolean> {
    /*
     * State      over, under the lock: whether the wait has ended; timer, limit: what is to be cancelled then.
     * Invariant  the call is touched under the lock only, and by nobody here once the wait is over; the future is
     *            completed by the thread that ended it, outside of the lock.
     */

    private final CallState call;
    private final Means means;
    private boolean over;
    private @Nullable Future<?> timer;
    private @Nullable Future<?> limit;

    private ManualWait(CallState call, Means means) {
        this.call = call;
        this.means = means;
    }

    static ManualWait begin(CallState call, Means means, long delayNanos) {
        ManualWait wait = new ManualWait(call, means);
        wait.watchDeadline();
        wait.startWait(delayNanos);
        return wait;
    }

    /** Sets a timer for the deadline: that of the wait may be lost, and an executor busy with others. */
    private void watchDeadline() {
        try {
            long left = TimeLimits.remainingNanos(call);
            if (left != Long.MAX_VALUE) {
                Future<?> scheduled = means.scheduleLimit(
                        () -> {
                            SharedThreads.offTimer(this::expire);
                            return null;
                        },
                        Math.max(0, left),
                        TimeLimits.clock(call));
                if (!isKept(() -> limit = scheduled)) {
                    Alarm.cancelQuietly(() -> scheduled.cancel(false));
                }
            }
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection); // the wait itself may still go well
        }
    }

    /** Waits on the timer, or goes on at once; a scheduler that refuses ends the call. */
    private void startWait(long nanos) {
        try {
            if (nanos > 0) {
                keep(means.schedule(
                        () -> {
                            SharedThreads.offTimer(this::hop);
                            return null;
                        },
                        nanos));
            } else {
                hop();
            }
        } catch (Throwable rejection) {
            refuse(rejection);
        }
    }

    /** Keeps the timer for a cancel, which may have come already. */
    private void keep(Future<?> scheduled) {
        if (!isKept(() -> timer = scheduled)) {
            Alarm.cancelQuietly(() -> scheduled.cancel(false));
        }
    }

    /** Keeps a timer, unless the wait has ended. */
    private synchronized boolean isKept(Runnable keeping) {
        if (!over) {
            keeping.run();
        }
        return !over;
    }

    /** Goes on on the executor: what follows may run the user's gate. */
    private void hop() {
        try {
            means.execute(this::ask);
        } catch (Throwable rejection) {
            refuse(rejection);
        }
    }

    /** Asks whether the attempt may begin, under the lock; tells the future outside of it. */
    private void ask() {
        long verdict;
        synchronized (this) {
            if (over) {
                return;
            }
            try {
                verdict = call.isAttempting() ? 0 : BeforeAttempt.resume(call, true, null);
            } catch (Throwable fault) {
                Unsettled.settle(call);
                verdict = -1; // the call has ended
            }
            over = verdict <= 0;
        }
        if (verdict > 0) {
            startWait(verdict);
        } else {
            finish(verdict == 0);
        }
    }

    /** The scheduler or the executor has refused: the call ends. */
    private void refuse(Throwable rejection) {
        if (ends(StopReason.REJECTED)) {
            Faults.log("executor or scheduler", rejection);
            finish(false);
        }
    }

    /** The deadline has come, and neither the scheduler nor the executor has. */
    private void expire() {
        if (ends(StopReason.DEADLINE_EXCEEDED)) {
            finish(false);
        }
    }

    @Override
    boolean endForCaller(boolean mayInterrupt) {
        boolean ended = ends(StopReason.CANCELLED);
        if (ended) {
            cancelTimers();
        }
        return ended;
    }

    /** Ends the call, unless the wait is over. A call that cannot be ended, as by a clock that throws, is settled. */
    private synchronized boolean ends(StopReason reason) {
        if (over) {
            return false;
        }
        over = true;
        try {
            CallEnd.stop(call, reason, null);
        } catch (Throwable fault) {
            Unsettled.settle(call);
        }
        return true;
    }

    private void finish(boolean due) {
        cancelTimers();
        bring(due);
    }

    /** Takes the timers away, once the wait is over: nothing writes them any more. */
    private void cancelTimers() {
        cancel(timer);
        cancel(limit);
    }

    private static void cancel(@Nullable Future<?> left) {
        if (left != null) {
            Alarm.cancelQuietly(() -> left.cancel(false));
        }
    }
}
