package io.forbear.retry.core.internal;

/** Lines in the log about how the library is used. If the logger throws, the line is lost and nothing else changes. */
public final class Notices {

    private Notices() {}

    /**
     * Logs one line.
     *
     * @param level how important it is
     * @param text the line; control characters are escaped
     */
    public static void log(System.Logger.Level level, String text) {
        try {
            String line = OneLine.of(text);
            System.getLogger("io.forbear.retry").log(level, () -> line);
        } catch (Throwable fault) {
            // a log that fails must not prevent a service from being made
        }
    }
}
