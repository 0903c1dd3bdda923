package io.forbear.retry.core.internal;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Logs what users' listeners, classifiers, budgets and the like throw: at most one line in ten seconds, so that no log is flooded. */
public final class Faults {
    /*
     * State      the time of the last line; how many faults were not logged since.
     * Invariant  one line at most for each interval: whoever moves the time writes the line.
     * Writers    any thread, on a path that has failed already.   Progress  wait-free but for the line itself.
     */

    private static final System.Logger LOG = System.getLogger("io.forbear.retry");
    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);
    private static final AtomicLong UNTOLD = new AtomicLong();

    private Faults() {}

    /**
     * Logs a fault, or counts it where the last line is too recent.
     *
     * @param who what threw, such as {@code "listener"}
     * @param fault what it threw
     */
    public static void log(String who, Throwable fault) {
        long now = System.nanoTime();
        long last = LAST.get();
        if (now - last < INTERVAL_NANOS || !LAST.compareAndSet(last, now)) {
            UNTOLD.incrementAndGet();
            return;
        }
        long untold = UNTOLD.getAndSet(0);
        String text = "a " + who + " threw" + (untold == 0 ? "" : " (" + untold + " earlier faults were not logged)");
        Supplier<String> message = () -> text;
        LOG.log(System.Logger.Level.WARNING, message, fault);
    }
}
