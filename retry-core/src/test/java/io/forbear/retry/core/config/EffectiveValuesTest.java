package io.forbear.retry.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.budget.ConcurrencyShareSpec;
import io.forbear.retry.core.budget.EarnedSpec;
import io.forbear.retry.core.budget.GrpcThrottleSpec;
import io.forbear.retry.core.budget.RatioSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What holds for a service, as text by key and as the figures of its budget. */
class EffectiveValuesTest {

    private static final RetryConfig CONFIG = RetryConfig.of(Map.of(
            "max-attempts", "5",
            "service.orders.max-attempts", "2",
            "service.orders.deadline", "2000",
            "service.users.preset", "resilience4j"));

    @Test
    void ofEachKeyItsOwnValueThenThatForAllThenThatOfThePreset() {
        assertThat(CONFIG.effective("orders"))
                .containsEntry("max-attempts", "2")
                .containsEntry("deadline", "2s")
                .containsEntry("base-delay", "100ms")
                .containsEntry("retry-budget", "0.2")
                .doesNotContainKey("attempt-timeout");
        assertThat(CONFIG.effective("users"))
                .containsEntry("max-attempts", "5")
                .containsEntry("strategy", "fixed")
                .containsEntry("retry-budget", "none");
        assertThat(CONFIG.effective("any other"))
                .containsEntry("max-attempts", "5")
                .doesNotContainKey("deadline");
    }

    private static Object budget(Map<String, String> settings) {
        return Objects.requireNonNull(RetryConfig.of(settings).service("orders").budget());
    }

    @Test
    void aBudgetTellsHowItWasSet() {
        EarnedSpec earned = (EarnedSpec) budget(Map.of("retry-budget", "30%", "retry-budget-window", "20s"));
        assertThat(earned.ratio()).isEqualTo(0.3);
        assertThat(earned.window()).isEqualTo(Duration.ofSeconds(20));
        RatioSpec ratio = (RatioSpec)
                budget(Map.of("retry-budget", "ratio", "retry-budget-ratio", "0.15", "retry-budget-floor", "3"));
        assertThat(ratio.ratio()).isEqualTo(0.15);
        assertThat(ratio.minPerSecond()).isEqualTo(3);
        assertThat(ratio.window()).isEqualTo(Duration.ofSeconds(10));
        GrpcThrottleSpec throttle =
                (GrpcThrottleSpec) budget(Map.of("retry-budget", "grpc-throttle", "retry-budget-tokens", "50"));
        assertThat(throttle.maxTokens()).isEqualTo(50);
        assertThat(throttle.tokenRatio()).isEqualTo(0.1);
        ConcurrencyShareSpec share = (ConcurrencyShareSpec) budget(Map.of("retry-budget", "concurrency-share"));
        assertThat(share.share()).isEqualTo(0.2);
        assertThat(share.minimum()).isEqualTo(3);
    }
}
