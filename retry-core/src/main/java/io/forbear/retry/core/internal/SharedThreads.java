package io.forbear.retry.core.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of all services that were given none: one that keeps the time, and as many as there is work for code of the user
 * that follows from it. All are daemons, and all end shortly after the last work: none holds the class loader of this library
 * when the application has gone.
 *
 * <p>No code of the user runs on the thread that keeps the time: an executor that runs a task where it is handed over, or a
 * continuation that blocks, must not hold up the waits of other services.
 */
public final class SharedThreads {

    /** How long a thread without work stays. */
    private static final long IDLE_MILLIS = 300;

    private static final ThreadPoolExecutor WORKERS = workers();
    private static final ScheduledThreadPoolExecutor TIMER = newTimer();

    /** The thread that keeps the time, from its start on. A class of its own would hold the class loader where a list of threads is kept. */
    private static volatile @Nullable Thread timerThread;

    private SharedThreads() {}

    /** Returns the timer. */
    public static ScheduledThreadPoolExecutor timer() {
        return TIMER;
    }

    /** Makes a timer of the same kind. */
    public static ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, SharedThreads::newTimerThread);
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    private static Thread newTimerThread(Runnable task) {
        return DaemonThreads.make("forbear-timer", () -> {
            timerThread = Thread.currentThread();
            task.run();
        });
    }

    private static ThreadPoolExecutor workers() {
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                task -> DaemonThreads.make("forbear-worker", task));
    }

    /**
     * Returns where asynchronous attempts begin where nothing else is said: the common pool; a thread for each task where the
     * common pool has fewer than two threads, as on a machine with two processors, for there one attempt that blocks would hold up
     * all others.
     */
    public static Executor defaultExecutor() {
        return ForkJoinPool.getCommonPoolParallelism() > 1 ? ForkJoinPool.commonPool() : WORKERS;
    }

    /** Tells whether this is the thread that keeps the time of all services. */
    public static boolean isTimer() {
        return Thread.currentThread() == timerThread;
    }

    /** Returns where short work of the library's own runs that may block. */
    public static Executor workersOfOwn() {
        return WORKERS;
    }

    /** Runs a task: there and then, unless this is the timer; on that only where the machine has no thread to give. */
    public static void offTimer(Runnable task) {
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
