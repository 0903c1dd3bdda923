package io.forbear.retry.core.sla;

import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import java.time.Duration;

/**
 * What a promise asks of retries.
 *
 * @param attempts attempts of a call, the first included
 * @param ratio retries per successful call that the budget has to allow
 * @param attemptTimeout the most that one attempt may take for all of them to fit the deadline
 * @param expectedAvailability the share of calls that succeed with these attempts at the expected error rate, if
 *     failures are independent
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
     * Derives attempts and a budget from what a service has promised.
     *
     * @param availability the share of calls that shall succeed, more than 0, less than 1
     * @param expectedErrorRate the share of attempts that fail on a bad day, from 0 to less than 1
     * @param deadline how long a call may take in all
     * @param attemptTime how long an attempt takes, slow ones included
     * @return attempts, budget ratio and the reasoning
     * @throws IllegalArgumentException if a value is out of range
     */
    public static SlaPlan of(double availability, double expectedErrorRate, Duration deadline, Duration attemptTime) {
        return of(availability, expectedErrorRate, deadline, attemptTime, SlaPlanner.FIRST_BACKOFF);
    }

    /**
     * Derives attempts and a budget, with a backoff of its own: a deadline below some 200 ms leaves no room for the 100
     * ms of the default backoff.
     *
     * @param availability the share of calls that shall succeed, more than 0, less than 1
     * @param expectedErrorRate the share of attempts that fail on a bad day, from 0 to less than 1
     * @param deadline how long a call may take in all
     * @param attemptTime how long an attempt takes, slow ones included
     * @param firstBackoff the most that the first wait takes; each further one takes twice as long
     * @return attempts, budget ratio and the reasoning
     * @throws IllegalArgumentException if a value is out of range
     */
    public static SlaPlan of(
            double availability,
            double expectedErrorRate,
            Duration deadline,
            Duration attemptTime,
            Duration firstBackoff) {
        return SlaPlanner.plan(availability, expectedErrorRate, deadline, attemptTime, firstBackoff);
    }

    /**
     * Returns the budget of this plan.
     *
     * @return the default budget with the ratio of this plan
     */
    public EarnedSpec budget() {
        return RetryBudgets.earned(ratio);
    }
}
