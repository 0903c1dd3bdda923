package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import org.junit.jupiter.api.Test;

class SnapshotsTest {

    @Test
    void figuresOfASnapshotFollowFromItsCounters() {
        RetrySnapshot snapshot = RetrySnapshot.builder("users")
                .successes(3, 1)
                .stopped(StopReason.BUDGET_EXHAUSTED, 2)
                .stopped(StopReason.DEADLINE_EXCEEDED, 1)
                .attempts(9)
                .failedAttempts(ErrorCategory.TIMEOUT, 4)
                .nested(5)
                .delayNanos(6)
                .budget(7.5, 10)
                .breakerState(State.OPEN)
                .breakerTransitions(State.OPEN, 2)
                .breakerTransitions(State.CLOSED, 1)
                .clients(8, 9)
                .build();

        assertThat(snapshot.service()).isEqualTo("users");
        assertThat(snapshot.calls()).isEqualTo(6);
        assertThat(snapshot.successes()).isEqualTo(3);
        assertThat(snapshot.recovered()).isEqualTo(1);
        assertThat(snapshot.successRate()).isEqualTo(0.5);
        assertThat(snapshot.attempts()).isEqualTo(9);
        assertThat(snapshot.amplification()).isEqualTo(1.5);
        assertThat(snapshot.stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(snapshot.stopped(StopReason.NESTED)).isZero();
        assertThat(snapshot.budgetDenied()).isEqualTo(2);
        assertThat(snapshot.failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(4);
        assertThat(snapshot.failedAttempts(ErrorCategory.TRANSIENT)).isZero();
        assertThat(snapshot.nested()).isEqualTo(5);
        assertThat(snapshot.delayNanos()).isEqualTo(6);
        assertThat(snapshot.budgetRemaining()).isEqualTo(7.5);
        assertThat(snapshot.budgetCapacity()).isEqualTo(10);
        assertThat(snapshot.breakerState()).contains(State.OPEN);
        assertThat(snapshot.breakerTransitions(State.OPEN)).isEqualTo(2);
        assertThat(snapshot.breakerTransitions()).isEqualTo(3);
        assertThat(snapshot.clientsTracked()).isEqualTo(8);
        assertThat(snapshot.clientsEvicted()).isEqualTo(9);
        assertThat(snapshot)
                .hasToString(
                        "RetrySnapshot(users: calls 6, successes 3, attempts 9, budget 7.5 of 10.0, breaker OPEN)");
    }

    @Test
    void snapshotWithoutCallsShowsAHealthyService() {
        RetrySnapshot snapshot = RetrySnapshot.builder("users").build();

        assertThat(snapshot.successRate()).isEqualTo(1);
        assertThat(snapshot.amplification()).isEqualTo(1);
        assertThat(snapshot.budgetRemaining()).isInfinite();
        assertThat(snapshot.budgetCapacity()).isInfinite();
        assertThat(snapshot.breakerState()).isEmpty();
        assertThat(snapshot.breakerTransitions()).isZero();
    }

    @Test
    void aBuilderThatIsUsedAgainDoesNotChangeWhatItMade() {
        RetrySnapshot.Builder builder = RetrySnapshot.builder("users").stopped(StopReason.NESTED, 1);
        RetrySnapshot snapshot = builder.build();

        builder.stopped(StopReason.NESTED, 2).failedAttempts(ErrorCategory.TIMEOUT, 1);

        assertThat(snapshot.calls()).isEqualTo(1);
        assertThat(snapshot.stopped(StopReason.NESTED)).isEqualTo(1);
        assertThat(snapshot.failedAttempts(ErrorCategory.TIMEOUT)).isZero();
    }

    @Test
    void figuresOfAClientFollowFromItsCounters() {
        ClientSnapshot snapshot = ClientSnapshot.builder("users", "tenant-42")
                .calls(4, 6)
                .successes(3, 2)
                .budget(1.5, 5)
                .build();

        assertThat(snapshot.service()).isEqualTo("users");
        assertThat(snapshot.client()).isEqualTo("tenant-42");
        assertThat(snapshot.calls()).isEqualTo(4);
        assertThat(snapshot.attempts()).isEqualTo(6);
        assertThat(snapshot.successes()).isEqualTo(3);
        assertThat(snapshot.recovered()).isEqualTo(2);
        assertThat(snapshot.successRate()).isEqualTo(0.75);
        assertThat(snapshot.amplification()).isEqualTo(1.5);
        assertThat(snapshot.budgetRemaining()).isEqualTo(1.5);
        assertThat(snapshot.budgetCapacity()).isEqualTo(5);
        assertThat(snapshot)
                .hasToString(
                        "ClientSnapshot(users, client tenant-42: calls 4, successes 3, attempts 6, budget 1.5 of 5.0)");
    }

    @Test
    void aClientWithoutCallsIsHealthyAndWithoutABudgetUnlimited() {
        ClientSnapshot snapshot = ClientSnapshot.builder("users", "tenant-42").build();

        assertThat(snapshot.successRate()).isEqualTo(1);
        assertThat(snapshot.amplification()).isEqualTo(1);
        assertThat(snapshot.budgetRemaining()).isInfinite();
        assertThat(snapshot.budgetCapacity()).isInfinite();
    }
}
