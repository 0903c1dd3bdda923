package io.forbear.retry.core.internal;

/**
 * The counters of a service, as its budget and its breaker read them.
 *
 * <p>A success at the first attempt is one addition to one striped counter and nothing else. What a budget would have
 * deposited and a breaker recorded for it is derived later, when a failure asks, from how far the counters have grown since
 * the last look. Figures never fall; they are exact when no call is under way, and read without locks.
 */
public interface CallFeed {

    /** Returns how many calls succeeded at their first attempt. */
    long firstTrySuccesses();

    /** Returns how many calls succeeded, those after retries and batches that were mostly done included. */
    long successes();

    /**
     * Returns how many calls have ended or have failed at least once, each counted once; of use where a budget
     * {@linkplain FedBudget#readsCalls() reads} it.
     */
    long calls();
}
