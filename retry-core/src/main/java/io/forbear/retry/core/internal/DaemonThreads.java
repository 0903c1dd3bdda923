package io.forbear.retry.core.internal;

import java.security.AccessController;
import java.security.PrivilegedAction;

/**
 * Makes the threads of this library. A new thread normally takes over the group, the inheritable thread-locals and the
 * context class loader of its maker, which is whatever application thread needs it first. The threads made here take
 * over none of these, so that they keep no application alive.
 */
final class DaemonThreads {

    /** From this JDK on, a thread keeps nothing of the stack on which it was made (JEP 486). */
    private static final int WITHOUT_ACCESS_CONTROL = 24;

    private DaemonThreads() {}

    static Thread make(String name, Runnable task) {
        return Runtime.version().feature() < WITHOUT_ACCESS_CONTROL ? withoutCaller(name, task) : plain(name, task);
    }

    /** Makes a thread with the context class loader that the threads of the common pool have. */
    private static Thread plain(String name, Runnable task) {
        Thread thread = new Thread(rootGroup(), task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
        return thread;
    }

    /** Returns the root group: the group of the caller may be of a class of an application. */
    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /**
     * Before JDK 24, a thread also keeps the protection domains of its maker's stack, and with them their class
     * loaders.
     */
    @SuppressWarnings("removal")
    private static Thread withoutCaller(String name, Runnable task) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> plain(name, task));
    }
}
