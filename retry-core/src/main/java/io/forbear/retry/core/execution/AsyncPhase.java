package io.forbear.retry.core.execution;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Who owns an asynchronous call: functions over the word {@link AsyncCall#phase}.
 *
 * <pre>
 *            letGo                      takeOver (the ticket is good once)
 *  DRIVING ----------> ATTEMPTING ------------------------------------------> DRIVING of the next round
 *     |    ----------> WAITING    ------------------------------------------>
 *     |                   |
 *     | claimEnd          | cancel
 *     v                   v
 *   ENDED <------------ ENDED
 *
 *  DRIVING -- cancel --> CANCELLING -- the owner tidies up --> ENDED
 *  DRIVING -- expire --> EXPIRING   -- the owner tidies up --> ENDED
 *  ATTEMPTING, WAITING -- expire --> DRIVING: the timer of the deadline owns the call, and ends it
 * </pre>
 */
final class AsyncPhase {
    /*
     * State      phase = round << 3 | state, where each letting go begins a new round. DRIVING, CANCELLING, EXPIRING:
     *            one thread owns the call. ATTEMPTING, WAITING: no thread does; the StageAttempt, or the RetryTimer and
     *            then the ExecutorHop, holds the phase's value as its ticket and takes the call with it. ENDED: for
     *            ever.
     * Invariant  Only the owner touches the other fields of the call; a ticket is good once; the call ends once, and
     *            the future is completed only by the thread that took the phase to ENDED, CANCELLING or EXPIRING: the
     *            counters and the caller agree on success, also when a cancel or the deadline races with completion.
     * Writers    Owner: letGo, claimEnd, end. StageAttempt, ExecutorHop, a rejection: takeOver. A cancel, the deadline:
     *            as in the diagram. All by CAS, but end, which the owner of CANCELLING or EXPIRING alone calls.
     * Ordering   letGo and takeOver are volatile: what one owner wrote happens-before what the next reads.
     *            AsyncCall.pending is written before the phase that goes with it; as the round makes a phase unique, a
     *            CAS from it proves that pending was not yet another's.
     * Progress   lock-free.
     * Stress     AsyncCancelStress, AsyncDeadlineStress, AsyncProbeStress, AttemptLimitStress (retry-jcstress)
     */

    static final int DRIVING = 0;
    static final int ATTEMPTING = 1;
    static final int WAITING = 2;
    private static final int CANCELLING = 3;
    private static final int ENDED = 4;
    private static final int EXPIRING = 5;
    private static final int STATE_BITS = 3;
    private static final int STATE = (1 << STATE_BITS) - 1;

    private static final VarHandle PHASE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "phase", VarHandle.class, AsyncCall.class, int.class);

    private AsyncPhase() {}

    /** Tells whether the owner may go on: no cancel and no deadline has come while it drove the call. */
    static boolean isDriving(AsyncCall<?> call) {
        return (call.phase & STATE) == DRIVING;
    }

    /** Tells whether the deadline has come while the owner drove the call. */
    static boolean isExpiring(AsyncCall<?> call) {
        return (call.phase & STATE) == EXPIRING;
    }

    /** Returns the ticket of the round that begins when the call is let go. */
    static int nextTicket(AsyncCall<?> call, int state) {
        return ((call.phase >>> STATE_BITS) + 1) << STATE_BITS | state;
    }

    /** Lets the call go, unless a cancel or the deadline has come meanwhile. */
    static boolean letGo(AsyncCall<?> call, int ticket) {
        int now = call.phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(call, now, ticket);
    }

    /** Becomes the owner, where the ticket is still good. */
    static boolean takeOver(AsyncCall<?> call, int ticket) {
        return PHASE.compareAndSet(call, ticket, ticket & ~STATE | DRIVING);
    }

    /** Takes the call to its end, unless a cancel or the deadline has come meanwhile. */
    static boolean claimEnd(AsyncCall<?> call) {
        int now = call.phase;
        return (now & STATE) == DRIVING && PHASE.compareAndSet(call, now, ENDED);
    }

    /** The owner ends the call, whatever came. */
    static void end(AsyncCall<?> call) {
        call.phase = ENDED;
    }

    /** What a cancel, or the deadline, found. */
    enum Found {
        /** The call has ended, or something else is ending it. */
        OVER,
        /** A thread drives the call, and will find the cancel or the deadline. */
        OWNED,
        /** An attempt was under way, and the finder owns what is left to do. */
        ATTEMPT,
        /** The call was waiting, and the finder owns what is left to do. */
        WAIT
    }

    /** The caller has cancelled: ends the call where no thread owns it, else leaves that to its owner. */
    static Found cancel(AsyncCall<?> call) {
        return interrupt(call, CANCELLING, ENDED);
    }

    /** The deadline has come: becomes the owner where no thread is, else leaves the end to it. */
    static Found expire(AsyncCall<?> call) {
        return interrupt(call, EXPIRING, DRIVING);
    }

    private static Found interrupt(AsyncCall<?> call, int whileDriving, int otherwise) {
        for (; ; ) {
            int now = call.phase;
            int state = now & STATE;
            if (state == CANCELLING || state == EXPIRING || state == ENDED) {
                return Found.OVER;
            }
            if (state == DRIVING) {
                if (PHASE.compareAndSet(call, now, whileDriving)) {
                    return Found.OWNED;
                }
            } else if (PHASE.compareAndSet(call, now, otherwise == ENDED ? ENDED : now & ~STATE | otherwise)) {
                return state == ATTEMPTING ? Found.ATTEMPT : Found.WAIT;
            }
        }
    }
}
