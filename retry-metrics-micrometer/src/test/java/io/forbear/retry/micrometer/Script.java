package io.forbear.retry.micrometer;

import io.forbear.retry.Backoff;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import io.forbear.retry.testkit.ManualSleeper;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** A service on virtual time, and a tally that the caller keeps without looking at the library. */
final class Script {

    /** A failure whose category is its message. */
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;

        Failed(ErrorCategory category) {
            super(category.name(), null, false, false);
        }
    }

    private final ManualClock clock = new ManualClock();
    private final ManualSleeper sleeper = new ManualSleeper(clock);
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    final AtomicLong calls = new AtomicLong();
    final AtomicLong attempts = new AtomicLong();
    final AtomicLong firstTry = new AtomicLong();
    final AtomicLong recovered = new AtomicLong();
    final Map<StopReason, Long> stopped = new EnumMap<>(StopReason.class);
    final Map<ErrorCategory, Long> failed = new EnumMap<>(ErrorCategory.class);

    Retries.Builder named(String service, RetryListener listener) {
        return Retries.named(service)
                .runtime(r -> r.clock(clock))
                .policy(policy().build())
                .runtime(r -> r.sleeper(sleeper).executor(Runnable::run).scheduler(scheduler))
                .listener(listener)
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    /** How long the calls waited, in all. */
    long waitedNanos() {
        return Stream.concat(sleeper.sleeps().stream(), scheduler.delays().stream())
                .mapToLong(Duration::toNanos)
                .sum();
    }

    static RetryPolicy.Builder policy() {
        return RetryPolicy.builder()
                .maxAttempts(4)
                .backoff(Backoff.fixed(Duration.ofMillis(100)))
                .classifier(failure -> Classification.of(
                        failure instanceof Failed f ? ErrorCategory.valueOf(f.getMessage()) : ErrorCategory.TRANSIENT));
    }

    /** Makes one attempt: fails as often as it is told, counting. */
    final class Operation {
        private final ErrorCategory category;
        private int failures;
        private int made;

        Operation(int failures, ErrorCategory category) {
            this.failures = failures;
            this.category = category;
        }

        String call() throws Failed {
            attempts.incrementAndGet();
            made++;
            clock.advanceMillis(10);
            if (failures-- > 0) {
                failed.merge(category, 1L, Long::sum);
                throw new Failed(category);
            }
            return "done";
        }
    }

    /** Makes a call that fails so often, and notes how it ended. */
    void blocking(Retry retry, int failures, ErrorCategory category, StopReason expected) {
        Operation operation = new Operation(failures, category);
        calls.incrementAndGet();
        try {
            retry.call(operation::call);
            (operation.made == 1 ? firstTry : recovered).incrementAndGet();
        } catch (Exception failure) {
            stopped.merge(expected, 1L, Long::sum);
        }
    }

    /** As {@link #blocking}, with stages. */
    void asynchronous(Retry retry, int failures, ErrorCategory category, StopReason expected) {
        Operation operation = new Operation(failures, category);
        calls.incrementAndGet();
        CompletableFuture<String> future = retry.callAsync(() -> {
            try {
                return CompletableFuture.completedFuture(operation.call());
            } catch (Failed failure) {
                return CompletableFuture.failedFuture(failure);
            }
        });
        scheduler.runAll();
        if (future.isCompletedExceptionally()) {
            stopped.merge(expected, 1L, Long::sum);
        } else {
            (operation.made == 1 ? firstTry : recovered).incrementAndGet();
        }
    }

    /** Cancels a call whose first attempt is under way. */
    void cancelled(Retry retry) {
        calls.incrementAndGet();
        attempts.incrementAndGet();
        CompletableFuture<String> future = retry.callAsync(CompletableFuture::new);
        future.cancel(true);
        stopped.merge(StopReason.CANCELLED, 1L, Long::sum);
    }
}
