package io.forbear.retry.core.config;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakerSpec;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values of all keys that are not written.
 *
 * @param policy the policy
 * @param budget the budget of the service, {@code null} for none
 * @param circuitBreaker its circuit breaker, {@code null} for none
 * @param clientTokens the budget of each client, in tokens; 0 for none
 */
record Preset(
        RetryPolicy policy,
        RetryBudget.@Nullable Spec budget,
        @Nullable CircuitBreakerSpec circuitBreaker,
        int clientTokens) {

    /** The defaults of the library. The builders of {@code Retries} read them from the same places. */
    static final Preset FORBEAR =
            new Preset(RetryPolicy.defaults(), RetryBudgets.earned(), CircuitBreakers.standard(), 0);

    /** The defaults of the specification that this library implements. */
    static final Preset SPECIFICATION = new Preset(
            RetryPolicy.builder()
                    .reset(ErrorCategory.RATE_LIMIT)
                    .maxAttempts(3)
                    .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(30))
                            .jitter(Jitter.clamped(0.1)))
                    .build(),
            null,
            null,
            100);

    /** The presets by the names that text gives them. */
    static final Map<String, Preset> BY_NAME = Map.of("forbear", FORBEAR, "specification", SPECIFICATION);
}
