package io.forbear.retry.export;

import io.forbear.retry.Backoff;

/**
 * The ceilings of a backoff as almost all others say them: a first one, a multiplier and a cap.
 *
 * @param firstNanos the ceiling of the first delay
 * @param multiplier from one ceiling to the next, at least 1
 * @param maxNanos the cap
 */
record Growth(long firstNanos, double multiplier, long maxNanos) {

    private static final double DOUBLING = 2;

    /** Returns the ceilings of a policy, and tells where they are no longer the same. */
    static Growth of(ExportedPolicy policy, Losses losses) {
        Backoff backoff = policy.policy().backoff();
        long first = backoff.ceilingNanos(1);
        long max = backoff.max().toNanos();
        boolean grows = policy.attempts() > 2;
        return switch (backoff.kind()) {
            case FIXED -> new Growth(first, 1, max);
            case EXPONENTIAL -> new Growth(first, backoff.multiplier(), max);
            case ADAPTIVE -> {
                losses.lossy("backoff: " + backoff, "exponential, whatever the success rate of the client is");
                yield new Growth(first, backoff.multiplier(), max);
            }
            case LINEAR -> {
                if (grows) {
                    losses.lossy("backoff: " + backoff, "exponential × 2, which is never shorter");
                }
                yield new Growth(first, DOUBLING, max);
            }
            case CUSTOM -> {
                long second = backoff.ceilingNanos(2);
                double multiplier = first == 0 ? 1 : Math.max(1, (double) second / first);
                if (grows) {
                    losses.lossy("backoff: in code", "exponential × " + multiplier + ", by the first two delays");
                }
                yield new Growth(first, multiplier, max);
            }
        };
    }
}
