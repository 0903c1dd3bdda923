package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Criticality;
import io.forbear.retry.ErrorCategory;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.budget.TokenBucketSpec;
import java.io.IOException;
import java.net.SocketTimeoutException;
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
        assertThat(client.snapshot().budgetRemaining()).isEqualTo(2);
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
        assertThat(client.snapshot().budgetRemaining()).isEqualTo(6);
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
