package io.forbear.retry.core.internal;

/**
 * A budget that is a token bucket, and tells its terms. The engine reads them to give each client such a bucket in the
 * table of clients; the public description of a bucket has no getters for them.
 */
public interface TokenBucket extends FedBudget {

    /** Returns what flows back in a period, in milli-tokens. */
    long refillMilli();

    /** Returns the length of a period. */
    long refillPeriodNanos();

    /** Returns what a new bucket holds, in milli-tokens. */
    long initialMilli();

    /** Returns what a retry costs, and how much of the capacity calls may take. */
    RetryCosts costs();
}
