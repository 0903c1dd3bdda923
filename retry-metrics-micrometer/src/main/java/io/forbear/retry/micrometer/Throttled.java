package io.forbear.retry.micrometer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Logs what registries and snapshots throw, at most one line in ten seconds, so that their exceptions reach no caller.
 */
final class Throttled {
    /*
     * State      when the last line was written.   Invariant  the thread that moves the time writes the line.
     * Writers    any thread that found a fault.    Progress   wait-free but for the line itself.
     *
     * The core has a class for this, QuietLog, which it does not export: adapters depend on retry-api alone.
     */

    private static final System.Logger LOG = System.getLogger("io.forbear.retry.micrometer");
    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

    private Throttled() {}

    /** Runs a step. If it throws, the exception is logged. */
    static void guard(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError fault) {
            warn(what + " threw; its meters are incomplete", fault);
        }
    }

    private static void warn(String text, Throwable fault) {
        long now = System.nanoTime();
        long last = LAST.get();
        if (now - last >= INTERVAL_NANOS && LAST.compareAndSet(last, now)) {
            Supplier<String> message = () -> text;
            LOG.log(System.Logger.Level.WARNING, message, fault);
        }
    }
}
