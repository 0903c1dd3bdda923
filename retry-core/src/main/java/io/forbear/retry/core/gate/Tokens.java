package io.forbear.retry.core.gate;

/** Tokens that trickle in at a rate which changes; one lets one attempt pass. Times are nanoseconds. Not thread-safe. */
final class Tokens {
    /*
     * Doubles, unlike the budgets: the rate comes out of a cube root and is never exact. So that a token which is short by a rounding
     * error keeps nobody waiting for a time that is too short to pass, a level within EXACT of one is one.
     */

    static final double MIN_CAPACITY = 1;
    private static final double EXACT = 1e-9;

    private double perSecond;
    private double capacity = MIN_CAPACITY;
    private double level;
    private long filledNanos;

    /** Lets in what has come since the last time; what came for those who wait was theirs at once, and does not count as kept. */
    void fill(long nanos, long waiting) {
        long passed = nanos - filledNanos;
        if (passed > 0) {
            level = Math.min(capacity + waiting, level + passed * perSecond / 1e9);
            filledNanos = nanos;
        }
    }

    /** Loses what is more than it keeps. */
    void overflow() {
        level = Math.min(level, capacity);
    }

    /** Changes the rate, and how many tokens are kept: those of one second. Fill first. */
    void rate(double value) {
        perSecond = value;
        capacity = Math.max(value, MIN_CAPACITY);
        overflow();
    }

    /** Takes one, if there is one. */
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

    /** Returns when the n-th token from now is there, in nanoseconds, at least one; the most there is where it never comes. */
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
