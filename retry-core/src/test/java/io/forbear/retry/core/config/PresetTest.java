package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.gate.AdaptiveGateSpec;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The figures of each preset. */
class PresetTest {

    private static final Duration BASE = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(20);

    private static ServiceConfig preset(String name) {
        return RetryConfig.of(Map.of("preset", name)).service("orders");
    }

    @Test
    void theStandardModeOfTheAwsSdk() {
        ServiceConfig aws = preset("aws-standard");

        assertThat(aws.policy().maxAttempts()).isEqualTo(3);
        assertThat(aws.policy().backoff()).isEqualTo(Backoff.exponential(BASE, MAX));
        assertThat(aws.policy().backoff(ErrorCategory.RATE_LIMIT))
                .isEqualTo(Backoff.exponential(Duration.ofSeconds(1), MAX));
        assertThat(aws.budget()).isEqualTo(RetryBudgets.awsQuotaClassic().cost(ErrorCategory.TIMEOUT, 5));
        assertThat(aws.circuitBreaker()).isNull();
        assertThat(aws.gate(null)).isNull();
    }

    @Test
    void theAdaptiveModeOfTheAwsSdkIsTheStandardModeBehindAGate() {
        ServiceConfig adaptive = preset("aws-adaptive");

        assertThat(adaptive.gate(null)).isInstanceOf(AdaptiveGateSpec.class);
        assertThat(adaptive.budget()).isEqualTo(preset("aws-standard").budget());
        assertThat(adaptive.policy())
                .hasToString(preset("aws-standard").policy().toString());
    }

    @Test
    void theLegacyModeOfTheAwsSdkHasOneAttemptMoreAndFreeThrottlings() {
        ServiceConfig legacy = preset("aws-legacy");

        assertThat(legacy.policy().maxAttempts()).isEqualTo(4);
        assertThat(legacy.policy().backoff(ErrorCategory.RATE_LIMIT))
                .isEqualTo(Backoff.exponential(Duration.ofMillis(500), MAX).jitter(Jitter.equal()));
        assertThat(legacy.budget())
                .isEqualTo(RetryBudgets.awsQuotaClassic()
                        .cost(ErrorCategory.TIMEOUT, 5)
                        .cost(ErrorCategory.RATE_LIMIT, 0));
    }

    @Test
    void theServiceConfigOfTheProposalOfGrpc() {
        ServiceConfig grpc = preset("grpc-default");
        RetryPolicy policy = grpc.policy();

        assertThat(policy.maxAttempts()).isEqualTo(4);
        assertThat(policy.backoff())
                .isEqualTo(Backoff.exponential(BASE, Duration.ofSeconds(1)).jitter(Jitter.proportional(0.2)));
        assertThat(policy.isRetryable(ErrorCategory.TIMEOUT)).isFalse();
        assertThat(policy.isRetryable(ErrorCategory.RATE_LIMIT)).isFalse();
        assertThat(policy.isRetryable(ErrorCategory.SERVER_ERROR)).isTrue();
        assertThat(grpc.budget()).isEqualTo(RetryBudgets.grpcThrottle(10, 0.1));
        assertThat(grpc.circuitBreaker()).isNull();
    }

    @Test
    void theRetryOfResilience4jWaitsHalfASecondAndRetriesEverything() {
        ServiceConfig resilience4j = preset("resilience4j");
        RetryPolicy policy = resilience4j.policy();

        assertThat(policy.maxAttempts()).isEqualTo(3);
        assertThat(policy.backoff().ceilingNanos(1)).isEqualTo(500_000_000);
        assertThat(policy.backoff().ceilingNanos(2)).isEqualTo(500_000_000);
        assertThat(policy.backoff().jitter()).isEqualTo(Jitter.none());
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(policy.isRetryable(category)).as(category.name()).isTrue();
        }
        assertThat(resilience4j.budget()).isNull();
        assertThat(resilience4j.circuitBreaker()).isNull();
    }

    @Test
    void criticalCallsGetOneAttemptMoreAndKeepTheBrakes() {
        ServiceConfig critical = preset("critical");

        assertThat(critical.policy().maxAttempts()).isEqualTo(4);
        assertThat(critical.policy().maxAttempts(ErrorCategory.TIMEOUT, Criticality.SHEDDABLE))
                .isEqualTo(2);
        assertThat(critical.policy().backoff().base()).isEqualTo(Duration.ofMillis(50));
        assertThat(critical.budget()).isEqualTo(RetryBudgets.earned(0.2));
        assertThat(critical.circuitBreaker()).isEqualTo(CircuitBreakers.standard());
    }

    @Test
    void backgroundWorkIsRetriedOnceAndLater() {
        ServiceConfig background = preset("background");

        assertThat(background.policy().maxAttempts()).isEqualTo(2);
        assertThat(background.policy().backoff())
                .isEqualTo(Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        assertThat(background.policy().isNestedRefused()).isTrue();
        assertThat(background.budget()).isEqualTo(RetryBudgets.earned(0.1));
        assertThat(background.circuitBreaker()).isEqualTo(CircuitBreakers.standard());
    }

    @Test
    void aServiceMayHaveAPresetOfItsOwnAndKeysOverIt() {
        RetryConfig config = RetryConfig.of(Map.of(
                "preset", "critical", "service.dynamo.preset", "aws-standard", "service.dynamo.max-attempts", "9"));

        assertThat(config.service("dynamo").policy().maxAttempts()).isEqualTo(9);
        assertThat(config.service("dynamo").budget())
                .isEqualTo(preset("aws-standard").budget());
        assertThat(config.service("other").budget())
                .isEqualTo(preset("critical").budget());
    }

    @Test
    void whatAPresetSaysOfItsBudgetIsNotSaidOfAnother() {
        assertThat(RetryConfig.of(Map.of("preset", "aws-legacy", "retry-budget", "20%"))
                        .service("orders")
                        .budget())
                .isEqualTo(RetryBudgets.earned(0.2));
        assertThat(RetryConfig.of(Map.of("preset", "grpc-default", "retry-budget", "100 tokens"))
                        .service("orders")
                        .budget())
                .isEqualTo(RetryBudgets.tokenBucket(100).refill(10, Duration.ofMinutes(1)));
    }
}
