package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What every {@link CircuitBreaker} promises. A subclass makes one that opens after four failed calls of four, stays
 * open for a second, and closes after one probe.
 */
abstract class CircuitBreakerContract {

    static final Duration OPEN_TIME = Duration.ofSeconds(1);

    final ManualClock clock = new ManualClock();
    final CircuitBreaker breaker = create(clock);

    abstract CircuitBreaker create(ManualClock clock);

    Permit acquire() {
        return Objects.requireNonNull(breaker.tryAcquire(), "refused");
    }

    void fail(int times) {
        for (int i = 0; i < times; i++) {
            acquire().failure(-1, ErrorCategory.SERVER_ERROR);
        }
    }

    void open() {
        fail(4);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    Permit probe() {
        open();
        clock.advance(OPEN_TIME);
        Permit probe = acquire();
        assertThat(probe.isProbe()).isTrue();
        return probe;
    }

    @Test
    void startsClosedAndLetsPass() {
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(breaker.untilProbe()).isZero();
        assertThat(acquire().isProbe()).isFalse();
    }

    @Test
    void opensWhenTheLimitIsReachedAndNotBefore() {
        fail(3);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void refusesWhileOpenAndSaysHowLong() {
        open();

        clock.advance(Duration.ofMillis(400));

        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofMillis(600));
    }

    @Test
    void letsOneProbePassWhenTheOpenTimeIsOver() {
        Permit probe = probe();

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNull();
        probe.success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(acquire().isProbe()).isFalse();
    }

    @Test
    void opensAgainWhenTheProbeFails() {
        probe().failure(-1, ErrorCategory.NETWORK_ERROR);

        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.untilProbe()).isEqualTo(OPEN_TIME);
        assertThat(breaker.tryAcquire()).isNull();
    }

    @Test
    void givesThePlaceOfAnIgnoredProbeBack() {
        probe().ignore();

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        Permit second = acquire();
        assertThat(second.isProbe()).isTrue();
        assertThat(breaker.tryAcquire()).isNull();
    }

    @Test
    void settlesOnceWhateverIsToldLater() {
        Permit probe = probe();
        probe.ignore();
        Permit second = acquire();

        probe.ignore();
        probe.success(-1);
        probe.failure(-1, ErrorCategory.TIMEOUT);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.tryAcquire()).isNull();
        second.success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void ignoresInTheStateAfterWhatTheStateBeforeAdmitted() {
        Permit late = acquire();
        Permit later = acquire();
        Permit probe = probe();

        late.success(-1);
        later.failure(-1, ErrorCategory.SERVER_ERROR);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        probe.success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void doesNotCountWhatIsIgnored() {
        fail(3);
        for (int i = 0; i < 10; i++) {
            acquire().ignore();
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void tellsEachTransitionOnce() {
        Transitions transitions = new Transitions();
        breaker.onTransition(transitions);

        probe().failure(-1, ErrorCategory.SERVER_ERROR);
        clock.advance(OPEN_TIME);
        acquire().success(-1);

        assertThat(transitions.told())
                .containsExactly(
                        "CLOSED -> OPEN",
                        "OPEN -> HALF_OPEN",
                        "HALF_OPEN -> OPEN",
                        "OPEN -> HALF_OPEN",
                        "HALF_OPEN -> CLOSED");
    }

    @Test
    void tellsNobodyWhoWasTakenAway() {
        Transitions stays = new Transitions();
        Transitions leaves = new Transitions();
        breaker.onTransition(stays);
        CircuitBreaker.Subscription subscription = breaker.onTransition(leaves);
        Permit probe = probe();

        subscription.close();
        subscription.close();
        probe.success(-1);

        assertThat(leaves.told()).containsExactly("CLOSED -> OPEN", "OPEN -> HALF_OPEN");
        assertThat(stays.told()).containsExactly("CLOSED -> OPEN", "OPEN -> HALF_OPEN", "HALF_OPEN -> CLOSED");
    }

    @Test
    void whoWasAddedTwiceIsToldTwiceAndTakenAwayOnce() {
        Transitions transitions = new Transitions();
        breaker.onTransition(transitions);
        CircuitBreaker.Subscription second = breaker.onTransition(transitions);
        Permit probe = probe();
        assertThat(transitions.told())
                .containsExactly("CLOSED -> OPEN", "CLOSED -> OPEN", "OPEN -> HALF_OPEN", "OPEN -> HALF_OPEN");

        second.close();
        second.close();
        probe.success(-1);

        assertThat(transitions.told()).hasSize(5).endsWith("HALF_OPEN -> CLOSED");
    }

    @Test
    void aListenerMayTakeItselfAway() {
        Transitions others = new Transitions();
        List<CircuitBreaker.Subscription> own = new ArrayList<>();
        List<State> told = new ArrayList<>();
        own.add(breaker.onTransition((from, to) -> {
            told.add(to);
            own.get(0).close();
        }));
        breaker.onTransition(others);

        probe().success(-1);

        assertThat(told).containsExactly(State.OPEN);
        assertThat(others.told()).hasSize(3);
    }

    @Test
    void isNotMovedByAListenerThatThrows() {
        Transitions transitions = new Transitions();
        breaker.onTransition((from, to) -> {
            throw new AssertionError("of the test");
        });
        breaker.onTransition(transitions);

        probe().success(-1);

        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        assertThat(transitions.told()).hasSize(3);
    }
}
