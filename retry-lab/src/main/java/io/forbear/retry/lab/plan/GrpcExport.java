package io.forbear.retry.lab.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** A service config of gRPC (gRFC A6), which has no timeout of an attempt and no breaker. */
final class GrpcExport implements PolicyExport {

    private static final int MOST_ATTEMPTS = 5;
    private static final int NANO_DIGITS = 9;
    private static final int RATIO_DIGITS = 3;

    @Override
    public String title() {
        return "gRPC service config (no attempt timeout, no breaker; at most 5 attempts)";
    }

    @Override
    public String file(PolicyPlan plan) {
        return "grpc-service-config.json";
    }

    @Override
    public String text(PolicyPlan plan) {
        String retries = plan.attempts() == 1
                ? ""
                : """
                ,
                      "retryPolicy": {
                        "maxAttempts": %d,
                        "initialBackoff": "%s",
                        "maxBackoff": "20s",
                        "backoffMultiplier": 2,
                        "retryableStatusCodes": ["UNAVAILABLE"]
                      }""".formatted(Math.min(MOST_ATTEMPTS, plan.attempts()), seconds(plan.firstBackoff()));
        return """
                {
                  "methodConfig": [
                    {
                      "name": [{}],
                      "timeout": "%s"%s
                    }
                  ],
                  "retryThrottling": { "maxTokens": 10, "tokenRatio": %s }
                }
                """.formatted(
                        seconds(plan.request().deadline()),
                        retries,
                        BigDecimal.valueOf(plan.budgetRatio())
                                .setScale(RATIO_DIGITS, RoundingMode.HALF_UP)
                                .stripTrailingZeros()
                                .toPlainString());
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toNanos(), NANO_DIGITS)
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }
}
