package io.forbear.retry.core.execution;

import io.forbear.retry.StopReason;
import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The wait of a call that the caller makes, without a thread: on the scheduler, then on the executor of its service. */
final class ManualWait extends CallersFuture<Boolean> {
    /*
     * State      over, under the lock: whether the wait has ended.
     * Invariant  the call is touched under the lock only, and by nobody here once the wait is over; the future is completed by the
     *            thread that ended it, outside of the lock.
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
        wait.waits(delayNanos);
        return wait;
    }

    private void waits(long nanos) {
        try {
            if (nanos > 0) {
                keeps(means.schedule(
                        () -> {
                            SharedThreads.offTimer(this::hops);
                            return null;
                        },
                        nanos));
            } else {
                hops();
            }
        } catch (Throwable rejection) {
            refused(rejection);
        }
    }

    private void keeps(Future<?> scheduled) {
        synchronized (this) {
            if (!over) {
                timer = scheduled;
                return;
            }
        }
        cancels(scheduled);
    }

    private void hops() {
        try {
            means.execute(this::asks);
        } catch (Throwable rejection) {
            refused(rejection);
        }
    }

    private void asks() {
        long said;
        synchronized (this) {
            if (over) {
                return;
            }
            try {
                said = call.isGranted() ? call.resumes() : call.asksGate();
            } catch (Throwable fault) {
                call.breakOff();
                said = -1;
            }
            over = said <= 0;
        }
        if (said > 0) {
            waits(said);
        } else {
            brings(said == 0);
        }
    }

    private void refused(Throwable rejection) {
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            call.stop(StopReason.REJECTED, null);
        }
        Faults.log("executor or scheduler", rejection);
        brings(false);
    }

    @Override
    boolean endsForCaller(boolean mayInterrupt) {
        Future<?> left;
        synchronized (this) {
            if (over) {
                return false;
            }
            over = true;
            left = timer;
            call.abandoned();
        }
        cancels(left);
        return true;
    }

    private static void cancels(@Nullable Future<?> timer) {
        try {
            if (timer != null) {
                timer.cancel(false);
            }
        } catch (Throwable fault) {
            Faults.log("timer's cancel", fault);
        }
    }
}
