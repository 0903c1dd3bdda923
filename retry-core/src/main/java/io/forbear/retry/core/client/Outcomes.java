package io.forbear.retry.core.client;

/**
 * The packed word of a client: the outcomes of its last {@value #WINDOW} operations, the number of all failed ones, and
 * what an eviction has to know.
 *
 * <pre>
 *  63                          29 28 27            22 21 20                    0
 * +------------------------------+--+----------------+--+-----------------------+
 * | failed operations, 35 bits   |P | withdrawals    |E | window, 21 bits       |
 * +------------------------------+--+----------------+--+-----------------------+
 * window       a leading one, then one bit for each outcome, newest lowest: 0 success, 1 failure
 * E            evicted: nothing that is recorded here counts any more
 * withdrawals  modulo 64; counts those from a client that is evictable
 * P            passed over by a search, with a failure in the window, and nothing recorded since
 * </pre>
 *
 * <p><b>The window.</b> The leading one tells how many outcomes there are, without a count of its own. A full window of
 * successes shifts into itself, so one more success needs no write. P stands only beside a failure, and each change of
 * the window clears it; so a window full of successes has no P to clear.
 *
 * <p><b>Evictable.</b> A word is evictable if its window holds no failure, or if P is set. The proof in {@link Client}
 * needs this property: after an evictable word has changed to one that is not evictable, the same evictable word does
 * not come back. There are three such changes.
 *
 * <ul>
 *   <li>A failure. Their number is part of the word and never falls. Its 35 bits last for a year at a thousand failures
 *       a second.
 *   <li>A success, which clears P. It has moved the failures of the window, and only another failure moves one back.
 *   <li>A withdrawal, which clears P. It is counted. Its six bits leave one case open: exactly 64, 128, … withdrawals
 *       of one client, and no operation of it, between two instructions of one eviction.
 * </ul>
 */
final class Outcomes {

    static final int WINDOW = 20;
    static final long EMPTY = 1;
    /** The highest rank at which a search ends early: an empty window, or one success. */
    static final int BARELY_KNOWN = 2;

    private static final int ESTABLISHED = 2 * WINDOW + 2;

    private static final int WINDOW_BITS = WINDOW + 1;
    private static final long FULL = 1L << WINDOW;
    private static final long WINDOW_MASK = (1L << WINDOW_BITS) - 1;
    private static final long EVICTED = 1L << WINDOW_BITS;
    private static final int WITHDRAWALS_SHIFT = WINDOW_BITS + 1;
    private static final int WITHDRAWALS_BITS = 6;
    private static final long WITHDRAWAL = 1L << WITHDRAWALS_SHIFT;
    private static final long WITHDRAWALS_MASK = ((1L << WITHDRAWALS_BITS) - 1) << WITHDRAWALS_SHIFT;
    private static final int PASSED_OVER_SHIFT = WITHDRAWALS_SHIFT + WITHDRAWALS_BITS;
    private static final long PASSED_OVER = 1L << PASSED_OVER_SHIFT;
    private static final int FAILURES_SHIFT = PASSED_OVER_SHIFT + 1;
    private static final long FAILURE = 1L << FAILURES_SHIFT;

    private Outcomes() {}

    /** Tells whether the window is full of successes, so that recording one more changes nothing. */
    static boolean isSaturated(long word) {
        return (word & WINDOW_MASK) == FULL;
    }

    /** Tells whether the window holds no failure; it may be empty. */
    static boolean hasNoFailure(long word) {
        long window = word & WINDOW_MASK;
        return (window & (window - 1)) == 0;
    }

    static boolean isEvicted(long word) {
        return (word & EVICTED) != 0;
    }

    /** Tells whether the window allows an eviction; the bucket must be full besides. */
    static boolean isEvictable(long word) {
        return (word & PASSED_OVER) != 0 || hasNoFailure(word);
    }

    /** Returns the place of an evictable client in the order of eviction, lowest first; see {@link Eviction}. */
    static int evictionRank(long word) {
        return isSaturated(word) ? ESTABLISHED : 2 * filled(word) + (hasNoFailure(word) ? 0 : 1);
    }

    static long withSuccess(long word) {
        return (word & ~(WINDOW_MASK | PASSED_OVER)) | shifted(word, 0);
    }

    static long withFailure(long word) {
        return ((word & ~(WINDOW_MASK | PASSED_OVER)) + FAILURE) | shifted(word, 1);
    }

    static long withWithdrawal(long word) {
        return (word & ~(WITHDRAWALS_MASK | PASSED_OVER)) | ((word + WITHDRAWAL) & WITHDRAWALS_MASK);
    }

    static long withPassOver(long word) {
        return word | PASSED_OVER;
    }

    static long withEviction(long word) {
        return word | EVICTED;
    }

    /** Returns how many outcomes the window holds. */
    static int filled(long word) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(word & WINDOW_MASK);
    }

    /** Returns the share of successes in the window, 1 for an empty one. */
    static double successRate(long word) {
        int filled = filled(word);
        int failures = Long.bitCount(word & WINDOW_MASK) - 1;
        return filled == 0 ? 1 : (double) (filled - failures) / filled;
    }

    /** Returns how many operations have failed in all. */
    static long failures(long word) {
        return word >>> FAILURES_SHIFT;
    }

    private static long shifted(long word, int outcome) {
        long window = word & WINDOW_MASK;
        long next = (window << 1) | outcome;
        return window < FULL ? next : FULL | (next & (FULL - 1));
    }
}
