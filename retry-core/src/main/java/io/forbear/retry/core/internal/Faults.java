package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Logs what users' listeners, classifiers, budgets and the like throw: at most one line in ten seconds, so that no log is flooded. */
public final class Faults {
    /*
     * State      the time of the last line; how many faults were not logged since.
     * Invariant  one line at most for each interval: whoever moves the time writes the line.
     * Writers    any thread, on a path that has failed already.   Progress  wait-free but for the line itself.
     */

    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final Faults ALL = new Faults(System.getLogger("io.forbear.retry"), NanoClock.system());

    private final System.Logger logger;
    private final NanoClock clock;
    private final AtomicLong last;
    private final AtomicLong untold = new AtomicLong();

    Faults(System.Logger logger, NanoClock clock) {
        this.logger = logger;
        this.clock = clock;
        this.last = new AtomicLong(clock.nanoTime() - INTERVAL_NANOS);
    }

    /**
     * Logs a fault, or counts it where the last line is too recent.
     *
     * @param who what threw, such as {@code "listener"}
     * @param fault what it threw
     */
    public static void log(String who, Throwable fault) {
        ALL.tell(who, fault);
    }

    void tell(String who, Throwable fault) {
        long now = clock.nanoTime();
        long before = last.get();
        if (now - before < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
            untold.incrementAndGet();
            return;
        }
        long left = untold.getAndSet(0);
        String text = "a " + who + " threw" + (left == 0 ? "" : " (" + left + " earlier faults were not logged)");
        Supplier<String> message = () -> text;
        logger.log(System.Logger.Level.WARNING, message, fault);
    }
}
