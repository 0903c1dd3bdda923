package io.forbear.retry.core.call;

import org.jspecify.annotations.Nullable;

/**
 * Calls that the engine broke off for want of stack or memory, and that could not give back what they hold there and
 * then. The next call that fails anywhere in the process settles them.
 */
public final class Unsettled {
    /*
     * State      top, a stack of calls, linked by CallState.nextUnsettled.
     * Invariant  A call is in it at most once: it is put there by the thread that owned it, or by the one that took it
     *            out. What the owner wrote to a call happens-before what the thread that takes it reads.
     * Writers    Any thread, under LOCK: puts calls on top; takes all at once. No code runs under the lock but these
     *            two assignments.
     * Ordering   top is also read without the lock, to see that there is nothing; so it is volatile.
     * Progress   A lock, since putting a call there must need no stack: a CAS that is not compiled yet takes several
     *            frames of its own, a monitor takes none. It is only touched where a call was broken off.
     * Stress     UnsettledStress (retry-jcstress)
     */

    private static final Object LOCK = new Object();
    private static volatile @Nullable CallState top;

    private Unsettled() {}

    /** Makes a call give back what it holds, now or later. Never throws. */
    public static void settle(CallState call) {
        try {
            CallEnd.settle(call);
        } catch (Throwable want) {
            synchronized (LOCK) {
                call.nextUnsettled = top;
                top = call;
            }
        }
    }

    /** Settles what was left. */
    static void settleLeft() {
        if (top == null) {
            return;
        }
        CallState first;
        synchronized (LOCK) {
            first = top;
            top = null;
        }
        try {
            while (first != null) {
                CallState next = first.nextUnsettled;
                CallEnd.settle(first);
                first.nextUnsettled = null;
                first = next;
            }
        } catch (Throwable want) {
            CallState last = first;
            while (last != null && last.nextUnsettled != null) {
                last = last.nextUnsettled;
            }
            if (last != null) {
                synchronized (LOCK) {
                    last.nextUnsettled = top;
                    top = first;
                }
            }
        }
    }
}
