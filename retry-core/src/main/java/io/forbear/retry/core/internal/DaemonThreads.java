package io.forbear.retry.core.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes the threads of this library so that they hold nothing of the application that happens to need them first: a thread takes
 * over its maker's group, inheritable thread-locals and context class loader unless told otherwise.
 */
final class DaemonThreads {

    /** From here on a thread keeps nothing of the stack that it was made on (JEP 486). */
    private static final int WITHOUT_ACCESS_CONTROL = 24;

    private DaemonThreads() {}

    static Thread make(String name, Runnable task) {
        return Runtime.version().feature() < WITHOUT_ACCESS_CONTROL ? withoutCaller(name, task) : plain(name, task);
    }

    /** The context class loader is that of the common pool's threads. */
    private static Thread plain(String name, Runnable task) {
        Thread thread = new Thread(rootGroup(), task, name, 0, false);
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
    private static Thread withoutCaller(String name, Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> plain(name, task));
    }
}
