package io.forbear.retry.core.gate;

/**
 * Tokens that come in at a rate which changes; one token lets one attempt pass. Times are nanoseconds. Not thread-safe.
 */
final class Tokens {
    /*
     * Doubles, unlike the budgets: the rate comes out of a cube root and is never exact. A level within EXACT of one
     * counts as one: otherwise a rounding error would make an attempt wait for a time that is too short to measure.
     */

    static final double MIN_CAPACITY = 1;
    private static final double EXACT = 1e-9;

    private double perSecond;
    private double capacity = MIN_CAPACITY;
    private double level;
    private long filledNanos;

    /**
     * Adds the tokens that came in since the last call. Tokens for waiting places do not count towards the capacity.
     */
    void fill(long nanos, long waiting) {
        long passed = nanos - filledNanos;
        if (passed > 0) {
            level = Math.min(capacity + waiting, level + passed * perSecond / 1e9);
            filledNanos = nanos;
        }
    }

    /** Drops the tokens above the capacity. */
    void overflow() {
        level = Math.min(level, capacity);
    }

    /** Changes the rate, and the capacity to the tokens of one second. Call {@link #fill} first. */
    void rate(double value) {
        perSecond = value;
        capacity = Math.max(value, MIN_CAPACITY);
        overflow();
    }

    /** Takes a token. Returns false if there is none. */
    boolean take() {
        if (level < 1 - EXACT) {
            return false;
        }
        level = Math.max(0, level - 1);
        return true;
    }

    void putBack() {
        level = Math.min(capacity, level + 1);
    }

    void empty() {
        level = 0;
        perSecond = 0;
        capacity = MIN_CAPACITY;
    }

    /**
     * Returns how long until the n-th token from now is there: at least one nanosecond, {@link Long#MAX_VALUE} if it
     * never comes.
     */
    long nanosUntil(long n) {
        return Math.max(1, (long) Math.ceil((n - level) / perSecond * 1e9));
    }

    double perSecond() {
        return perSecond;
    }

    double capacity() {
        return capacity;
    }

    double level() {
        return level;
    }
}
