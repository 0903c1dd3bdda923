package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes a {@code VirtualService} of Istio, and a {@code DestinationRule} with the budget. */
final class IstioExport {

    /*
     * Sources: the reference of networking.istio.io/v1: HTTPRoute, HTTPRetry, TrafficPolicy.RetryBudget. Istio makes
     * two retries where nothing is written, so that none has to be written too.
     */

    private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000_000;
    private static final int USUAL_MINIMUM = 3;
    private static final long CAP_FACTOR = 10;

    private final ExportedPolicy policy;
    private final Losses losses = new Losses("Istio");
    private final String name;
    private final Set<Feature> said =
            EnumSet.of(Feature.DEADLINE, Feature.ATTEMPT_TIMEOUT, Feature.CATEGORIES, Feature.IDEMPOTENT);

    private IstioExport(ExportedPolicy policy) {
        this.policy = policy;
        this.name = KubernetesName.of(policy.name(), losses);
    }

    static ExportResult export(ExportedPolicy policy) {
        return new IstioExport(policy).export();
    }

    private ExportResult export() {
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("route", List.of(Map.of("destination", Map.of("host", name))));
        long deadline = policy.policy().deadlineNanos();
        if (deadline != Long.MAX_VALUE) {
            route.put("timeout", Units.millis(losses.millis("timeout", deadline, 1, MOST_MILLIS)));
        }
        route.put("retries", retries());
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("hosts", List.of(name));
        spec.put("http", List.of(route));
        List<Object> resources = new ArrayList<>();
        resources.add(resource("VirtualService", spec));
        ProxyBudget budget = policy.attempts() > 1 ? ProxyBudget.of(policy) : null;
        if (budget != null) {
            resources.add(resource("DestinationRule", destination(budget)));
        }
        losses.unsaid(
                policy,
                said,
                Map.of(
                        Feature.BREAKER, "outlierDetection of a DestinationRule takes single hosts out",
                        Feature.PUSHBACK, "a wait that the server asks for is ignored"));
        return losses.yaml(resources);
    }

    private Map<String, Object> resource(String kind, Map<String, Object> spec) {
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", "networking.istio.io/v1");
        resource.put("kind", kind);
        resource.put("metadata", Map.of("name", name));
        resource.put("spec", spec);
        return resource;
    }

    private Map<String, Object> retries() {
        Map<String, Object> retries = new LinkedHashMap<>();
        retries.put("attempts", policy.attempts() - 1);
        if (policy.attempts() == 1) {
            return retries;
        }
        long timeout = policy.policy().attemptTimeoutNanos();
        if (timeout != Long.MAX_VALUE) {
            retries.put("perTryTimeout", Units.millis(losses.millis("perTryTimeout", timeout, 1, MOST_MILLIS)));
        }
        List<String> conditions = new ArrayList<>(ProxyConditions.connection(policy));
        HttpStatuses.retried(policy).forEach(status -> conditions.add(String.valueOf(status)));
        retries.put("retryOn", String.join(",", conditions));
        backoff(retries);
        ProxyConditions.tell(policy, losses);
        return retries;
    }

    private void backoff(Map<String, Object> retries) {
        Growth growth = Growth.of(policy, losses);
        long base = losses.millis("backoff", growth.firstNanos(), 1, MOST_MILLIS);
        retries.put("backoff", Units.millis(base));
        Jitter jitter = policy.policy().backoff().jitter();
        if (jitter.kind() != Jitter.Kind.FULL) {
            losses.lossy("jitter: " + jitter, "full");
        }
        if (policy.attempts() > 2) {
            losses.lossy(
                    "multiplier: " + growth.multiplier() + ", max-delay: " + Units.text(growth.maxNanos()),
                    "the n-th delay is drawn up to backoff × (2^n - 1), at most " + Units.millis(base * CAP_FACTOR));
        }
    }

    private Map<String, Object> destination(ProxyBudget budget) {
        said.add(Feature.BUDGET);
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("percent", budget.percent().doubleValue());
        written.put("minRetryConcurrency", budget.minimum() < 0 ? USUAL_MINIMUM : budget.minimum());
        if (!budget.isOfRequestsInFlight()) {
            losses.lossy(
                    "budget: " + policy.budgetText(),
                    "a share of the requests in flight, " + USUAL_MINIMUM + " retries at a time in any case");
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("host", name);
        spec.put("trafficPolicy", Map.of("retryBudget", written));
        return spec;
    }
}
