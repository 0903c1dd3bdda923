package io.forbear.retry.it.soak;

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

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(usedParents);
    }
}
