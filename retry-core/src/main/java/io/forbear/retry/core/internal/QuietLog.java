package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A log of what may happen at the rate of the calls: it writes at most one line in ten seconds, and counts the lines
 * that it leaves out. The next line says how many those were.
 */
public final class QuietLog {
    /*
     * State      last: the time of the last line; leftOut: how many lines were left out since.
     * Invariant  at most one line in an interval: the thread that moves the time writes the line.
     * Writers    any thread, on a path that has failed already.
     * Ordering   volatile; a line that is left out while another is written counts with that one or with the next.
     * Progress   wait-free but for the line itself.
     */

    static final long INTERVAL_NANOS = 10_000_000_000L;

    /** The logger; {@code null} for that of the library, which is looked up for each line: a log provider may throw. */
    private final System.@Nullable Logger logger;

    private final NanoClock clock;
    private final AtomicLong last;
    private final AtomicLong leftOut = new AtomicLong();

    /** Makes a log of the library's own logger. */
    public QuietLog(NanoClock clock) {
        this(null, clock);
    }

    QuietLog(System.@Nullable Logger logger, NanoClock clock) {
        this.logger = logger;
        this.clock = clock;
        this.last = new AtomicLong(clock.nanoTime() - INTERVAL_NANOS);
    }

    /**
     * Takes the right to write a line now; the caller writes it.
     *
     * @return how many lines were left out since the last one; -1 if this line is left out as well
     */
    public long take() {
        long now = clock.nanoTime();
        long before = last.get();
        if (now - before < INTERVAL_NANOS || !last.compareAndSet(before, now)) {
            leftOut.incrementAndGet();
            return -1;
        }
        return leftOut.getAndSet(0);
    }

    /**
     * Takes the right to write a line that must not be left out; the caller writes it.
     *
     * @return how many lines were left out since the last one
     */
    public long takeAlways() {
        last.set(clock.nanoTime());
        return leftOut.getAndSet(0);
    }

    /**
     * Writes a warning that {@link #take} has allowed.
     *
     * @param text the line
     * @param leftOut what {@link #take} returned
     * @param fault the exception that belongs to it
     */
    void write(String text, long leftOut, Throwable fault) {
        System.Logger given = logger;
        System.Logger log = given == null ? System.getLogger("io.forbear.retry") : given;
        String line = leftOut == 0 ? text : text + " (" + leftOut + " earlier faults were not logged)";
        Supplier<String> message = () -> line;
        log.log(System.Logger.Level.WARNING, message, fault);
    }
}
