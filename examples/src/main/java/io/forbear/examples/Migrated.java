package io.forbear.examples;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Usual set-ups of other libraries, as they are here. */
final class Migrated {

    private Migrated() {}

    /**
     * Resilience4j: maxAttempts 4, exponential random backoff from 500 ms by 1.5, retryExceptions(IOException),
     * retryOnResult(empty list), and a breaker of 50 calls that opens at 60 % for 10 s with 3 probes.
     */
    static Retry fromResilience4j() {
        return Retries.named("orders")
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(Backoff.exponential(Duration.ofMillis(500), Duration.ofSeconds(20))
                                .multiplier(1.5)
                                .jitter(Jitter.proportional(0.5)))
                        .classifier(ErrorClassifier.builder()
                                .retryOn(IOException.class)
                                .neverOn(Exception.class)
                                .build())
                        .classifyResult(
                                List.class,
                                list -> list.isEmpty()
                                        ? Classification.of(ErrorCategory.TRANSIENT)
                                        : Classification.success())
                        .build())
                .circuitBreaker(CircuitBreakers.failureRate(0.6)
                        .window(50)
                        .minimumCalls(50)
                        .openFor(Duration.ofSeconds(10))
                        .probes(3, 2))
                .build();
    }

    /**
     * Spring Retry: @Retryable(retryFor = IOException, maxAttempts = 4, backoff = 200 ms × 2 up to 5 s), with @Recover.
     */
    static String fromSpringRetry(Retry retry, Tenants.Source source) {
        return retry.callForOutcome(source::read).orElse(outcome -> "no report, " + outcome.attempts() + " attempts");
    }

    static Retry newSpringRetry() {
        return Retries.named("reports")
                .policy(RetryPolicy.builder()
                        .maxAttempts(4)
                        .backoff(Backoff.exponential(Duration.ofMillis(200), Duration.ofSeconds(5))
                                .jitter(Jitter.none()))
                        .classifier(ErrorClassifier.builder()
                                .retryOn(IOException.class)
                                .neverOn(Exception.class)
                                .build())
                        .build())
                .build();
    }

    /**
     * Failsafe: handle(IOException), withMaxRetries 4, withBackoff 100 ms to 10 s, withJitter 0.25, withMaxDuration 30
     * s.
     */
    static Retry fromFailsafe() {
        return Retries.named("catalogue")
                .policy(RetryPolicy.builder()
                        .maxAttempts(5)
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10))
                                .jitter(Jitter.proportional(0.25)))
                        .deadline(Duration.ofSeconds(30))
                        .classifier(ErrorClassifier.builder()
                                .retryOn(IOException.class)
                                .neverOn(Exception.class)
                                .build())
                        .throwFailedResults()
                        .build())
                .circuitBreaker(CircuitBreakers.consecutiveFailures(5).openFor(Duration.ofMinutes(1)))
                .build();
    }

    public static void main(String[] args) {
        for (Retry retry : List.of(fromResilience4j(), newSpringRetry(), fromFailsafe())) {
            System.out.println(retry.name() + ": " + retry.policy());
        }
        System.out.println(fromSpringRetry(newSpringRetry(), () -> {
            throw new IllegalStateException("no such report");
        }));
    }
}
