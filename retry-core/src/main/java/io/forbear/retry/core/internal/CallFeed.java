package io.forbear.retry.core.internal;

/**
 * The counters of a service, as its budget and its breaker read them.
 *
 * <p>A success at the first attempt is one addition to one striped counter and nothing else. Budget and breaker are
 * not told of it: when an attempt fails, they read how far the counters have grown since they last looked, and derive
 * the deposits and the recorded successes from that. Counters never fall. They are read without locks, and are exact
 * when no call is under way.
 */
public interface CallFeed {

    /** Returns how many calls succeeded at their first attempt. */
    long firstTrySuccesses();

    /** Returns how many calls succeeded, including calls after retries and batches that mostly succeeded. */
    long successes();

    /**
     * Returns how many calls have ended or have failed at least once, each counted once. Kept only if a budget
     * {@linkplain FedBudget#readsCalls() reads} it.
     */
    long calls();
}
