package io.forbear.retry.http;

/**
 * Lets another thread end the waits of one blocking call, for adapters to clients whose calls can be cancelled.
 *
 * <pre>{@code
 * CancellableWait wait = new CancellableWait();     // on the thread of the call; cancel() may come from now on
 * try {
 *     return view.call(() -> {
 *         wait.attemptStarted();
 *         try {
 *             return make the attempt
 *         } catch (IOException failure) {
 *             wait.attemptFailed();
 *             throw failure;
 *         }
 *     });
 * } finally {
 *     wait.callEnded();
 * }
 * }</pre>
 *
 * <p>Between attempts, and at the gate before the first, {@link #cancel} interrupts the thread, so that the call ends
 * with {@link io.forbear.retry.StopReason#INTERRUPTED}; during an attempt the client itself has to end it, and the call
 * ends then. The interrupt flag is taken back before the call returns. Only {@link #cancel} may be called by another
 * thread.
 *
 * @since 0.1
 */
public final class CancellableWait {
    /*
     * State      waiting: the thread is in the engine, not in an attempt. cancelled. ours: the interrupt flag is set by
     *            cancel, or was.
     * Invariant  cancel interrupts the thread only while it waits; whoever leaves the wait takes that interrupt back.
     * So
     *            no attempt, and no code after the call, sees it. An interrupt of the user that comes in between cancel
     *            and the end of its call is taken back with it: both ask for the same.
     * Writers    all under the lock of this, which is held for a few instructions and while no thread waits.
     */

    private final Thread thread = Thread.currentThread();
    private boolean waiting = true;
    private boolean cancelled;
    private boolean ours;

    /** Makes the wait of a call that this thread is about to make. */
    public CancellableWait() {}

    /**
     * An attempt is about to be made.
     *
     * @return {@code false} if the call was cancelled: the attempt must not be made
     */
    public synchronized boolean attemptStarted() {
        return leave();
    }

    /** The attempt has failed: the engine decides, and may wait. */
    public synchronized void attemptFailed() {
        waiting = true;
        if (cancelled) {
            interrupt();
        }
    }

    /**
     * The call has ended.
     *
     * @return whether it was cancelled
     */
    public synchronized boolean callEnded() {
        return !leave();
    }

    /** Ends the wait, or that which comes next. */
    public synchronized void cancel() {
        cancelled = true;
        if (waiting) {
            interrupt();
        }
    }

    private void interrupt() {
        if (!ours && !thread.isInterrupted()) {
            ours = true;
            thread.interrupt();
        }
    }

    private boolean leave() {
        waiting = false;
        if (ours) {
            ours = false;
            Thread.interrupted();
        }
        return !cancelled;
    }
}
