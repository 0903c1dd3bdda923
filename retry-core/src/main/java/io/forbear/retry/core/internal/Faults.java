package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Logs what listeners, classifiers, budgets and other parts of the user throw: at most one line in ten seconds, so that no log
 * is flooded. Logging changes nothing: whatever the logger throws ends here.
 */
public final class Faults {
    /*
     * State      the time of the last line; how many faults were not logged since.
     * Invariant  one line at most for each interval: the thread that moves the time writes the line.
     * Writers    any thread, on a path that has failed already.   Progress  wait-free but for the line itself.
     */

    private static final long INTERVAL_NANOS = 10_000_000_000L;
    private static final Faults ALL = new Faults(null, NanoClock.system());

    /** The logger, {@code null} for that of the library, which is looked up when it is needed: a provider may throw. */
    private final System.@Nullable Logger logger;

    private final NanoClock clock;
    private final AtomicLong last;
    private final AtomicLong untold = new AtomicLong();

    Faults(System.@Nullable Logger logger, NanoClock clock) {
        this.logger = logger;
        this.clock = clock;
        this.last = new AtomicLong(clock.nanoTime() - INTERVAL_NANOS);
    }

    /** Makes this class ready: a service does so when it is made, for at the end of a stack it could not be. */
    public static void initialize() {
        // the static fields are set
    }

    /**
     * Logs a fault, or counts it where the last line is too recent. Never throws.
     *
     * @param who what threw, such as {@code "listener"}
     * @param fault what it threw
     */
    public static void log(String who, Throwable fault) {
        ALL.tell(who, fault);
    }

    void tell(String who, Throwable fault) {
        try {
            if (fault instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // a part has taken the flag away, and cannot say so otherwise
            }
            long now = clock.nanoTime();
            long before = last.get();
            if (now - before < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
                untold.incrementAndGet();
                return;
            }
            write(who, fault, untold.getAndSet(0));
        } catch (Throwable lost) { // of the logger, or want of stack or memory: the line is lost, and nothing else
            return;
        }
    }

    private void write(String who, Throwable fault, long left) {
        System.Logger given = logger;
        System.Logger log = given == null ? System.getLogger("io.forbear.retry") : given;
        String text = "a "
                .concat(who)
                .concat(" threw")
                .concat(left == 0 ? "" : " (" + left + " earlier faults were not logged)");
        Supplier<String> message = () -> text;
        log.log(System.Logger.Level.WARNING, message, fault);
    }
}
