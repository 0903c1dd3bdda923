package io.forbear.retry.aws.batch;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** A {@code Retry} that waits for nothing, and notes for how long it would have waited. */
final class Retrying {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private Retrying() {}

    static Retry of(int maxAttempts) {
        return of(maxAttempts, new CopyOnWriteArrayList<>());
    }

    /** Returns a {@code Retry} that waits for nothing in asynchronous calls either. */
    static Retry atOnce(int maxAttempts) {
        return Retries.named("batches-" + NUMBER.incrementAndGet())
                .policy(RetryPolicy.builder()
                        .maxAttempts(maxAttempts)
                        .backoff(Backoff.none())
                        .on(ErrorCategory.RATE_LIMIT, c -> c.backoff(Backoff.none()))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    /** Returns what a future ends with, or throws its failure. */
    static <T> T ended(CompletableFuture<T> future) {
        try {
            return future.get(2, TimeUnit.MINUTES);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(failed);
        } catch (InterruptedException | TimeoutException late) {
            throw new AssertionError(late);
        }
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
