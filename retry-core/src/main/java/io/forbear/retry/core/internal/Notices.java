package io.forbear.retry.core.internal;

/** Lines in the log about how the library is used. A logger that throws changes nothing. */
public final class Notices {

    private Notices() {}

    /**
     * Logs one line.
     *
     * @param level how important it is
     * @param text what to say; control characters are escaped
     */
    public static void log(System.Logger.Level level, String text) {
        try {
            String line = OneLine.of(text);
            System.getLogger("io.forbear.retry").log(level, () -> line);
        } catch (Throwable fault) {
            // a log that fails must not keep a service from being made
        }
    }
}
