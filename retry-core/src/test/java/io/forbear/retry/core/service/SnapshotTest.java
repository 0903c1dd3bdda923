package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.BatchOutcome;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.ErrorCategory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The figures of a service and of its clients. */
class SnapshotTest {

    private final World world = new World();
    private int attempts;

    private Retries.Builder named() {
        return world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .runtime(r -> r.executor(Runnable::run));
    }

    private void calls(Retry retry, int failures) {
        attempts = 0;
        catchThrowable(() -> retry.run(() -> {
            if (attempts++ < failures) {
                throw new IOException();
            }
        }));
    }

    @Test
    void aServiceCountsEachCallAndEachAttemptOnce() {
        Retry retry = named().build();
        calls(retry, 0);
        calls(retry, 1);
        calls(retry, 2);

        RetrySnapshot figures = retry.snapshot();

        assertThat(figures.service()).isEqualTo("users");
        assertThat(retry.clientSnapshot()).isEmpty();
        assertThat(figures.calls()).isEqualTo(3);
        assertThat(figures.successes()).isEqualTo(2);
        assertThat(figures.recovered()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(5);
        assertThat(figures.failedAttempts(ErrorCategory.NETWORK_ERROR)).isEqualTo(3);
        assertThat(figures.failedAttempts(ErrorCategory.TIMEOUT)).isZero();
        assertThat(figures.stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
        assertThat(figures.delayNanos()).isZero();
        assertThat(figures.nested()).isZero();
    }

    @Test
    void aClientHasItsOwnCounts() {
        Retry retry = named().build();
        Retry tenant = retry.forClient("tenant");
        calls(tenant, 0);
        calls(tenant, 1);
        calls(tenant, 2);
        calls(retry.forClient("other"), 0);
        calls(retry, 0);

        ClientSnapshot figures = tenant.clientSnapshot().orElseThrow();

        assertThat(figures.service()).isEqualTo("users");
        assertThat(figures.client()).isEqualTo("tenant");
        assertThat(figures.calls()).isEqualTo(3);
        assertThat(figures.successes()).isEqualTo(2);
        assertThat(figures.recovered()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(5);
        assertThat(retry.snapshot().calls()).isEqualTo(5);
        assertThat(tenant.snapshot().calls()).as("a view shows its service").isEqualTo(5);
    }

    @Test
    void asynchronousCallsCountForTheirClientToo() {
        Retry tenant = named().build().forClient("tenant");
        attempts = 0;

        tenant.callAsync(() -> CompletableFuture.completedFuture("at once")).join();
        tenant.callAsync(() -> attempts++ == 0
                        ? CompletableFuture.failedFuture(new IOException())
                        : CompletableFuture.completedFuture("later"))
                .join();

        assertThat(tenant.clientSnapshot().orElseThrow().calls()).isEqualTo(2);
        assertThat(tenant.clientSnapshot().orElseThrow().successes()).isEqualTo(2);
        assertThat(tenant.clientSnapshot().orElseThrow().attempts()).isEqualTo(3);
    }

    @Test
    void aClientThatNeverCalledIsLikeANewOneAndIsNotTracked() {
        Retry retry = named().clientBudget(RetryBudgets.tokenBucket(5)).build();

        ClientSnapshot figures = retry.forClient("nobody").clientSnapshot().orElseThrow();

        assertThat(figures.calls()).isZero();
        assertThat(figures.attempts()).isZero();
        assertThat(figures.successes()).isZero();
        assertThat(figures.recovered()).isZero();
        assertThat(figures.budgetRemaining()).isEqualTo(5);
        assertThat(figures.budgetCapacity()).isEqualTo(5);
        assertThat(retry.snapshot().clientsTracked()).isZero();
    }

    @Test
    void theBudgetOfAServiceAndThatOfAClientAreKeptApart() {
        Retry retry = named().budget(RetryBudgets.tokenBucket(20))
                .clientBudget(RetryBudgets.tokenBucket(5))
                .build();
        calls(retry.forClient("tenant"), 2);

        assertThat(retry.snapshot().budgetRemaining()).isEqualTo(19);
        assertThat(retry.snapshot().budgetCapacity()).isEqualTo(20);
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(4);
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetCapacity())
                .isEqualTo(5);
        assertThat(retry.forClient("other").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(5);
    }

    @Test
    void whereThereIsNoBudgetItHasNoEnd() {
        Retry retry = named().build();
        calls(retry.forClient("tenant"), 2);

        assertThat(retry.snapshot().budgetRemaining()).isInfinite();
        assertThat(retry.snapshot().budgetCapacity()).isInfinite();
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isInfinite();
        assertThat(retry.forClient("tenant").clientSnapshot().orElseThrow().budgetCapacity())
                .isInfinite();
        assertThat(retry.snapshot().budgetDenied()).isZero();
    }

    @Test
    void theStateOfTheBreakerIsThatOfTheServiceForEveryClient() {
        Retry retry = named().circuitBreaker((name, clock) -> {
                    var breaker = CircuitBreakers.failureRate(0.5).create(name, clock);
                    breaker.forceOpen();
                    return breaker;
                })
                .build();

        assertThat(retry.snapshot().breakerState()).contains(State.FORCED_OPEN);
        assertThat(retry.forClient("tenant").snapshot().breakerState()).contains(State.FORCED_OPEN);
        assertThat(named().build().forClient("tenant").snapshot().breakerState())
                .isEmpty();
    }

    @Test
    void clientsThatWereTrackedAndThoseThatHadToGoAreCounted() {
        Retry retry = named().maxClients(4).build();
        for (int i = 0; i < 10; i++) {
            calls(retry.forClient("tenant " + i), 0);
        }

        RetrySnapshot ofService = retry.snapshot();

        assertThat(ofService.clientsTracked()).isEqualTo(4);
        assertThat(ofService.clientsEvicted()).isEqualTo(6);
    }

    @Test
    void whereRetryingIsOffNobodyIsTracked() {
        Retry retry =
                named().policy(RetryPolicy.builder().enabled(false).build()).build();
        Retry tenant = retry.forClient("tenant");

        tenant.run(() -> {});
        tenant.callAsync(() -> CompletableFuture.completedFuture("result")).join();
        tenant.callBatch(List.of("item"), items -> BatchOutcome.allSucceeded());
        tenant.begin().succeeded();

        assertThat(retry.snapshot().clientsTracked()).isZero();
        assertThat(retry.snapshot().calls()).isZero();
    }

    @Test
    void saysWhatMattersInALine() {
        Retry retry = named().budget(RetryBudgets.tokenBucket(20)).build();
        calls(retry, 1);

        assertThat(retry.snapshot())
                .hasToString(
                        "RetrySnapshot(users: calls 1, successes 1, attempts 2, budget 19.0 of 20.0, breaker null)");
    }
}
