package io.forbear.retry.core.execution;

import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.client.ClientTable;
import io.forbear.retry.core.decision.Service;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A service, and a call of two attempts at most, whose timers run when a test says so. */
final class World {
    final Timers timers = new Timers();
    final AtomicInteger attempts = new AtomicInteger();
    final CompletableFuture<String> first = new CompletableFuture<>();
    final CompletableFuture<String> second = new CompletableFuture<>();
    final RetryBudget budget = budget();
    final Service service = service(budget);
    final CompletableFuture<String> call = new ServiceRetry(service, timers.asMeans())
            .callAsync(() -> attempts.incrementAndGet() == 1 ? first : second);

    static RetryBudget budget() {
        return RetryBudgets.tokenBucket(5).refill(0.001, Duration.ofDays(1)).create(() -> 0);
    }

    static Service service(RetryBudget budget) {
        return new Service(
                "service",
                () -> 0,
                null,
                RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofSeconds(1)).jitter(Jitter.none()))
                        .build(),
                budget,
                null,
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

    long spent() {
        return budget.capacity() - budget.balance();
    }
}
