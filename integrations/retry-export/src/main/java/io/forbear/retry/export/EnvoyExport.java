package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the retry policy of a route of Envoy and the retry budget of its cluster. */
final class EnvoyExport {

    /*
     * Sources: Envoy's API v3: envoy.config.route.v3.RetryPolicy, envoy.config.route.v3.RouteAction,
     * envoy.config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget; the page "Router", x-envoy-retry-on.
     */

    private static final long LEAST_NANOS = 1_000_000;
    private static final int NANO_DIGITS = 9;
    private static final int USUAL_MINIMUM = 3;
    private static final double DOUBLING = 2;

    private final ExportedPolicy policy;
    private final Losses losses = new Losses("Envoy");
    private final Set<Feature> said = EnumSet.of(
            Feature.DEADLINE, Feature.ATTEMPT_TIMEOUT, Feature.CATEGORIES, Feature.IDEMPOTENT, Feature.PUSHBACK);

    private EnvoyExport(ExportedPolicy policy) {
        this.policy = policy;
    }

    static ExportResult export(ExportedPolicy policy) {
        return new EnvoyExport(policy).export();
    }

    private ExportResult export() {
        Map<String, Object> route = new LinkedHashMap<>();
        long deadline = policy.policy().deadlineNanos();
        // a route without a timeout has one of 15 s; 0 is none
        route.put("timeout", deadline == Long.MAX_VALUE ? "0s" : Units.seconds(deadline));
        if (policy.attempts() > 1) {
            route.put("retry_policy", retryPolicy());
        }
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("route", route);
        Map<String, Object> budget = policy.attempts() > 1 ? budget() : null;
        if (budget != null) {
            Map<String, Object> threshold = new LinkedHashMap<>();
            threshold.put("priority", "DEFAULT");
            threshold.put("retry_budget", budget);
            block.put("cluster", Map.of("circuit_breakers", Map.of("thresholds", List.of(threshold))));
        } else if (policy.attempts() > 1 && policy.budgetText().isEmpty()) {
            losses.note("budget: none", "at most 3 retries at a time for each cluster (max_retries)");
        }
        losses.unsaid(
                policy,
                said,
                Map.of(
                        Feature.BREAKER,
                        "its circuit breakers bound connections and requests; outlier_detection"
                                + " takes single hosts out",
                        Feature.BUDGET,
                        "at most 3 retries at a time for each cluster (max_retries)"));
        return losses.yaml(block);
    }

    private Map<String, Object> retryPolicy() {
        List<Integer> statuses = HttpStatuses.retried(policy);
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("retry_on", ProxyConditions.of(policy, statuses));
        retry.put("num_retries", policy.attempts() - 1);
        long timeout = policy.policy().attemptTimeoutNanos();
        if (timeout != Long.MAX_VALUE) {
            retry.put("per_try_timeout", Units.seconds(timeout));
        }
        if (!statuses.isEmpty()) {
            retry.put("retriable_status_codes", statuses);
        }
        retry.put("retry_back_off", backOff());
        retry.put("rate_limited_retry_back_off", pushback());
        ProxyConditions.tell(policy, losses);
        return retry;
    }

    private Map<String, Object> backOff() {
        Growth growth = Growth.of(policy, losses);
        Map<String, Object> backOff = new LinkedHashMap<>();
        backOff.put("base_interval", interval("base_interval", growth.firstNanos()));
        backOff.put("max_interval", interval("max_interval", growth.maxNanos()));
        Jitter.Kind jitter = policy.policy().backoff().jitter().kind();
        if (jitter != Jitter.Kind.FULL) {
            losses.lossy("jitter: " + policy.policy().backoff().jitter(), "full");
        }
        if (policy.attempts() > 2 && growth.firstNanos() < growth.maxNanos()) {
            losses.lossy(
                    "multiplier: " + growth.multiplier(),
                    "the n-th delay is drawn up to base × (" + (int) DOUBLING + "^n - 1)");
        }
        return backOff;
    }

    private String interval(String field, long nanos) {
        long legal = Math.max(LEAST_NANOS, nanos);
        losses.clamped(field, BigDecimal.valueOf(nanos, NANO_DIGITS), BigDecimal.valueOf(legal, NANO_DIGITS));
        return Units.seconds(legal);
    }

    private Map<String, Object> pushback() {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("name", "Retry-After");
        header.put("format", "SECONDS");
        Map<String, Object> pushback = new LinkedHashMap<>();
        pushback.put("reset_headers", List.of(header));
        pushback.put(
                "max_interval",
                Units.seconds(Math.max(LEAST_NANOS, policy.policy().pushback().maxNanos())));
        long over = policy.policy().pushback().maxOverBackoffNanos();
        if (over != Long.MAX_VALUE) {
            losses.dropped("max-pushback-over-backoff: " + Units.text(over), "no such bound");
        }
        if (policy.policy().pushback().beyond() == PushbackBeyond.GIVE_UP) {
            losses.note("pushback-beyond: give-up", "a longer wait than max_interval is ignored");
        } else {
            losses.lossy("pushback-beyond: cut", "a longer wait than max_interval is ignored");
        }
        return pushback;
    }

    private @Nullable Map<String, Object> budget() {
        ProxyBudget budget = ProxyBudget.of(policy);
        if (budget == null) {
            return null;
        }
        said.add(Feature.BUDGET);
        if (!budget.isOfRequestsInFlight()) {
            losses.lossy(
                    "budget: " + policy.budgetText(),
                    "a share of the requests in flight, " + USUAL_MINIMUM + " retries at a time in any case");
        }
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("budget_percent", Map.of("value", budget.percent().doubleValue()));
        written.put("min_retry_concurrency", budget.minimum() < 0 ? USUAL_MINIMUM : budget.minimum());
        return written;
    }
}
