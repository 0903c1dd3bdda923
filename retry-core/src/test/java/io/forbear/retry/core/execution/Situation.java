package io.forbear.retry.core.execution;

import static io.forbear.retry.StopReason.ATTEMPTS_EXHAUSTED;
import static io.forbear.retry.StopReason.BUDGET_EXHAUSTED;
import static io.forbear.retry.StopReason.CIRCUIT_OPEN;
import static io.forbear.retry.StopReason.DEADLINE_EXCEEDED;
import static io.forbear.retry.StopReason.DISABLED;
import static io.forbear.retry.StopReason.NESTED;
import static io.forbear.retry.StopReason.NOT_IDEMPOTENT;
import static io.forbear.retry.StopReason.NOT_RETRYABLE;
import static io.forbear.retry.StopReason.OVERLOADED;
import static io.forbear.retry.StopReason.PUSHED_BACK;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.execution.Flow.Outcome;
import io.forbear.retry.core.execution.Flow.Shell;
import io.forbear.retry.error.Classification;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;

/** A call of a client with a budget of its own, whose first attempt fails while all the given reasons hold. */
final class Situation {

    final CountedBudget budget = new CountedBudget();
    final ToldBreaker breaker = new ToldBreaker();
    final DoorGate gate = new DoorGate();
    final Flow flow;
    final Classification failure;

    Situation(Shell shell, Set<StopReason> holds) {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(holds.contains(ATTEMPTS_EXHAUSTED) ? 1 : 3)
                .backoff(Backoff.fixed(ofMillis(50)).jitter(Jitter.none()))
                .refuseNested()
                .enabled(!holds.contains(DISABLED))
                .build();
        flow = new Flow(shell, policy, clock -> budget, builder -> builder.circuitBreaker((name, clock) -> breaker)
                .clientBudget(RetryBudgets.tokenBucket(10).refill(0.001, Duration.ofDays(365)))
                .overloadSignal(() -> holds.contains(OVERLOADED))
                .gate(clock -> gate));
        flow.caller = flow.retry.forClient("tenant").with(options(holds));
        flow.duringAttempt = () -> breaker.open = holds.contains(CIRCUIT_OPEN);
        budget.refuses = holds.contains(BUDGET_EXHAUSTED);
        failure = failure(holds);
    }

    static CallOptions options(Set<StopReason> holds) {
        CallOptions options = holds.contains(DEADLINE_EXCEEDED)
                ? CallOptions.defaults().deadline(ofMillis(10))
                : CallOptions.defaults().deadline(ofMillis(1_000));
        options = holds.contains(NESTED) ? options.upstreamAttempt(2) : options;
        return holds.contains(NOT_IDEMPOTENT) ? options.nonIdempotent() : options;
    }

    private static Classification failure(Set<StopReason> holds) {
        Classification failure = Classification.of(SERVER_ERROR);
        failure = holds.contains(NOT_RETRYABLE) ? failure.notRetryable() : failure;
        return holds.contains(PUSHED_BACK) ? failure.doNotRetry() : failure;
    }

    Situation fails() throws InterruptedException {
        flow.call(Collections.nCopies(9, Outcome.failure(failure)).iterator());
        return this;
    }

    /** One attempt was made, its permit settled and its place at the gate used up; both budgets are as they were. */
    void hasEndedWithoutCost(StopReason reason) {
        RetrySnapshot figures = flow.retry.snapshot();
        assertThat(flow.numbers).containsExactly(1);
        assertThat(figures.calls()).isEqualTo(1);
        assertThat(figures.attempts()).isEqualTo(1);
        for (StopReason other : StopReason.values()) {
            assertThat(figures.stopped(other)).as(other.name()).isEqualTo(other == reason ? 1 : 0);
        }
        assertThat(breaker.settled).containsExactly("failure SERVER_ERROR");
        assertThat(gate.held).isZero();
        assertThat(budget.taken).isZero();
        assertThat(flow.retry.forClient("tenant").clientSnapshot().orElseThrow().budgetRemaining())
                .isEqualTo(10);
    }
}
