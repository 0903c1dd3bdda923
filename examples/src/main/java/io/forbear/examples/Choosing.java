package io.forbear.examples;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.sla.SlaPlan;
import java.time.Duration;

/** Settings that follow from what a service promises. */
final class Choosing {

    private Choosing() {}

    static SlaPlan plan() {
        // 99.9 % of calls shall succeed within a second, though one attempt in fifty fails and one takes 200 ms
        return SlaPlan.of(0.999, 0.02, Duration.ofSeconds(1), Duration.ofMillis(200));
    }

    static Retry newRetry(SlaPlan plan) {
        return Retries.named("catalogue")
                .policy(RetryPolicy.builder()
                        .maxAttempts(plan.attempts())
                        .attemptTimeout(plan.attemptTimeout())
                        .deadline(Duration.ofSeconds(1))
                        .build())
                .budget(plan.budget())
                .build();
    }

    static Retry replicas() {
        return Retries.named("search")
                .circuitBreaker(CircuitBreakers.failureRate(0.8) // one of two replicas may fail
                        .window(Duration.ofSeconds(10))
                        .minimumCalls(20))
                .budget(RetryBudgets.ratio(0.2).minPerSecond(0.2))
                .build();
    }

    public static void main(String[] args) {
        SlaPlan plan = plan();
        System.out.println(plan.reasoning());
        System.out.println(newRetry(plan).policy() + ", " + replicas().name());
    }
}
