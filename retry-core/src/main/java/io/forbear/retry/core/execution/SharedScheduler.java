package io.forbear.retry.core.execution;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** The timer of all services that were given none: one daemon thread, made when the first asynchronous retry waits. */
final class SharedScheduler {

    /** From here on a thread keeps nothing of the stack that it was made on (JEP 486). */
    private static final int WITHOUT_ACCESS_CONTROL = 24;

    private SharedScheduler() {}

    static ScheduledExecutorService get() {
        return Holder.INSTANCE;
    }

    static ScheduledThreadPoolExecutor create() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1,
                Runtime.version().feature() < WITHOUT_ACCESS_CONTROL
                        ? SharedScheduler::threadWithoutCaller
                        : SharedScheduler::thread);
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /**
     * Whichever application happens to wait first must not be held by a thread that lives as long as the process: a thread takes over
     * its maker's group, inheritable thread-locals and context class loader unless told otherwise. The loader is that of the common pool's
     * threads.
     */
    private static Thread thread(Runnable task) {
        Thread thread = new Thread(rootGroup(), task, "forbear-timer", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    /** The caller's group may be a class of an application. */
    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** Before JDK 24 it keeps the protection domains of its maker's stack, too, and with them their class loaders. */
    @SuppressWarnings("removal")
    private static Thread threadWithoutCaller(Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> thread(task));
    }

    private static final class Holder {
        static final ScheduledExecutorService INSTANCE = create();
    }
}
