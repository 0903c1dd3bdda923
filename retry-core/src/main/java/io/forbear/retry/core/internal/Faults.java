package io.forbear.retry.core.internal;

import io.forbear.retry.NanoClock;

/**
 * Logs exceptions of listeners, classifiers, budgets and other parts that the user wrote: at most one line in ten
 * seconds for all of them. An exception of the logger itself ends here.
 */
public final class Faults {

    private static final QuietLog ALL = new QuietLog(NanoClock.system());

    private Faults() {}

    /** Makes this class ready. A service does so when it is made: at the end of a stack, class loading would fail. */
    public static void initialize() {
        // the static fields are set
    }

    /**
     * Logs a fault, or counts it if the last line is too recent. Never throws.
     *
     * @param part the part that threw, such as {@code "listener"}
     * @param fault the exception
     */
    public static void log(String part, Throwable fault) {
        try {
            if (fault instanceof InterruptedException) {
                Thread.currentThread().interrupt(); // the part cleared the flag, and its caller expects no exception
            }
            long leftOut = ALL.take();
            if (leftOut >= 0) {
                ALL.write("a ".concat(part).concat(" threw"), leftOut, fault);
            }
        } catch (Throwable lost) { // of the logger, or no stack or memory is left: the line is lost, nothing else
            return;
        }
    }
}
