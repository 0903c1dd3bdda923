package io.forbear.retry.export;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes the timeout of an integration of API Gateway, which never retries. */
final class ApiGatewayExport {

    /** Longer times are for Regional and private APIs alone, on request. */
    static final int REST_MAX_MILLIS = 29_000;

    static final int HTTP_MAX_MILLIS = 30_000;
    private static final int LEAST_MILLIS = 50;

    private ApiGatewayExport() {}

    static ExportResult export(ExportedPolicy policy, int most) {
        Losses losses = new Losses("API Gateway");
        Map<String, Object> block = new LinkedHashMap<>();
        long nanos = policy.policy().attemptTimeoutNanos();
        if (nanos == Long.MAX_VALUE) {
            losses.note("attempt-timeout: none", most + " ms");
        } else {
            block.put("timeoutInMillis", losses.millis("timeoutInMillis", nanos, LEAST_MILLIS, most));
        }
        if (policy.attempts() > 1) {
            losses.dropped(
                    "max-attempts: " + policy.attempts() + ", backoff: "
                            + policy.policy().backoff(),
                    "no retries; its caller retries");
        }
        losses.unsaid(policy, EnumSet.of(Feature.ATTEMPT_TIMEOUT), Map.of());
        return losses.json(block);
    }
}
