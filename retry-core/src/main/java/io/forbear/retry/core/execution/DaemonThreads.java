package io.forbear.retry.core.execution;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.Supplier;

/**
 * Makes the threads of this library so that they hold nothing of the application that happens to need them first: a thread takes
 * over its maker's group, inheritable thread-locals and context class loader unless told otherwise.
 */
final class DaemonThreads {

    /** From here on a thread keeps nothing of the stack that it was made on (JEP 486). */
    private static final int WITHOUT_ACCESS_CONTROL = 24;

    private DaemonThreads() {}

    /** The thread that keeps the time, told from all others by its class. */
    static final class Timer extends Thread {
        private Timer(ThreadGroup group, Runnable task) {
            super(group, task, "forbear-timer", 0, false);
        }
    }

    static Thread timer(Runnable task) {
        return make(() -> new Timer(rootGroup(), task));
    }

    static Thread worker(Runnable task) {
        return make(() -> new Thread(rootGroup(), task, "forbear-worker", 0, false));
    }

    private static Thread make(Supplier<Thread> made) {
        return Runtime.version().feature() < WITHOUT_ACCESS_CONTROL ? withoutCaller(made) : daemon(made);
    }

    /** The context class loader is that of the common pool's threads. */
    private static Thread daemon(Supplier<Thread> made) {
        Thread thread = made.get();
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

    /** Before JDK 24 a thread keeps the protection domains of its maker's stack, too, and with them their class loaders. */
    @SuppressWarnings("removal")
    private static Thread withoutCaller(Supplier<Thread> made) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> daemon(made));
    }
}
