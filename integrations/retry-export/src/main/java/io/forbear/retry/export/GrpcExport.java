package io.forbear.retry.export;

import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.GrpcThrottleSpec;
import io.forbear.retry.core.budget.RatioSpec;
import io.forbear.retry.error.Classification;
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

/** Writes the service config of a gRPC channel. */
final class GrpcExport {

    /*
     * Sources: gRFC A6 (retryPolicy, retryThrottling; a wait is ±20 % of the backoff since its change of 2024), and
     * the schema service_config.proto.
     */

    private static final int MOST_ATTEMPTS = 5;
    private static final double JITTER = 0.2;
    private static final long SHORTEST_NANOS = 1_000_000;
    private static final int USUAL_TOKENS = 10;
    private static final int RATIO_DIGITS = 3;
    private static final double LEAST_RATIO = 0.001;
    private static final int NANO_DIGITS = 9;

    /** The names of the statuses by their numbers. */
    private static final List<String> STATUSES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private final ExportedPolicy policy;
    private final Losses losses = new Losses("gRPC");
    private final Set<Feature> said = EnumSet.of(Feature.DEADLINE, Feature.CATEGORIES);

    private GrpcExport(ExportedPolicy policy) {
        this.policy = policy;
    }

    static ExportResult export(ExportedPolicy policy, String service) {
        return new GrpcExport(policy).export(service);
    }

    private ExportResult export(String service) {
        Map<String, Object> method = new LinkedHashMap<>();
        method.put("name", List.of(service.isEmpty() ? Map.of() : Map.of("service", service)));
        long deadline = policy.policy().deadlineNanos();
        if (deadline != Long.MAX_VALUE) {
            method.put("timeout", Units.seconds(deadline));
        }
        List<String> codes = codes();
        boolean retries = policy.attempts() > 1 && policy.policy().isIdempotent() && !codes.isEmpty();
        if (retries) {
            method.put("retryPolicy", retryPolicy(codes));
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("methodConfig", List.of(method));
        Map<String, Object> throttling = retries ? throttling(policy.budgetSpec()) : null;
        if (throttling != null) {
            config.put("retryThrottling", throttling);
        }
        losses.unsaid(
                policy,
                said,
                Map.of(
                        Feature.ATTEMPT_TIMEOUT, "an attempt may take as long as the call",
                        Feature.IDEMPOTENT,
                                "a status does not say so; retryPolicy is left out, transparent retries stay",
                        Feature.PUSHBACK, "any wait that the server asks for, within the deadline"));
        return losses.json(config);
    }

    /** The statuses after which the policy retries what may be repeated. */
    private List<String> codes() {
        List<String> codes = new ArrayList<>();
        for (int status = 1; status < STATUSES.size(); status++) {
            Classification found = Classification.ofGrpcStatus(status);
            if (found.isRetryable(policy.policy().isRetryable(found.category()))) {
                codes.add(STATUSES.get(status));
            }
        }
        return codes;
    }

    private Map<String, Object> retryPolicy(List<String> codes) {
        Growth growth = Growth.of(policy, losses);
        Map<String, Object> retry = new LinkedHashMap<>();
        retry.put("maxAttempts", (double) losses.count("maxAttempts", policy.attempts(), 2, MOST_ATTEMPTS));
        retry.put("initialBackoff", backoff("initialBackoff", growth.firstNanos()));
        retry.put("maxBackoff", backoff("maxBackoff", growth.maxNanos()));
        retry.put("backoffMultiplier", growth.multiplier());
        retry.put("retryableStatusCodes", codes);
        if (!policy.policy().isRetryable(ErrorCategory.NETWORK_ERROR)) {
            losses.lossy("retryable.network-error: false", "a connection that fails is UNAVAILABLE too");
        }
        Jitter jitter = policy.policy().backoff().jitter();
        if (!jitter.equals(Jitter.proportional(JITTER))) {
            losses.lossy("jitter: " + jitter, "±20 %");
        }
        return retry;
    }

    private String backoff(String field, long nanos) {
        long legal = Math.max(SHORTEST_NANOS, nanos);
        losses.clamped(field, BigDecimal.valueOf(nanos, NANO_DIGITS), BigDecimal.valueOf(legal, NANO_DIGITS));
        return Units.seconds(legal);
    }

    /** A throttle is said as it is; what successes earn becomes what they give back. */
    private @Nullable Map<String, Object> throttling(RetryBudget.@Nullable Spec budget) {
        if (budget instanceof GrpcThrottleSpec throttle) {
            said.add(Feature.BUDGET);
            return throttling(throttle.maxTokens(), throttle.tokenRatio());
        }
        double ratio = budget instanceof EarnedSpec earned
                ? earned.ratio()
                : budget instanceof RatioSpec share ? share.ratio() : 0;
        if (ratio < LEAST_RATIO) {
            return null;
        }
        said.add(Feature.BUDGET);
        losses.lossy(
                "budget: " + policy.budgetText(),
                "retryThrottling of " + USUAL_TOKENS
                        + " tokens: a failure takes one, a success gives the ratio, no retry at half of them or less");
        return throttling(USUAL_TOKENS, ratio);
    }

    private static Map<String, Object> throttling(int tokens, double ratio) {
        Map<String, Object> throttling = new LinkedHashMap<>();
        throttling.put("maxTokens", (double) tokens);
        throttling.put(
                "tokenRatio",
                BigDecimal.valueOf(ratio)
                        .setScale(RATIO_DIGITS, RoundingMode.DOWN)
                        .doubleValue());
        return throttling;
    }
}
