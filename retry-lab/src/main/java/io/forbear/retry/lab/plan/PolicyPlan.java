package io.forbear.retry.lab.plan;

import io.forbear.retry.core.sla.SlaPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * A policy that is to be tried.
 *
 * @param request what it was made for
 * @param policy the policy, and what the arithmetic expects of it
 */
public record PolicyPlan(PlanRequest request, SlaPolicy policy) {

    /**
     * Makes a plan.
     *
     * @param request what is promised
     * @return the policy for it
     */
    public static PolicyPlan of(PlanRequest request) {
        return new PolicyPlan(request, SlaPolicy.of(request.target()));
    }

    /**
     * Returns whether the arithmetic keeps the promise.
     *
     * @return {@code true} if so many calls are expected to succeed
     */
    public boolean isReachable() {
        return policy.isReachable();
    }

    List<String> ways() {
        return policy.ways();
    }

    int attempts() {
        return policy.attempts();
    }

    Duration firstBackoff() {
        return policy.firstBackoff();
    }

    Duration attemptTimeout() {
        return policy.attemptTimeout();
    }

    double budgetRatio() {
        return policy.budgetRatio();
    }

    double failing() {
        return policy.failing();
    }

    double availability() {
        return policy.availability();
    }

    double amplification() {
        return policy.amplification();
    }

    String reasoning() {
        return policy.reasoning();
    }

    /**
     * Returns the policy as the registry reads it.
     *
     * @return new properties
     */
    public Properties properties() {
        Properties properties = new Properties();
        properties.putAll(policy.settings());
        return properties;
    }
}
