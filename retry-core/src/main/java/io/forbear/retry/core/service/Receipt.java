package io.forbear.retry.core.service;

/**
 * What the last retry of a call took from the service's budget, and when, in one {@code long}: a call that waits is to
 * be small.
 *
 * <pre>
 *   0 | time in units of 2^12 ns, 43 bits | milli-tokens, 20 bits        the usual amounts
 *   -milli-tokens                                                        larger ones, of which the time is not kept
 * </pre>
 *
 * The time is that of the withdrawal or up to 4 µs before it, and is right for waits of up to a year, wherever the
 * clock stands.
 */
public final class Receipt {

    public static final long NONE = 0;

    /** How much later than said a withdrawal may have been. */
    static final long PRECISION_NANOS = (1 << 12) - 1;

    private static final int AMOUNT_BITS = 20;
    private static final long AMOUNT = (1L << AMOUNT_BITS) - 1;
    private static final int UNIT_BITS = 12;
    private static final long TIME = (1L << 63 - AMOUNT_BITS) - 1;

    private Receipt() {}

    public static long of(long milliTokens, long nanos) {
        return milliTokens > AMOUNT ? -milliTokens : (nanos >> UNIT_BITS & TIME) << AMOUNT_BITS | milliTokens;
    }

    public static long milliTokens(long receipt) {
        return receipt < 0 ? -receipt : receipt & AMOUNT;
    }

    static boolean hasTime(long receipt) {
        return receipt >= 0;
    }

    /** Returns the time of the withdrawal. */
    static long nanos(long receipt, long nowNanos) {
        long units = nowNanos >> UNIT_BITS;
        long age = units - (receipt >>> AMOUNT_BITS) & TIME;
        return units - age << UNIT_BITS;
    }
}
