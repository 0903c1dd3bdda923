package io.forbear.retry.lab;

import io.forbear.retry.lab.storm.Phase;
import io.forbear.retry.lab.storm.PolicyResult;
import io.forbear.retry.lab.storm.StormListener;
import io.forbear.retry.lab.storm.StormPolicy;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One line when a policy's turn begins, one when each phase ends, one with what came of it. */
final class ProgressLines implements StormListener {

    private final PrintWriter err;
    private @Nullable Phase phase;

    ProgressLines(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void began(StormPolicy policy, int number, int of) {
        phase = null;
        say(String.format(Locale.ROOT, "[%d/%d] %s: %s", number, of, policy.title(), policy.description()));
    }

    @Override
    public void progressed(Now now) {
        Phase before = phase;
        phase = now.phase();
        if (before != null && now.phase() != before) {
            say(String.format(
                    Locale.ROOT,
                    "      %4.1f s  %-12s  was: goodput %.0f/s, load on the service %.0f/s",
                    now.millis() / 1000.0,
                    now.phase().title(),
                    now.goodput(),
                    now.load()));
        }
    }

    @Override
    public void ended(PolicyResult result) {
        say("      " + outcome(result));
    }

    /** What came of a policy's turn, in one line. */
    static String outcome(PolicyResult result) {
        return String.format(
                Locale.ROOT,
                "success %s, amplification %.2f, %s",
                percent(result.successPercent()),
                result.outageAmplification(),
                recovery(result));
    }

    private static String percent(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.1f %%", value);
    }

    private static String recovery(PolicyResult result) {
        Double seconds = result.recoverySeconds();
        if (seconds != null) {
            return String.format(Locale.ROOT, "goodput back after %.2f s", seconds);
        }
        return result.partial() ? "stopped early" : "goodput not back within the run";
    }

    private void say(String line) {
        err.println(line);
        err.flush();
    }
}
