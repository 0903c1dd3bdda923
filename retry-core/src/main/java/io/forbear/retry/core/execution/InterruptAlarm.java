package io.forbear.retry.core.execution;

import io.forbear.retry.core.call.CallState;
import io.forbear.retry.core.call.TimeLimits;
import io.forbear.retry.core.internal.Faults;
import io.forbear.retry.core.internal.SharedThreads;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Interrupts the thread of a blocking attempt when its time is over, and never after the attempt has returned. */
final class InterruptAlarm extends Alarm {
    /*
     * State      RUNNING -> OVER, where the attempt returned in time; RUNNING -> INTERRUPTING -> INTERRUPTED, where it
     *            did not.
     * Invariant  the thread is interrupted between INTERRUPTING and INTERRUPTED alone; the attempt's thread goes on
     *            from either end.
     * Writers    the attempt's thread: RUNNING -> OVER. The timer: the others. By CAS.   Ordering  volatile.
     * Progress   the attempt's thread waits for one call of Thread.interrupt at most.
     */

    private static final int RUNNING = 0;
    private static final int INTERRUPTING = 1;
    private static final int INTERRUPTED = 2;
    private static final int OVER = 3;
    private static final VarHandle PHASE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "phase", VarHandle.class, InterruptAlarm.class, int.class);

    private final Thread thread = Thread.currentThread();
    private volatile int phase = RUNNING;

    /** Starts the time of an attempt on this thread; {@code null} where nothing limits it, or the timer refuses. */
    static @Nullable InterruptAlarm start(CallState call, Means means) {
        long limit = TimeLimits.attemptLimitNanos(call);
        if (limit == Long.MAX_VALUE) {
            return null;
        }
        InterruptAlarm alarm = new InterruptAlarm();
        try {
            alarm.scheduled(means.scheduleLimit(alarm, Math.max(0, limit), TimeLimits.clock(call)));
            return alarm;
        } catch (Throwable rejection) {
            Faults.log("scheduler", rejection);
            return null;
        }
    }

    @Override
    void rings() {
        SharedThreads.offTimer(this::interrupts); // to interrupt may close a channel, which may take its time
    }

    /** Interrupts between two writes of the phase, so that the attempt's thread can tell this interrupt from others. */
    private void interrupts() {
        if (PHASE.compareAndSet(this, RUNNING, INTERRUPTING)) {
            try {
                thread.interrupt();
            } catch (Throwable fault) {
                Faults.log("interrupt", fault);
            } finally {
                phase = INTERRUPTED;
            }
        }
    }

    /** The attempt has returned. Returns whether it was interrupted here; the flag is clear then. */
    boolean stop() {
        if (PHASE.compareAndSet(this, RUNNING, OVER)) {
            cancelQuietly(this::cancel);
            return false;
        }
        while (phase != INTERRUPTED) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        return true;
    }
}
