package io.forbear.retry.benchmarks.contender;

import io.smallrye.faulttolerance.api.Guard;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;

/**
 * SmallRye Fault Tolerance without a container: a guard that retries and does nothing else. It does not sleep for a
 * delay of zero.
 */
final class SmallRye {

    private SmallRye() {}

    static Library guard() {
        Guard guard = Guard.create()
                .withRetry()
                .maxRetries(2)
                .delay(0, ChronoUnit.MILLIS)
                .jitter(0, ChronoUnit.MILLIS)
                .done()
                .build();
        return operation -> {
            Callable<Object> adapted = guard.adaptCallable(operation, Object.class);
            return adapted;
        };
    }
}
