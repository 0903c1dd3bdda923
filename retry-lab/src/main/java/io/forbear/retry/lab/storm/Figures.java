package io.forbear.retry.lab.storm;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** The arithmetic of a run: from counts in slices of time to the figures of the table. */
final class Figures {

    /** Goodput is back when this share of the calls that come succeed. */
    static final double BACK = 0.95;
    /** Goodput is looked at over windows of this length. */
    static final int WINDOW_MILLIS = 500;
    /** Goodput is back only if it stays so for this long. */
    static final int HOLD_MILLIS = 1000;

    private static final int WINDOW = WINDOW_MILLIS / Meter.SLICE_MILLIS;
    private static final int HOLD = HOLD_MILLIS / Meter.SLICE_MILLIS;

    private Figures() {}

    /** Attempts for each call: 1 where there were no calls. */
    static double amplification(long attempts, long calls) {
        return calls == 0 ? 1 : (double) attempts / calls;
    }

    /** The most requests per second over any window. */
    static double peakPerSecond(AtomicIntegerArray counts, int to) {
        int window = Math.min(WINDOW, to);
        long most = 0;
        for (int i = 0; i + window <= to; i++) {
            most = Math.max(most, Meter.sum(counts, i, i + window));
        }
        return window == 0 ? 0 : perSecond(most, window);
    }

    static double perSecond(long count, int slices) {
        return slices <= 0 ? 0 : count * 1000.0 / (slices * (double) Meter.SLICE_MILLIS);
    }

    /**
     * Seconds from the slice {@code well} until goodput is back: the first slice from which on each window that begins
     * within the hold has at least 95 % of its calls succeed. A call belongs to the slice in which it was due: a hiccup
     * of this machine that delays answers is not an outage.
     *
     * @param to where the run ended; windows do not reach beyond it
     * @return {@code null} where goodput was not back within the run, or the run was too short to tell
     */
    static @Nullable Double recoverySeconds(AtomicIntegerArray successes, AtomicIntegerArray calls, int well, int to) {
        int good = 0;
        for (int i = well; i + WINDOW <= to; i++) {
            boolean back = Meter.sum(successes, i, i + WINDOW) >= BACK * Meter.sum(calls, i, i + WINDOW);
            good = back ? good + 1 : 0;
            if (good > HOLD) {
                return (i - HOLD - well) * Meter.SLICE_MILLIS / 1000.0;
            }
        }
        return null;
    }
}
