package io.forbear.retry.core.budget;

import java.time.Duration;

/**
 * What a promise asks of retries.
 *
 * @param attempts attempts of a call, the first included
 * @param ratio retries per successful call that the budget has to allow
 * @param attemptTimeout the most that one attempt may take for all of them to fit the deadline
 * @param expectedAvailability the share of calls that succeed with these attempts at the expected error rate, if failures are
 *     independent
 * @param expectedAmplification attempts per call at the expected error rate
 * @param reachable whether retries can keep the promise
 * @param reasoning how the figures came about, one sentence a line
 * @since 0.1
 */
public record SlaPlan(
        int attempts,
        double ratio,
        Duration attemptTimeout,
        double expectedAvailability,
        double expectedAmplification,
        boolean reachable,
        String reasoning) {

    /**
     * Returns the budget of this plan.
     *
     * @return a ratio budget with the default floor and window
     */
    public RatioSpec budget() {
        return RetryBudgets.ratio(ratio);
    }
}
