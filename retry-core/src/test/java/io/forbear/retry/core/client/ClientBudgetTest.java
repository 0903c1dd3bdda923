package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import io.forbear.retry.core.fixture.World;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.ManualScheduler;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The terms of a client's budget hold as those of a service's do. */
class ClientBudgetTest {

    private final World world = new World();
    private final int[] attempts = {0};

    private Retry service(TokenBucketSpec budget) {
        return world.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(10)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .clientBudget(budget)
                .build();
    }

    private int attemptsOf(Retry retry, IOException failure) {
        attempts[0] = 0;
        catchThrowable(() -> retry.run(() -> {
            attempts[0]++;
            throw failure;
        }));
        return attempts[0];
    }

    @Test
    void aRetryCostsWhatItsCategoryCosts() {
        Retry client = service(RetryBudgets.tokenBucket(10).cost(ErrorCategory.TIMEOUT, 4))
                .forClient("tenant");

        assertThat(attemptsOf(client, new SocketTimeoutException())).isEqualTo(3);
        assertThat(client.clientSnapshot().orElseThrow().budgetRemaining()).isEqualTo(2);
    }

    @Test
    void onlyCriticalCallsDrawOnTheReserve() {
        Retry client =
                service(RetryBudgets.tokenBucket(4).reserveForCritical(0.5)).forClient("tenant");

        assertThat(attemptsOf(client, new IOException())).isEqualTo(3);
        assertThat(attemptsOf(client, new IOException())).isEqualTo(1);
        assertThat(attemptsOf(client.with(CallOptions.defaults().criticality(Criticality.CRITICAL)), new IOException()))
                .isEqualTo(3);
    }

    @Test
    void oneCallTakesAtMostItsShare() {
        Retry client =
                service(RetryBudgets.tokenBucket(8).maxSharePerCall(0.25)).forClient("tenant");

        assertThat(attemptsOf(client, new IOException())).isEqualTo(3);
        assertThat(client.clientSnapshot().orElseThrow().budgetRemaining()).isEqualTo(6);
    }

    /** The client loses its place while its attempt is under way, so that an overflow bucket pays for its retry. */
    @Test
    void aRefundGoesToTheBucketThatPaid() {
        ManualClock clock = new ManualClock();
        ManualScheduler scheduler = new ManualScheduler(clock);
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofHours(1)))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .clientBudget(RetryBudgets.tokenBucket(1))
                .maxClients(1)
                .runtime(r -> r.clock(clock).scheduler(scheduler).executor(Runnable::run))
                .build();
        CompletableFuture<String> down = CompletableFuture.failedFuture(new IOException("down"));
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> call = users.forClient("tenant").callAsync(() -> stage);
        CompletableFuture<String> other = users.forClient("resident").callAsync(() -> down);
        stage.completeExceptionally(new IOException("down"));
        assertThat(scheduler.pending())
                .as("each waits for a retry that is paid")
                .isEqualTo(2);

        call.cancel(false);
        CompletableFuture<String> next = users.forClient("tenant").callAsync(() -> down);

        assertThat(scheduler.pending()).as("the token is back").isEqualTo(2);
        assertThat(List.of(other, next)).noneMatch(CompletableFuture::isDone);
        assertThat(users.forClient("tenant").callAsync(() -> down))
                .as("and was the only one")
                .isDone();
    }

    @Test
    void refusesABudgetThatDoesNotStartFullOrPaysForNoRetry() {
        assertThatThrownBy(() -> service(RetryBudgets.tokenBucket(4).initial(1)))
                .hasMessage("clientBudget: initial 1000 milli-tokens "
                        + "(expected: 4000, for the budget of a new client is full)");
        assertThatThrownBy(() -> service(RetryBudgets.tokenBucket(4).cost(ErrorCategory.TRANSIENT, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cost(TRANSIENT): 5 tokens");
    }
}
