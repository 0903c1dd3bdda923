package io.forbear.retry.aws;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.PushbackBeyond;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.QuotaSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;

/**
 * The retry modes of the SDK 2.57.8 as settings of the engine: attempts, waits, quota. The one place that sees the
 * engine, which has the budgets and the gate.
 */
final class AwsModes {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final Duration DYNAMO_DB_BASE = Duration.ofMillis(25);

    /** By how much {@code x-amz-retry-after} may lengthen a wait under the rules of 2026. */
    private static final Duration OVER_BACKOFF = Duration.ofSeconds(5);

    private AwsModes() {}

    static int maxAttempts(AwsRetryMode mode, boolean rules2026, boolean dynamoDb) {
        if (dynamoDb) {
            return rules2026 ? 4 : 9;
        }
        return mode == AwsRetryMode.LEGACY ? 4 : 3;
    }

    static RetryPolicy policy(AwsRetryMode mode, boolean rules2026, boolean dynamoDb, int maxAttempts) {
        boolean legacy = mode == AwsRetryMode.LEGACY;
        Duration base = dynamoDb ? DYNAMO_DB_BASE : Duration.ofMillis(rules2026 && !legacy ? 50 : 100);
        Backoff throttled = Backoff.exponential(Duration.ofMillis(legacy ? 500 : 1000), LONGEST_WAIT)
                .jitter(legacy ? Jitter.equal() : Jitter.full());
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(maxAttempts)
                .backoff(Backoff.exponential(base, LONGEST_WAIT))
                .on(ErrorCategory.RATE_LIMIT, c -> c.backoff(throttled))
                .classifier(AwsClassifier.sdk())
                .pushbackBeyond(PushbackBeyond.CUT);
        if (rules2026 && !legacy) {
            policy.classifier(AwsClassifier.sdk().rules2026()).maxPushbackOverBackoff(OVER_BACKOFF);
        }
        return policy.build();
    }

    private static QuotaSpec quota(AwsRetryMode mode, boolean rules2026) {
        if (rules2026 && mode != AwsRetryMode.LEGACY) {
            return RetryBudgets.awsQuota();
        }
        // the SDK for Java takes 5 for a time-out, where the specification says 10
        QuotaSpec classic = RetryBudgets.awsQuotaClassic().cost(ErrorCategory.TIMEOUT, 5);
        return mode == AwsRetryMode.LEGACY ? classic.cost(ErrorCategory.RATE_LIMIT, 0) : classic;
    }

    static Retries.Builder engine(String name, AwsRetryMode mode, boolean rules2026, RetryPolicy policy) {
        Retries.Builder engine = Retries.named(name)
                .policy(policy)
                .budget(quota(mode, rules2026))
                .withoutCircuitBreaker();
        return mode == AwsRetryMode.ADAPTIVE ? engine.gate(AttemptGates.adaptive()) : engine;
    }
}
