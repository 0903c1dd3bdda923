package io.forbear.retry.core.client;

/**
 * The packed word of a client: the outcomes of its last {@value #WINDOW} operations, how many failed in all, and whether
 * the client may be evicted or was.
 *
 * <pre>
 *  63                          29 28 27     22 21 20                    0
 * +------------------------------+--+---------+--+-----------------------+
 * | failed operations, 35 bits   |P | draws   |R | window, 21 bits       |
 * +------------------------------+--+---------+--+-----------------------+
 * window   a leading one, then one bit for each outcome, newest lowest: 0 success, 1 failure
 * R        retired: the client was evicted, nothing recorded here counts any more
 * draws    changes with each withdrawal from a client that yields
 * P        passed over by an eviction, with a failure in the window, and nothing recorded since
 * </pre>
 *
 * The leading one tells how many outcomes there are without a count of its own. A full window of successes shifts into
 * itself, which is why one more success into it is no write. P stands only beside a failure, for whatever changes the
 * window takes P away; so a word full of successes has none to take away.
 *
 * <p>A word that {@linkplain #yields yields} does not come back once it has given way to one that does not. Three things do
 * that. A failure: their number is part of the word and never goes back (35 bits: at a thousand a second they go round
 * after a year). A success or a draw, which take P away: the success has moved the failures of the window, and only another
 * failure puts one where they were; the draw is counted. Draws have six bits, so 64 of them, or a multiple, without an
 * operation in between, are the one way back.
 */
final class Outcomes {

    static final int WINDOW = 20;
    static final long EMPTY = 1;
    /** The highest claim of one that is not worth looking on for another: nothing known, or one success. */
    static final int SLIGHT = 2;

    private static final int ESTABLISHED = 2 * WINDOW + 2;

    private static final int WINDOW_BITS = WINDOW + 1;
    private static final long FULL = 1L << WINDOW;
    private static final long WINDOW_MASK = (1L << WINDOW_BITS) - 1;
    private static final long RETIRED = 1L << WINDOW_BITS;
    private static final int DRAWS_SHIFT = WINDOW_BITS + 1;
    private static final int DRAWS_BITS = 6;
    private static final long DRAW = 1L << DRAWS_SHIFT;
    private static final long DRAWS_MASK = ((1L << DRAWS_BITS) - 1) << DRAWS_SHIFT;
    private static final int PASSED_SHIFT = DRAWS_SHIFT + DRAWS_BITS;
    private static final long PASSED = 1L << PASSED_SHIFT;
    private static final int FAILED_SHIFT = PASSED_SHIFT + 1;
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

    /** Tells whether an eviction may have the client as far as its window is concerned. */
    static boolean yields(long word) {
        return (word & PASSED) != 0 || spotless(word);
    }

    /**
     * Returns the place of one that yields in the order of eviction, lowest first: the less is known the sooner, of equals
     * those without a failure; last those with a window full of successes.
     */
    static int claim(long word) {
        return saturated(word) ? ESTABLISHED : 2 * filled(word) + (spotless(word) ? 0 : 1);
    }

    static long withSuccess(long word) {
        return (word & ~(WINDOW_MASK | PASSED)) | shifted(word, 0);
    }

    static long withFailure(long word) {
        return ((word & ~(WINDOW_MASK | PASSED)) + FAILURE) | shifted(word, 1);
    }

    static long withDraw(long word) {
        return (word & ~(DRAWS_MASK | PASSED)) | ((word + DRAW) & DRAWS_MASK);
    }

    static long withPass(long word) {
        return word | PASSED;
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
