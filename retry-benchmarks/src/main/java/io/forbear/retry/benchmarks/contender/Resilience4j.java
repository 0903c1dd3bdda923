package io.forbear.retry.benchmarks.contender;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.internal.RetryImpl;
import java.time.Duration;

/**
 * Resilience4j. Operations are decorated once. It sleeps for zero milliseconds before each retry; {@link
 * #retryWithoutSleep} uses the hook that its own tests use to take the sleep away. The breaker's window is ten seconds;
 * it asks for more calls than there are, so that failures open nothing.
 */
final class Resilience4j {

    private Resilience4j() {}

    static Retry retry() {
        return Retry.of(
                "measured",
                RetryConfig.custom().maxAttempts(3).waitDuration(Duration.ZERO).build());
    }

    static CircuitBreaker breaker(SlidingWindowType window) {
        return CircuitBreaker.of(
                "measured",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(window)
                        .slidingWindowSize(window == SlidingWindowType.TIME_BASED ? 10 : 100)
                        .minimumNumberOfCalls(window == SlidingWindowType.TIME_BASED ? Integer.MAX_VALUE : 100)
                        .failureRateThreshold(100)
                        .build());
    }

    static Library retryOnly() {
        Retry retry = retry();
        return operation -> Retry.decorateCallable(retry, operation);
    }

    static Library retryAndBreaker() {
        Retry retry = retry();
        CircuitBreaker breaker = breaker(SlidingWindowType.TIME_BASED);
        return operation -> Retry.decorateCallable(retry, CircuitBreaker.decorateCallable(breaker, operation));
    }

    static Library retryWithoutSleep() {
        RetryImpl.setSleepFunction(millis -> {});
        return retryOnly();
    }

    static Library retryAndBreakerWithoutSleep() {
        RetryImpl.setSleepFunction(millis -> {});
        return retryAndBreaker();
    }
}
