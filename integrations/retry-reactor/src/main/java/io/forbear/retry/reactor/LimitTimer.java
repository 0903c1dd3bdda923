package io.forbear.retry.reactor;

import io.forbear.retry.RetryCall;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The timer of one attempt at a time. It may ring late: what it runs asks whether its attempt is still under way. */
final class LimitTimer {
    /*
     * State      pending, volatile: whoever ends an attempt changes the word of the call and reads this afterwards;
     *            whoever sets a timer writes this and reads the word afterwards: one of both cancels a timer that is
     *            not needed any more. A timer that a slow thread puts over that of the next attempt makes that one
     *            ring for nothing.
     */

    private volatile @Nullable Future<?> pending;

    /**
     * Sets a timer.
     *
     * @param needed whether its attempt is still under way
     */
    void set(RetryCall call, Runnable task, Duration delay, BooleanSupplier needed) {
        Future<?> timer = call.schedule(task, delay);
        pending = timer;
        if (!needed.getAsBoolean()) {
            timer.cancel(false);
        }
    }

    void cancel() {
        Future<?> timer = pending;
        if (timer != null) {
            pending = null;
            timer.cancel(false);
        }
    }
}
