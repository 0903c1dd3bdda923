package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The words from outside. */
class ForcedStatesTest {

    private final ManualClock clock = new ManualClock();
    private final Transitions transitions = new Transitions();
    private final CircuitBreaker breaker = CircuitBreakers.consecutiveFailures(2)
            .openFor(Duration.ofSeconds(1))
            .create("users", clock);

    @BeforeEach
    void listen() {
        breaker.onTransition(transitions);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            Objects.requireNonNull(breaker.tryAcquire(), "refused").failure(-1, ErrorCategory.TIMEOUT);
        }
    }

    @Test
    void openedByHandProbesWhenItsTimeIsOver() {
        breaker.open();
        assertThat(breaker.tryAcquire()).isNull();
        clock.advance(Duration.ofSeconds(1));
        Objects.requireNonNull(breaker.tryAcquire()).success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void openedByHandGoesOnWhereItIsOpen() {
        breaker.open();
        clock.advance(Duration.ofMillis(400));
        breaker.open();
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofMillis(600));
        assertThat(transitions.told()).hasSize(1);
    }

    @Test
    void forcedOpenRefusesUntilReset() {
        breaker.forceOpen();
        clock.advance(Duration.ofDays(1_000));
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));

        breaker.reset();
        assertThat(breaker.tryAcquire()).isNotNull();
        assertThat(transitions.told()).containsExactly("CLOSED -> FORCED_OPEN", "FORCED_OPEN -> CLOSED");
    }

    @Test
    void disabledCountsNothing() {
        breaker.disable();
        fail(100);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(0, 0, 0, 0));
        breaker.reset();
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void metricsOnlyCountsWithoutConsequence() {
        breaker.metricsOnly();
        fail(100);
        assertThat(breaker.state()).isEqualTo(State.METRICS_ONLY);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(2, 2, 0, 0));
    }

    @Test
    void resetForgetsAndTellsNothingWhereItWasClosed() {
        fail(1);
        Permit earlier = Objects.requireNonNull(breaker.tryAcquire());
        breaker.reset();
        earlier.failure(-1, ErrorCategory.TIMEOUT);
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(1, 1, 0, 0));
        assertThat(transitions.told()).isEmpty();
    }

    @Test
    void countsTellWhatOpenedIt() {
        Objects.requireNonNull(breaker.tryAcquire()).success(-1);
        fail(2);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(2, 2, 0, 0));
    }

    @Test
    void refusesABreakerThatWasMadeElsewhere() {
        CircuitBreaker other = (CircuitBreaker) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CircuitBreaker.class}, (proxy, method, args) -> "theirs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CircuitBreakers.counts(other))
                .withMessage("breaker: theirs (expected: one made by CircuitBreakers)");
    }
}
