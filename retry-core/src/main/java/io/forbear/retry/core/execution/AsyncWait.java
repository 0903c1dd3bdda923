package io.forbear.retry.core.execution;

import io.forbear.retry.core.internal.SharedThreads;

/**
 * The wait of an asynchronous call that no thread owns: on a timer, then on the executor. Each step holds the ticket of
 * the wait. What runs inside the call that hands it over is said to the thread that called, so that no stack grows.
 */
final class AsyncWait {

    private AsyncWait() {}

    /** Waits on the timer. Returns whether it fired there and then; otherwise it does so on a thread of its own. */
    static boolean firesInside(AsyncCall<?> call, Means means, RetryTimer timer, long delayNanos) {
        try {
            return timer.scheduled(means.schedule(timer, delayNanos));
        } catch (Throwable rejection) {
            call.rejected(timer.ticket(), rejection);
            return false;
        }
    }

    /**
     * Waits on the executor. Returns whether it ran there and then; otherwise the call goes on on a thread of its own.
     */
    static boolean runsInside(AsyncCall<?> call, Means means, int ticket) {
        try {
            ExecutorHop hop = new ExecutorHop(call, ticket);
            means.execute(hop);
            return hop.ranInside();
        } catch (Throwable rejection) {
            call.rejected(ticket, rejection);
            return false;
        }
    }

    /**
     * The timer has fired, on whatever thread it did. On the thread that all services share no code of the user runs.
     */
    static void timerFired(AsyncCall<?> call, int ticket) {
        Means means = call.means;
        if (!SharedThreads.isTimer()) {
            runOnExecutor(call, means, ticket);
        } else if (means.executor() == null) {
            hopFromTimer(call, means, ticket);
        } else {
            SharedThreads.offTimer(() -> runOnExecutor(call, means, ticket));
        }
    }

    /** Runs the hop on this thread's account: where the executor ran it inside, this thread goes on with the call. */
    private static void runOnExecutor(AsyncCall<?> call, Means means, int ticket) {
        if (runsInside(call, means, ticket)) {
            call.woken(ticket);
        }
    }

    /** The library's own executor never runs a task inside. */
    private static void hopFromTimer(AsyncCall<?> call, Means means, int ticket) {
        try {
            means.execute(new ExecutorHop(call, ticket));
        } catch (Throwable rejection) {
            SharedThreads.offTimer(() -> call.rejected(ticket, rejection));
        }
    }
}
