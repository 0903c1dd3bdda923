package io.forbear.retry.core.execution;

import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.BeforeAttempt;
import io.forbear.retry.core.call.CallEnd;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.Unsettled;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a call that the caller makes, without a thread: on the scheduler, then on the executor of its service.
 */
final class ManualWait extends CallersFuture<Boolean> {
    /*
     * State      over, under the lock: whether the wait has ended.
     * Invariant  the call is touched under the lock only, and by nobody here once the wait is over; the future is
     *            completed by the thread that ended it, outside of the lock.
     */

    private final CallState call;
    private final Means means;
    private boolean over;
    private @Nullable Future<?> timer;

    private ManualWait(CallState call, Means means) {
        this.call = call;
        this.means = means;
    }

    static ManualWait begin(CallState call, Means means, long delayNanos) {
        ManualWait wait = new ManualWait(call, means);
        wait.startWait(delayNanos);
        return wait;
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
        synchronized (this) {
            if (!over) {
                timer = scheduled;
                return;
            }
        }
        Alarm.cancelQuietly(() -> scheduled.cancel(false));
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
            bring(verdict == 0);
        }
    }

    /** The scheduler or the executor has refused: the call ends. */
    private void refuse(Throwable rejection) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            CallEnd.stop(call, StopReason.REJECTED, null);
        }
        Faults.log("executor or scheduler", rejection);
        bring(false);
    }

    @Override
    boolean endForCaller(boolean mayInterrupt) {
        Future<?> left;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            left = timer;
            CallEnd.abandon(call);
        }
        if (left != null) {
            Alarm.cancelQuietly(() -> left.cancel(false));
        }
        return true;
    }
}
