package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.lab.storm.StormPolicy;
import java.io.PrintWriter;
import java.util.Locale;

/** One line of a terminal that is written over and over; a line that stays for each policy whose turn is over. */
final class ProgressBar implements StormListener {

    private static final int WIDTH = 16;
    private static final String START_OF_LINE = "\r\u001b[K";

    private final PrintWriter err;
    private String head = "";

    ProgressBar(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void began(StormPolicy policy, int number, int of) {
        head = String.format(Locale.ROOT, "[%d/%d] %-17s", number, of, policy.title());
    }

    @Override
    public void progressed(Now now) {
        double share = Math.min(1, (double) now.millis() / now.ofMillis());
        err.print(START_OF_LINE
                + String.format(
                        Locale.ROOT,
                        "%s %s %-12s good %3.0f/s load %4.0f/s",
                        head,
                        bar(share),
                        now.phase().title(),
                        now.goodput(),
                        now.load()));
        err.flush();
    }

    @Override
    public void ended(PolicyResult result) {
        err.println(START_OF_LINE + head + " " + ProgressLines.outcome(result));
        err.flush();
    }

    static String bar(double share) {
        int full = (int) Math.round(WIDTH * share);
        return "[" + "=".repeat(full) + " ".repeat(WIDTH - full) + "]";
    }
}
