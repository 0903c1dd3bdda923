package io.forbear.retry.it.soak;

import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps the library's log off the console, and throws from it where the faults say so. */
final class LogFaults implements AutoCloseable {

    /** Held, for the log manager holds loggers weakly. */
    private final Logger logger = Logger.getLogger("io.forbear");

    private final boolean usedParents = logger.getUseParentHandlers();
    volatile Faults faults = Faults.none();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            faults.at(Point.LOG);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    LogFaults() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    /** Lets the library write its next line about a fault at once, though it wrote one a moment ago. */
    void letsTheNextLineThrough() {
        try {
            Field all = Class.forName("io.forbear.retry.core.internal.Faults").getDeclaredField("ALL");
            all.setAccessible(true);
            Object faultLog = all.get(null);
            Field last = faultLog.getClass().getDeclaredField("last");
            last.setAccessible(true);
            ((AtomicLong) last.get(faultLog)).set(System.nanoTime() - TimeUnit.HOURS.toNanos(1));
        } catch (ReflectiveOperationException moved) {
            throw new AssertionError("internal.Faults: its time of the last line has moved; point this at it", moved);
        }
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(usedParents);
    }
}
