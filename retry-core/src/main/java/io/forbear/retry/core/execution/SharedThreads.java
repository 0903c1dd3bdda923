package io.forbear.retry.core.execution;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all services that were given none: one that keeps the time, and as many as there is work for code of the user
 * that follows from it. All are daemons, and all end shortly after the last work: none holds the class loader of this library
 * when the application has gone.
 *
 * <p>No code of the user runs on the thread that keeps the time: an executor that runs a task where it is handed over, or a
 * continuation that blocks, must not hold up the waits of other services.
 */
final class SharedThreads {

    /** How long a thread without work stays. */
    private static final long IDLE_MILLIS = 300;

    private static final ThreadPoolExecutor WORKERS = workers();
    private static final ScheduledThreadPoolExecutor TIMER = newTimer();

    private SharedThreads() {}

    /** Returns the timer. */
    static ScheduledThreadPoolExecutor timer() {
        return TIMER;
    }

    static ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, DaemonThreads::timer);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private static ThreadPoolExecutor workers() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                DaemonThreads::worker);
    }

    /**
     * Returns where asynchronous attempts begin where nothing else is said: the common pool; a thread for each task where the
     * common pool has fewer than two threads, as on a machine with two processors, for there one attempt that blocks would hold up
     * all others.
     */
    static Executor defaultExecutor() {
        return ForkJoinPool.getCommonPoolParallelism() > 1 ? ForkJoinPool.commonPool() : WORKERS;
    }

    /** Tells whether this is the thread that keeps the time of all services. */
    static boolean isTimer() {
        return Thread.currentThread() instanceof DaemonThreads.Timer;
    }

    /** Runs a task: there and then, unless this is the timer; on that only where the machine has no thread to give. */
    static void offTimer(Runnable task) {
        if (!isTimer()) {
            task.run();
            return;
        }
        try {
            WORKERS.execute(task);
        } catch (Throwable noThread) {
            task.run();
        }
    }
}
