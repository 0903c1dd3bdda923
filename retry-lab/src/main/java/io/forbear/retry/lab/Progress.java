package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.StormListener;
import java.io.Console;
import java.io.PrintWriter;

/** Shows how a storm goes: a bar that moves on a terminal, lines elsewhere. */
final class Progress {

    /** What {@code bin/retry-lab} says about standard error. */
    private static final String TERMINAL = "retry-lab.terminal";

    private Progress() {}

    static StormListener on(PrintWriter err) {
        return isTerminal() ? new ProgressBar(err) : new ProgressLines(err);
    }

    @SuppressWarnings("SystemConsoleNull") // it is null without a terminal before Java 22
    static boolean isTerminal() {
        String said = System.getProperty(TERMINAL);
        if (said != null) {
            return Boolean.parseBoolean(said);
        }
        Console console = System.console();
        return console != null && isTerminal(console) && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * From Java 22 on there is always a console, and it knows whether it is a terminal; before, there is one only then.
     */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderJava) {
            return true;
        }
    }
}
