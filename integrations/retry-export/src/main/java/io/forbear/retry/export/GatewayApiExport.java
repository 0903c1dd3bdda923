package io.forbear.retry.export;

import io.forbear.retry.error.ErrorCategory;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes an {@code HTTPRoute} of the Gateway API, and an {@code XBackendTrafficPolicy} with the budget. */
final class GatewayApiExport {

    /*
     * Sources: GEP-1731 (retry of an HTTPRoute), GEP-1742 (timeouts), GEP-2257 (durations), GEP-3388 (budgets), and
     * the reference of gateway.networking.k8s.io/v1 and gateway.networking.x-k8s.io/v1alpha1.
     */

    private static final int MOST_PERCENT = 100;
    private static final int LEAST_SECONDS = 1;
    private static final int MOST_SECONDS = 3600;
    private static final int RATE_SECONDS = 10;
    private static final int MOST_RATE = 1_000_000;

    /** The largest number of milliseconds that a duration of the Gateway API can have in one unit. */
    private static final long MOST_MILLIS = 99_999;

    private final ExportedPolicy policy;
    private final String name;
    private final Losses losses = new Losses("Gateway API");
    private final Set<Feature> said = EnumSet.of(Feature.DEADLINE, Feature.ATTEMPT_TIMEOUT, Feature.CATEGORIES);

    private GatewayApiExport(ExportedPolicy policy) {
        this.policy = policy;
        this.name = KubernetesName.of(policy.name(), losses);
    }

    static ExportResult export(ExportedPolicy policy) {
        return new GatewayApiExport(policy).export();
    }

    private ExportResult export() {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("backendRefs", List.of(Map.of("name", name, "port", 80)));
        Map<String, Object> timeouts = timeouts();
        if (!timeouts.isEmpty()) {
            rule.put("timeouts", timeouts);
        }
        boolean retries = policy.attempts() > 1 && policy.policy().isIdempotent();
        if (retries) {
            rule.put("retry", retry());
        }
        List<Object> resources = new ArrayList<>();
        resources.add(resource("gateway.networking.k8s.io/v1", "HTTPRoute", Map.of("rules", List.of(rule))));
        Map<String, Object> constraint = retries ? constraint() : null;
        if (constraint != null) {
            Map<String, Object> target = new LinkedHashMap<>();
            target.put("group", "");
            target.put("kind", "Service");
            target.put("name", name);
            Map<String, Object> spec = new LinkedHashMap<>();
            spec.put("targetRefs", List.of(target));
            spec.put("retryConstraint", constraint);
            resources.add(resource("gateway.networking.x-k8s.io/v1alpha1", "XBackendTrafficPolicy", spec));
        }
        losses.note("port, parentRefs: not known", "80, and none; write them as they are");
        losses.unsaid(
                policy,
                said,
                Map.of(
                        Feature.IDEMPOTENT,
                        "a connection error is retried whether or not anything was executed, so" + " retry is left out",
                        Feature.PUSHBACK,
                        "as the gateway does it"));
        return losses.yaml(resources);
    }

    private Map<String, Object> resource(String version, String kind, Map<String, Object> spec) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", version);
        resource.put("kind", kind);
        resource.put("metadata", Map.of("name", name));
        resource.put("spec", spec);
        return resource;
    }

    private Map<String, Object> timeouts() {
        Map<String, Object> timeouts = new LinkedHashMap<>();
        long whole = policy.policy().deadlineNanos();
        long attempt = policy.policy().attemptTimeoutNanos();
        if (whole != Long.MAX_VALUE) {
            timeouts.put("request", duration(losses.millis("timeouts.request", whole, 1, Long.MAX_VALUE / 1_000_000)));
        }
        if (attempt != Long.MAX_VALUE) {
            long most = whole == Long.MAX_VALUE ? Long.MAX_VALUE / 1_000_000 : Units.ceilMillis(whole);
            timeouts.put("backendRequest", duration(losses.millis("timeouts.backendRequest", attempt, 1, most)));
        }
        return timeouts;
    }

    private Map<String, Object> retry() {
        Map<String, Object> retry = new LinkedHashMap<>();
        List<Integer> statuses = HttpStatuses.retried(policy);
        if (!statuses.isEmpty()) {
            retry.put("codes", statuses);
        }
        retry.put("attempts", policy.attempts() - 1);
        long first = policy.policy().backoff().ceilingNanos(1);
        retry.put("backoff", duration(losses.millis("retry.backoff", first, 0, Long.MAX_VALUE / 1_000_000)));
        if (!policy.policy().isRetryable(ErrorCategory.NETWORK_ERROR)) {
            losses.lossy("retryable.network-error: false", "connection errors are retried in any case");
        }
        losses.lossy(
                "backoff: " + policy.policy().backoff(), "a wait of at least the first delay, by the gateway's rule");
        losses.note("statuses: every 5xx that no table names", "those that are listed, and connection errors");
        return retry;
    }

    /** The reference counts requests over an interval, as a budget of ours counts successes over its window. */
    private @Nullable Map<String, Object> constraint() {
        ProxyBudget budget = ProxyBudget.of(policy);
        if (budget == null) {
            return null;
        }
        said.add(Feature.BUDGET);
        BigDecimal exact = budget.percent();
        BigDecimal percent = exact.setScale(0, RoundingMode.CEILING).min(BigDecimal.valueOf(MOST_PERCENT));
        losses.clamped("budget.percent", exact, percent);
        Map<String, Object> written = new LinkedHashMap<>();
        long window = budget.isOfRequestsInFlight() ? LEAST_SECONDS : budget.windowSeconds();
        long seconds = Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, window));
        Map<String, Object> share = new LinkedHashMap<>();
        share.put("percent", percent.intValueExact());
        share.put("interval", duration(seconds * 1000));
        written.put("budget", share);
        written.put("minRetryRate", rate(budget));
        losses.lossy(
                "budget: " + policy.budgetText(),
                "a share of the requests of an interval, a minimum rate besides, counted by each gateway");
        return written;
    }

    /** Without one, ten a second would always be allowed. */
    private Map<String, Object> rate(ProxyBudget budget) {
        long count = Math.round(Math.ceil(Math.max(0, budget.minPerSecond()) * RATE_SECONDS));
        Map<String, Object> rate = new LinkedHashMap<>();
        rate.put("count", (int) Math.max(1, Math.min(MOST_RATE, count)));
        rate.put("interval", duration(RATE_SECONDS * 1000L));
        return rate;
    }

    /** A duration of GEP-2257: up to five digits of each unit, the largest first. */
    static String duration(long millis) {
        if (millis <= MOST_MILLIS && millis % 1000 != 0) {
            return millis + "ms";
        }
        StringBuilder text = new StringBuilder();
        long seconds = millis / 1000;
        append(text, seconds / 3600, "h");
        append(text, seconds / 60 % 60, "m");
        append(text, seconds % 60, "s");
        append(text, millis % 1000, "ms");
        return text.length() == 0 ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(Math.min(MOST_MILLIS, amount)).append(unit);
        }
    }
}
