package io.forbear.retry.lab.plan;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * A policy, and what the arithmetic expects of it. Backoff, budget and breaker are the library's defaults where nothing
 * is said.
 *
 * @param request what it was made for
 * @param attempts of a call, the first included
 * @param firstBackoff the ceiling of the first wait
 * @param attemptTimeout of one attempt
 * @param budgetRatio what a successful call earns of a retry
 * @param failing the share of attempts that fail or come too late
 * @param availability the share of calls that succeed, if failures are independent
 * @param amplification attempts for each call
 * @param reasoning how the figures came about, one sentence a line
 */
public record PolicyPlan(
        PlanRequest request,
        int attempts,
        Duration firstBackoff,
        Duration attemptTimeout,
        double budgetRatio,
        double failing,
        double availability,
        double amplification,
        String reasoning) {

    /** What the library has by default. */
    static final Duration USUAL_BACKOFF = Duration.ofMillis(100);

    /**
     * Returns whether the arithmetic keeps the promise.
     *
     * @return {@code true} if so many calls are expected to succeed
     */
    public boolean isReachable() {
        return availability >= request.availability();
    }

    boolean hasUsualBackoff() {
        return firstBackoff.equals(USUAL_BACKOFF);
    }

    /**
     * Returns the policy as the registry reads it.
     *
     * @return keys and values, in the order of their importance
     */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("max-attempts", Integer.toString(attempts));
        if (!hasUsualBackoff()) {
            settings.put("base-delay", Text.key(firstBackoff));
        }
        settings.put("attempt-timeout", Text.key(attemptTimeout));
        settings.put("deadline", Text.key(request.deadline()));
        settings.put("retry-budget", Text.percent(budgetRatio) + "%");
        settings.put("circuit-breaker", "on");
        return settings;
    }

    /**
     * Returns the same.
     *
     * @return new properties
     */
    public Properties properties() {
        Properties properties = new Properties();
        properties.putAll(settings());
        return properties;
    }
}
