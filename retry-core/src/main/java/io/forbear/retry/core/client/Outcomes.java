package io.forbear.retry.core.client;

/**
 * The packed word of a client: the outcomes of its last {@value #WINDOW} operations, how many failed in all, and whether
 * the client was evicted.
 *
 * <pre>
 *  63                              28 27     22 21 20                    0
 * +----------------------------------+---------+--+-----------------------+
 * | failed operations, 36 bits       | draws   |R | window, 21 bits       |
 * +----------------------------------+---------+--+-----------------------+
 * window   a leading one, then one bit for each outcome, newest lowest: 0 success, 1 failure
 * R        retired: the client was evicted, nothing recorded here counts any more
 * draws    changes with each withdrawal from a client without a failure in its window
 * </pre>
 *
 * The leading one tells how many outcomes there are without a count of its own. A full window of successes shifts into
 * itself, which is why one more success into it is no write.
 */
final class Outcomes {

    static final int WINDOW = 20;
    static final long EMPTY = 1;

    private static final int WINDOW_BITS = WINDOW + 1;
    private static final long FULL = 1L << WINDOW;
    private static final long WINDOW_MASK = (1L << WINDOW_BITS) - 1;
    private static final long RETIRED = 1L << WINDOW_BITS;
    private static final int DRAWS_SHIFT = WINDOW_BITS + 1;
    private static final int DRAWS_BITS = 6;
    private static final long DRAW = 1L << DRAWS_SHIFT;
    private static final long DRAWS_MASK = ((1L << DRAWS_BITS) - 1) << DRAWS_SHIFT;
    private static final int FAILED_SHIFT = DRAWS_SHIFT + DRAWS_BITS;
    private static final long FAILURE = 1L << FAILED_SHIFT;

    private Outcomes() {}

    /** Tells whether recording a success changes nothing. */
    static boolean saturated(long word) {
        return (word & WINDOW_MASK) == FULL;
    }

    /** Tells whether the window holds no failure; so does an empty one. */
    static boolean spotless(long word) {
        long window = word & WINDOW_MASK;
        return (window & (window - 1)) == 0;
    }

    static boolean retired(long word) {
        return (word & RETIRED) != 0;
    }

    static long withSuccess(long word) {
        return (word & ~WINDOW_MASK) | shifted(word, 0);
    }

    static long withFailure(long word) {
        return ((word & ~WINDOW_MASK) + FAILURE) | shifted(word, 1);
    }

    static long withDraw(long word) {
        return (word & ~DRAWS_MASK) | ((word + DRAW) & DRAWS_MASK);
    }

    static long withRetirement(long word) {
        return word | RETIRED;
    }

    static int filled(long word) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(word & WINDOW_MASK);
    }

    /** Returns the share of successes in the window, 1 for an empty one. */
    static double successRate(long word) {
        int filled = filled(word);
        int failures = Long.bitCount(word & WINDOW_MASK) - 1;
        return filled == 0 ? 1 : (double) (filled - failures) / filled;
    }

    static long failed(long word) {
        return word >>> FAILED_SHIFT;
    }

    private static long shifted(long word, int outcome) {
        long window = word & WINDOW_MASK;
        long next = (window << 1) | outcome;
        return window < FULL ? next : FULL | (next & (FULL - 1));
    }
}
