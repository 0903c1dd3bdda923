package io.forbear.retry.lab;

import io.forbear.retry.lab.compare.Comparison;
import io.forbear.retry.lab.compare.ComparisonResult;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** A comparison before the eyes of a user: with progress, until Ctrl-C, and with a word where memory is too small. */
final class WatchedRun {

    private WatchedRun() {}

    /** Returns what was found until the end or Ctrl-C; {@code null} where memory was too small, and the user told. */
    static @Nullable ComparisonResult of(Comparison comparison, PrintWriter err) throws InterruptedException {
        SimulateProgress progress = new SimulateProgress(err, Progress.isTerminal());
        try {
            return comparison.run(Version.lab(), progress, StopSignal::stopped);
        } catch (OutOfMemoryError e) {
            long megabytes = Runtime.getRuntime().maxMemory() >> 20;
            err.println("retry-lab: memory: " + megabytes + " MB (expected: more, by JAVA_TOOL_OPTIONS=-Xmx.., or"
                    + " fewer clients that call)");
            return null;
        } finally {
            progress.end();
        }
    }
}
