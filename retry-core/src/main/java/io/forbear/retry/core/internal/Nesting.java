package io.forbear.retry.core.internal;

/**
 * Marks a thread that is making a retry, so that a call of an inner layer knows that it is nested.
 *
 * <p>Only attempts from the second on are marked: a first attempt multiplies nothing, and so costs nothing. Where inner
 * layers refuse to be nested, m attempts outside and n inside make at most n + m - 1 attempts instead of n × m.
 */
public final class Nesting {
    /*
     * State      for each thread that ever had a failed attempt, one of these with the number of the attempt it is making.
     * Writers    the thread alone. It stays, for taking it away and making it anew costs more than the retry.
     */

    private static final ThreadLocal<Nesting> OF_THREAD = ThreadLocal.withInitial(Nesting::new);

    private int attempt = 1;

    private Nesting() {}

    /** Returns that of this thread, for use on this thread alone. */
    public static Nesting ofThread() {
        return OF_THREAD.get();
    }

    /** Returns the number of the attempt that the thread is making for an outer layer; 1 for a first one or none. */
    public int attempt() {
        return attempt;
    }

    /** Marks the thread, and returns what {@link #leave} puts back. */
    public int enter(int number) {
        int outer = attempt;
        attempt = Math.max(outer, number);
        return outer;
    }

    /** Puts back what {@link #enter} found. */
    public void leave(int outer) {
        attempt = outer;
    }
}
