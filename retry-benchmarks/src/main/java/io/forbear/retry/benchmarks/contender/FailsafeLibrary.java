package io.forbear.retry.benchmarks.contender;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.failsafe.function.CheckedSupplier;
import java.time.Duration;

/**
 * Failsafe. Executors are built once. It has no way around a sleep of zero milliseconds before a retry. Its breaker
 * asks for more executions than there are within ten seconds, so that failures open nothing. It wraps checked
 * exceptions.
 */
final class FailsafeLibrary {

    private FailsafeLibrary() {}

    private static RetryPolicy<Object> policy() {
        return RetryPolicy.builder().withMaxAttempts(3).build();
    }

    static CircuitBreaker<Object> breaker() {
        return CircuitBreaker.builder()
                .withFailureRateThreshold(100, Integer.MAX_VALUE, Duration.ofSeconds(10))
                .build();
    }

    static Library retry() {
        return library(Failsafe.with(policy()));
    }

    static Library retryAndBreaker() {
        return library(Failsafe.with(policy(), breaker()));
    }

    private static Library library(FailsafeExecutor<Object> executor) {
        return operation -> {
            CheckedSupplier<Object> supplier = operation::call;
            return () -> executor.get(supplier);
        };
    }
}
