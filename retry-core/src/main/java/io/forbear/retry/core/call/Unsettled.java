package io.forbear.retry.core.call;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls that the engine broke off for want of stack or memory, and that could not give back what they hold there and
 * then. The next call that fails anywhere in the process settles them.
 */
final class Unsettled {
    /*
     * State      a stack of calls, linked by CallState.nextUnsettled.
     * Invariant  a call is in it at most once: it is put there by the thread that owned it, or by the one that took it
     *            out.
     * Writers    any thread: puts calls on top by CAS; takes all at once.
     * Ordering   volatile: what the owner wrote to a call happens-before what the thread that takes it reads.
     * Progress   lock-free. Putting a call there needs less stack than taking anything did: the frames of one CAS.
     */

    private static final AtomicReference<@Nullable CallState> TOP = new AtomicReference<>();

    private Unsettled() {}

    /** Makes a call give back what it holds, now or later. Never throws. */
    static void settle(CallState call) {
        try {
            CallEnd.settle(call);
        } catch (Throwable want) {
            put(call, call);
        }
    }

    /** Settles what was left. */
    static void settleLeft() {
        if (TOP.get() == null) {
            return;
        }
        CallState first = TOP.getAndSet(null);
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
                put(first, last);
            }
        }
    }

    private static void put(@Nullable CallState first, CallState last) {
        CallState below;
        do {
            below = TOP.get();
            last.nextUnsettled = below;
        } while (!TOP.compareAndSet(below, first));
    }
}
