package io.forbear.retry.core.execution;

import org.jspecify.annotations.Nullable;

/**
 * Takes an asynchronous call to its executor. An executor that runs it inside {@code execute} only leaves a note, so
 * that no stack grows.
 */
final class ExecutorHop implements Runnable {
    /*
     * State      the thread that is inside execute; whether this ran there.
     * Invariant  plain fields are enough: caller is compared with the current thread, and only the thread that wrote it
     *            can match.
     */

    private final AsyncEvents call;
    private final int ticket;
    private @Nullable Thread caller = Thread.currentThread();
    private boolean inside;

    ExecutorHop(AsyncEvents call, int ticket) {
        this.call = call;
        this.ticket = ticket;
    }

    /** Tells whether this ran before {@code execute} returned; asked once, by the thread that called. */
    boolean ranInside() {
        caller = null;
        return inside;
    }

    @Override
    public void run() {
        if (caller == Thread.currentThread()) {
            inside = true;
        } else {
            call.woken(ticket);
        }
    }
}
