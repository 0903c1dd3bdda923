package io.forbear.retry.core.tuner;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happened to a service between two readings of its figures. */
class TuningWindowTest {

    /** A hundred calls: seventy succeeded, ten of them later; five were refused at once. */
    private static RetrySnapshot.Builder before() {
        return RetrySnapshot.builder("users")
                .successes(70, 10)
                .stopped(StopReason.ATTEMPTS_EXHAUSTED, 12)
                .stopped(StopReason.BUDGET_EXHAUSTED, 13)
                .stopped(StopReason.CIRCUIT_OPEN, 5)
                .refused(StopReason.CIRCUIT_OPEN, 5)
                .attempts(140);
    }

    /** Two hundred calls more: twenty of them were refused at once. */
    private static RetrySnapshot.Builder after() {
        return RetrySnapshot.builder("users")
                .successes(210, 40)
                .stopped(StopReason.ATTEMPTS_EXHAUSTED, 32)
                .stopped(StopReason.BUDGET_EXHAUSTED, 33)
                .stopped(StopReason.CIRCUIT_OPEN, 25)
                .refused(StopReason.CIRCUIT_OPEN, 25)
                .attempts(410);
    }

    @Test
    void theFiguresAreThoseSinceTheReadingBefore() {
        RetrySnapshot first = before().build();
        RetrySnapshot second = after().build();
        assertThat(first.calls()).isEqualTo(100);
        assertThat(second.calls()).isEqualTo(300);

        TuningWindow window = TuningWindow.between(first, second);

        assertThat(window.made()).as("of 200 calls, 20 made no attempt").isEqualTo(180);
        assertThat(window.retries()).as("270 attempts").isEqualTo(90);
        assertThat(window.rescued()).isEqualTo(30);
        assertThat(window.denied()).isEqualTo(20);
        assertThat(window.exhausted()).isEqualTo(20);
        assertThat(window.closed()).as("there is no breaker").isTrue();
        assertThat(window.usefulness()).isEqualTo(30.0 / 90);
        assertThat(window.amplification()).isEqualTo(1.5);
        assertThat(window.deniedShare()).isEqualTo(20.0 / 110);
    }

    @Test
    void figuresThatBeganAgainAreNoNegativeOnes() {
        TuningWindow window = TuningWindow.between(after().build(), before().build());

        assertThat(window).isEqualTo(new TuningWindow(0, 0, 0, 0, 0, true));
        assertThat(window.usefulness()).isZero();
        assertThat(window.amplification()).isEqualTo(1);
        assertThat(window.deniedShare()).isZero();
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void aBreakerThatLetsNoCallThroughIsNotClosed(State state) {
        RetrySnapshot second = after().breakerState(state).build();

        boolean closed = TuningWindow.between(before().build(), second).closed();

        assertThat(closed)
                .isEqualTo(
                        switch (state) {
                            case OPEN, HALF_OPEN, FORCED_OPEN -> false;
                            case CLOSED, METRICS_ONLY, DISABLED -> true;
                        });
    }

    @Test
    void aBreakerThatOpenedAndClosedAgainWasNotClosedAllTheTime() {
        RetrySnapshot first = before().breakerState(State.CLOSED)
                .breakerTransitions(State.OPEN, 1)
                .build();
        RetrySnapshot same = after().breakerState(State.CLOSED)
                .breakerTransitions(State.OPEN, 1)
                .build();
        RetrySnapshot moved = after().breakerState(State.CLOSED)
                .breakerTransitions(State.OPEN, 2)
                .build();

        assertThat(TuningWindow.between(first, same).closed()).isTrue();
        assertThat(TuningWindow.between(first, moved).closed()).isFalse();
    }
}
