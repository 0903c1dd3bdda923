package io.forbear.retry.core.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.CallOptions;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.internal.FedBudget;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that succeeds at its first attempt costs next to nothing. */
class SuccessPathTest {

    private boolean stopped;
    private long now;

    private long time() {
        if (stopped) {
            throw new IllegalStateException("the clock was read");
        }
        return now;
    }

    static List<RetryBudget.Spec> budgets() {
        return List.of(
                RetryBudgets.ratio(0.1),
                RetryBudgets.tokenBucket(10),
                RetryBudgets.awsQuota(),
                RetryBudgets.grpcThrottle(10, 0.1),
                RetryBudgets.adaptiveThrottle(),
                RetryBudgets.allOf(RetryBudgets.ratio(0.1), RetryBudgets.tokenBucket(10)));
    }

    @ParameterizedTest
    @MethodSource("budgets")
    void readsNoClock(RetryBudget.Spec budget) {
        Retry retry = Retries.named("users")
                .runtime(r -> r.clock(this::time))
                .budget(budget)
                .circuitBreaker(CircuitBreakers.failureRate(0.5))
                .clientBudget(RetryBudgets.tokenBucket(10))
                .build();
        Retry tenant = retry.forClient("tenant");
        tenant.run(() -> {});
        stopped = true;

        tenant.run(() -> {});
        assertThat(tenant.callAsync(() -> CompletableFuture.completedFuture("result")))
                .isCompletedWithValue("result");

        stopped = false;
        assertThat(retry.snapshot().successes()).isEqualTo(3);
        assertThat(tenant.clientSnapshot().orElseThrow().successes()).isEqualTo(3);
    }

    @Test
    void readsTheClockWhereTheCallHasADeadline() {
        Retry retry = Retries.named("users")
                .runtime(r -> r.clock(this::time))
                .build()
                .with(CallOptions.defaults().deadline(Duration.ofSeconds(1)));
        stopped = true;

        assertThatThrownBy(() -> retry.run(() -> {})).hasMessage("the clock was read");
    }

    /** So a service need not keep the state of a call for them. */
    @ParameterizedTest
    @MethodSource("budgets")
    void isNotToldToTheBudgetsOfTheLibrary(RetryBudget.Spec budget) {
        assertThat(((FedBudget) budget.create(NanoClock.system())).needsTelling())
                .isFalse();
    }
}
