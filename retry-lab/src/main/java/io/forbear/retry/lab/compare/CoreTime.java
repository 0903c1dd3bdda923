package io.forbear.retry.lab.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** How long this thread had a core; the time by the clock where the JVM cannot tell. */
final class CoreTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long began = now();

    private CoreTime() {}

    static CoreTime ofThisThread() {
        return new CoreTime();
    }

    long nanos() {
        return now() - began;
    }

    private static long now() {
        long known = THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : -1;
        return known < 0 ? System.nanoTime() : known;
    }
}
