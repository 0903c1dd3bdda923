package io.forbear.examples;

import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.core.RetryRegistry;
import io.forbear.retry.core.config.RetryConfig;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;

/**
 * The manager of the specification, in its own words: one configuration for all services, one for each, a budget of
 * each client, and the metrics of a client and a service.
 */
final class SpecifiedManager {

    static final Map<String, Object> SETTINGS = Map.of(
            "preset", "specification",
            "default_retry_config", Map.of("max_attempts", 2, "base_delay_ms", 100, "jitter_factor", 0.0),
            "service_configs",
                    Map.of(
                            "user_service",
                            Map.of(
                                    "max_attempts",
                                    5,
                                    "base_delay_ms",
                                    200,
                                    "jitter_factor",
                                    0.0,
                                    "strategy",
                                    "exponential_backoff"),
                            "audit",
                            Map.of("enabled", false)),
            "budget_config", Map.of("replenishment_rate_per_minute", 10, "max_budget", 100));

    private final RetryRegistry services;

    SpecifiedManager(RetryRuntime runtime) {
        this.services = RetryRegistry.builder().runtime(runtime).build(RetryConfig.of(SETTINGS));
    }

    /** Makes a call to a service for a client; each attempt has the next outcome, a blank one is a success. */
    boolean call(String client, String service, List<String> outcomes) {
        Queue<String> left = new ArrayDeque<>(outcomes);
        Retry retry = services.get(service).forClient(client);
        return retry.callForOutcome(() -> answer(left.remove())).isSuccess();
    }

    private static String answer(String outcome) {
        if (!outcome.isBlank()) {
            throw new RuntimeException(outcome);
        }
        return "answer";
    }

    ClientSnapshot metrics(String client, String service) {
        return services.get(service).forClient(client).clientSnapshot().orElseThrow();
    }

    public static void main(String[] args) {
        run(RetryRuntime.system());
    }

    static void run(RetryRuntime runtime) {
        SpecifiedManager manager = new SpecifiedManager(runtime);
        String busy = "HTTP 503 Service Unavailable";
        manager.call("c", "user_service", List.of(busy, busy, busy, busy, ""));
        manager.call("c", "other", List.of(busy, busy));
        manager.call("c", "audit", List.of(busy));
        for (String service : List.of("user_service", "other", "audit")) {
            ClientSnapshot metrics = manager.metrics("c", service);
            System.out.printf(
                    Locale.ROOT,
                    "%s: total_operations %d, success_rate %.1f, average_attempts %.1f, retry_budget_remaining %d%n",
                    service,
                    metrics.calls(),
                    metrics.successRate(),
                    metrics.amplification(),
                    (long) metrics.budgetRemaining());
        }
    }
}
