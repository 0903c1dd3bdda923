package io.forbear.retry.aws.batch;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@code Retry} that waits for nothing, and notes for how long it would have waited. */
final class Retrying {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Retrying() {}

    static Retry of(int maxAttempts) {
        return of(maxAttempts, new CopyOnWriteArrayList<>());
    }

    static Retry of(int maxAttempts, List<Duration> waits) {
        return Retries.named("batches-" + NUMBER.incrementAndGet())
                .policy(RetryPolicy.builder()
                        .maxAttempts(maxAttempts)
                        .backoff(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(20))
                                .jitter(Jitter.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .sleeper(nanos -> waits.add(Duration.ofNanos(nanos)))
                .build();
    }
}
