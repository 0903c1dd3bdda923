package io.forbear.retry.core.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of all services that were given no executor or scheduler: one timer thread, and workers as there is work.
 * All are daemons and end shortly after the last work, so that they do not keep the class loader of this library alive
 * after the application has gone.
 *
 * <p>The timer thread runs no code of the user. An executor that runs a task on the submitting thread, or a
 * continuation that blocks, would delay the waits of other services; a worker runs it instead.
 */
public final class SharedThreads {

    /** How long a thread without work stays alive. */
    private static final long IDLE_MILLIS = 300;

    private static final ThreadPoolExecutor WORKERS = workers();
    private static final ScheduledThreadPoolExecutor TIMER = newTimer();

    /**
     * The timer thread, once it has started. A subclass of Thread would tell it apart as well, but a list of threads
     * that some tool keeps would then keep the class loader alive.
     */
    private static volatile @Nullable Thread timerThread;

    private SharedThreads() {}

    /** Returns the timer. */
    public static ScheduledThreadPoolExecutor timer() {
        return TIMER;
    }

    /** Makes another timer of the same kind. */
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
     * Returns the default executor of asynchronous attempts: the common pool. If the common pool has fewer than two
     * threads, as on a machine with two processors, each task gets a thread: one attempt that blocks would otherwise
     * delay all others.
     */
    public static Executor defaultExecutor() {
        return ForkJoinPool.getCommonPoolParallelism() > 1 ? ForkJoinPool.commonPool() : WORKERS;
    }

    /** Returns whether the current thread is the timer thread. */
    public static boolean isTimer() {
        return Thread.currentThread() == timerThread;
    }

    /** Returns the executor for short work of the library itself that may block. */
    public static Executor workersOfOwn() {
        return WORKERS;
    }

    /**
     * Runs a task on the current thread, or on a worker if the current thread is the timer thread. If no thread can be
     * made, the timer thread runs it.
     */
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
