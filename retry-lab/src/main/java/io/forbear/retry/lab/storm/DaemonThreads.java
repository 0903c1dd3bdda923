package io.forbear.retry.lab.storm;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Names threads, and lets the process end while they run. */
public final class DaemonThreads {

    private DaemonThreads() {}

    /**
     * Returns a factory of such threads.
     *
     * @param name what the names of the threads begin with
     * @return new factory
     */
    public static ThreadFactory named(String name) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, name + "-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }
}
