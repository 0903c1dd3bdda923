package io.forbear.retry.core.execution;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.service.Service;
import io.forbear.retry.error.ErrorCategory;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service, and a call of two attempts at most, whose timers run when a test says so. */
final class World {
    private static final Backoff BACKOFF = Backoff.fixed(Duration.ofSeconds(1)).jitter(Jitter.none());

    final Timers timers = new Timers();
    final AtomicInteger attempts = new AtomicInteger();
    final CompletableFuture<String> first = new CompletableFuture<>();
    final CompletableFuture<String> second = new CompletableFuture<>();
    final AtomicInteger discarded = new AtomicInteger();
    final RetryBudget budget = budget();
    final Service service;
    final CompletableFuture<String> call;

    World() {
        this(RetryPolicy.builder());
    }

    World(RetryPolicy.Builder policy) {
        service = service(
                budget,
                policy.onDiscard(String.class, answer -> discarded.incrementAndGet())
                        .backoff(BACKOFF)
                        .build());
        call = new ServiceRetry(service, timers.asMeans())
                .callAsync(() -> attempts.incrementAndGet() == 1 ? first : second);
    }

    static RetryBudget budget() {
        return RetryBudgets.tokenBucket(5).refill(0.001, Duration.ofDays(1)).create(() -> 0);
    }

    static Service service(RetryBudget budget) {
        return service(budget, RetryPolicy.builder().backoff(BACKOFF).build());
    }

    static Service service(RetryBudget budget, RetryPolicy policy) {
        return service(budget, policy, null);
    }

    static Service service(RetryBudget budget, RetryPolicy policy, @Nullable CircuitBreaker breaker) {
        return new Service(
                "service",
                () -> 0,
                null,
                policy,
                budget,
                breaker,
                new ClientTable(1, null, () -> 0),
                List.of(),
                null,
                null);
    }

    void failFirst() {
        first.completeExceptionally(new ConnectException("refused"));
    }

    void fireTimer() {
        timers.fire();
    }

    boolean hasTimer() {
        return timers.isAnyLeft();
    }

    long succeeded() {
        return service.snapshot().successes();
    }

    long cancelled() {
        return service.snapshot().stopped(StopReason.CANCELLED);
    }

    /** Returns what the caller got. */
    String end() {
        return end(call);
    }

    static String end(CompletableFuture<String> call) {
        if (call.isCancelled()) {
            return "cancelled";
        }
        if (!call.isDone()) {
            return "nothing";
        }
        return call.handle((answer, failure) -> failure instanceof TimeoutException
                        ? "timeout"
                        : failure instanceof ConnectException ? "refused" : failure == null ? answer : "" + failure)
                .join();
    }

    /** Returns the one end that was counted; more of them, or none, is wrong. */
    String counted() {
        return counted(service.snapshot());
    }

    static String counted(RetrySnapshot figures) {
        if (figures.calls() != 1) {
            return figures.calls() + " calls";
        }
        for (StopReason reason : StopReason.values()) {
            if (figures.stopped(reason) == 1) {
                return reason.name();
            }
        }
        return figures.successes() == 1 ? "SUCCEEDED" : "wrong books";
    }

    /** Returns the tokens spent and the timers left, in one figure. */
    long left() {
        return spent() + (hasTimer() ? 1 : 0);
    }

    /** Returns how many attempts failed. */
    long failures() {
        return Stream.of(ErrorCategory.values())
                .mapToLong(service.snapshot()::failedAttempts)
                .sum();
    }

    long spent() {
        return budget.capacity() - budget.balance();
    }
}
