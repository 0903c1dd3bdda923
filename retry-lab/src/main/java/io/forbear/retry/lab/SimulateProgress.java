package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.ComparisonListener;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how a comparison goes: on a terminal one line that is written over and over, elsewhere a line a tenth. */
final class SimulateProgress implements ComparisonListener {

    private static final int TENTHS = 10;
    private static final String START_OF_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private final boolean terminal;
    private int tenths;

    SimulateProgress(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    @Override
    public void ran(Now now) {
        double share = (double) now.done() / now.of();
        String head = String.format(Locale.ROOT, "[%d/%d]", now.done(), now.of());
        if (terminal) {
            err.print(START_OF_LINE + head + " " + ProgressBar.bar(share) + " " + now.what());
            err.flush();
        } else if ((int) (TENTHS * share) > tenths) {
            tenths = (int) (TENTHS * share);
            err.println(String.format(Locale.ROOT, "%s %,d attempts, last: %s", head, now.attempts(), now.what()));
            err.flush();
        }
    }

    void end() {
        if (terminal) {
            err.print(START_OF_LINE);
            err.flush();
        }
    }
}
