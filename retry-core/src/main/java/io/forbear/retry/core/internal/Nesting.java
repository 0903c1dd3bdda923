package io.forbear.retry.core.internal;

/**
 * Marks a thread that is making a retry, so that a call of an inner layer knows that it is nested.
 *
 * <p>Only attempts from the second on are marked: a first attempt multiplies nothing, and so costs nothing. Where inner
 * layers refuse to be nested, m attempts outside and n inside make at most n + m - 1 attempts instead of n × m.
 */
public final class Nesting {
    /*
     * State      for each thread that ever had a failed attempt, one cell with the number of the attempt it is making.
     * Writers    the thread alone. The cell stays, for taking it away and making it anew costs more than the retry.
     */

    private static final ThreadLocal<int[]> ATTEMPT = ThreadLocal.withInitial(() -> new int[] {1});

    private Nesting() {}

    /** Returns the number of the attempt that this thread is making for an outer layer; 1 for a first one or none. */
    public static int attempt() {
        return ATTEMPT.get()[0];
    }

    /** Marks this thread, and returns what {@link #leave} puts back. */
    public static int enter(int attempt) {
        int[] cell = ATTEMPT.get();
        int outer = cell[0];
        cell[0] = Math.max(outer, attempt);
        return outer;
    }

    /** Puts back what {@link #enter} found. */
    public static void leave(int outer) {
        ATTEMPT.get()[0] = outer;
    }
}
