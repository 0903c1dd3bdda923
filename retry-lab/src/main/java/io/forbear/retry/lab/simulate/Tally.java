package io.forbear.retry.lab.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * Counts a run in slices of a tenth of a second: calls by when they were due, attempts by when they were made. Not
 * thread-safe.
 */
public final class Tally {

    static final long SLICE_NANOS = 100_000_000;

    /** Slices in which calls have to succeed as before. */
    static final int WINDOW = 10;

    private static final double BACK = 0.95;

    private final Scenario scenario;
    private final double good;
    private final long[] calls;
    private final long[] succeeded;
    private final long[] refused;
    private final long[] attempts;
    /** By when their calls were due. */
    private final long[] attemptsOfDue;
    /** By when they succeeded. */
    private final long[] successes;

    private long doneNanos;

    /**
     * Makes an empty one.
     *
     * @param scenario says which time is judged
     */
    public Tally(Scenario scenario) {
        this.scenario = scenario;
        this.good = BACK * (1 - alwaysFailing(scenario));
        int slices = slice(scenario.endNanos()) + 1;
        this.calls = new long[slices];
        this.succeeded = new long[slices];
        this.refused = new long[slices];
        this.attempts = new long[slices];
        this.attemptsOfDue = new long[slices];
        this.successes = new long[slices];
    }

    /** The share of calls that fail whatever a policy does, in the time after the bad time too. */
    private static double alwaysFailing(Scenario scenario) {
        double most = 0;
        for (Fault fault : scenario.faults()) {
            if (fault.kind() == Fault.Kind.FAILURES && fault.toNanos() > scenario.badToNanos()) {
                most = Math.max(most, fault.calls() * fault.value());
            }
        }
        return most;
    }

    private static int slice(long nanos) {
        return (int) (nanos / SLICE_NANOS);
    }

    int called(long nanos) {
        int slice = slice(nanos);
        calls[slice]++;
        return slice;
    }

    void attempted(int slice, long nanos) {
        attempts[slice(nanos)]++;
        attemptsOfDue[slice]++;
    }

    void succeeded(int slice, long nanos) {
        succeeded[slice]++;
        successes[slice(nanos)]++;
        doneNanos = nanos;
    }

    void failed(long nanos) {
        doneNanos = nanos;
    }

    void refused(int slice) {
        refused[slice]++;
    }

    /**
     * Adds what was counted elsewhere.
     *
     * @param nanos an instant since the beginning of the scenario; after its end nothing counts
     * @param moreCalls calls that were due then
     * @param moreSucceeded those of them that succeeded
     * @param moreRefused those of them that were refused before their first attempt
     * @param moreAttempts attempts that were made then
     */
    public void add(long nanos, long moreCalls, long moreSucceeded, long moreRefused, long moreAttempts) {
        int slice = slice(nanos);
        if (slice < calls.length) {
            calls[slice] += moreCalls;
            succeeded[slice] += moreSucceeded;
            refused[slice] += moreRefused;
            attempts[slice] += moreAttempts;
        }
    }

    /**
     * Returns what came of it.
     *
     * @return the figures of the run
     */
    public Figures figures() {
        int from = slice(scenario.badFromNanos());
        int to = slice(scenario.badToNanos());
        int end = slice(scenario.endNanos());
        int last = Math.max(to, end - (int) (Scenario.NOT_JUDGED_NANOS / SLICE_NANOS));
        return new Figures(
                percent(succeeded, from, to),
                percent(succeeded, to, last),
                percent(refused, from, to),
                (double) sum(attempts, from, to) / Math.max(1, sum(calls, from, to)),
                (double) sum(attempts, to, last) / Math.max(1, sum(calls, to, last)),
                back(to, last),
                sum(attempts, 0, end),
                (double) sum(attemptsOfDue, from, to) / Math.max(1, sum(calls, from, to)),
                doneNanos / 1e9,
                seconds(end));
    }

    private List<Figures.Second> seconds(int end) {
        int slices = (int) (1_000_000_000 / SLICE_NANOS);
        List<Figures.Second> seconds = new ArrayList<>();
        for (int i = 0; i < end; i += slices) {
            int next = Math.min(end, i + slices);
            seconds.add(new Figures.Second(sum(calls, i, next), sum(attempts, i, next), sum(successes, i, next)));
        }
        return seconds;
    }

    private double percent(long[] part, int from, int to) {
        return 100.0 * sum(part, from, to) / Math.max(1, sum(calls, from, to));
    }

    /** The first instant from which on, for a second, as many calls succeed as in good times. */
    private double back(int from, int last) {
        for (int i = from; i + WINDOW <= last; i++) {
            if (sum(succeeded, i, i + WINDOW) >= good * sum(calls, i, i + WINDOW)) {
                return (i - from) / (double) WINDOW;
            }
        }
        return Figures.NEVER;
    }

    private static long sum(long[] counts, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }
}
