package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bugs that other breakers had. */
class BreakerFieldBugsRegressionTest {

    private static final Duration OPEN_TIME = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final Transitions transitions = new Transitions();

    private Breaker halfOpen(CircuitBreakerSpec spec) {
        Breaker breaker = spec.openFor(OPEN_TIME).create("users", clock, State.CLOSED);
        breaker.force(State.OPEN);
        clock.advance(OPEN_TIME);
        acquire(breaker).ignore();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        breaker.onTransition(transitions);
        return breaker;
    }

    private static Permit acquire(Breaker breaker) {
        return Objects.requireNonNull(breaker.tryAcquire(), "refused");
    }

    /** resilience4j#544: an ignored exception ate a place in HALF_OPEN, and the breaker was stuck for ever. */
    @Test
    void aFailureThatDoesNotCountGivesThePlaceOfItsProbeBack() {
        Breaker breaker = halfOpen(CircuitBreakers.failureRate(0.5).probes(2));
        for (int i = 0; i < 100; i++) {
            acquire(breaker).failure(-1, i % 2 == 0 ? ErrorCategory.CLIENT_ERROR : ErrorCategory.RATE_LIMIT);
        }
        acquire(breaker).success(-1);
        acquire(breaker).success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** resilience4j#903, #935: permits that never came back left the breaker in HALF_OPEN for ever. */
    @Test
    void probesThatAreLostDoNotLockTheBreaker() {
        Breaker breaker = halfOpen(CircuitBreakers.failureRate(0.5).probeTimeout(Duration.ofSeconds(30)));
        Permit lost = acquire(breaker);
        clock.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);

        clock.advance(Duration.ofNanos(1));
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.untilProbe()).isEqualTo(OPEN_TIME);

        clock.advance(OPEN_TIME);
        Permit probe = acquire(breaker);
        lost.success(-1);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        probe.success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** The same, found out late: the open time began when the probe was lost, so the next attempt is a probe. */
    @Test
    void aLossThatIsFoundOutLateCostsNoSecondWait() {
        Breaker breaker = halfOpen(CircuitBreakers.failureRate(0.5).probeTimeout(Duration.ofSeconds(30)));
        acquire(breaker);
        clock.advance(Duration.ofMinutes(10));

        assertThat(acquire(breaker).isProbe()).isTrue();
        assertThat(transitions.told()).containsExactly("HALF_OPEN -> OPEN", "OPEN -> HALF_OPEN");
    }

    /** resilience4j#2038: the way from OPEN to HALF_OPEN called itself until the stack was full. */
    @Test
    void manyRoundsInOneAcquisitionAreSteps() {
        Breaker breaker = CircuitBreakers.failureRate(0.5)
                .openFor(io.forbear.retry.Backoff.none())
                .probeTimeout(Duration.ofNanos(1))
                .create("users", clock, State.OPEN);
        for (int i = 0; i < 100_000; i++) {
            assertThat(acquire(breaker).isProbe()).isTrue();
            clock.advance(Duration.ofNanos(1));
        }
    }

    /** resilience4j PR #681: a cancelled call kept its permit. */
    @Test
    void aCancelledProbeFreesItsPlace() {
        Breaker breaker = halfOpen(CircuitBreakers.failureRate(0.5));
        Permit cancelled = acquire(breaker);
        assertThat(breaker.tryAcquire()).isNull();
        cancelled.ignore();
        acquire(breaker).success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** resilience4j#858: asking whether a call would pass took a permit. */
    @Test
    void lookingTakesNoPlace() {
        Breaker breaker = halfOpen(CircuitBreakers.failureRate(0.5));
        for (int i = 0; i < 100; i++) {
            assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
            assertThat(breaker.untilProbe()).isZero();
            assertThat(breaker.admission()).isNull();
        }
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    /** resilience4j#1437, Polly#218: one transition was told twice, or once for every late failure. */
    @Test
    void lateFailuresTellOfNothing() {
        Breaker breaker = CircuitBreakers.consecutiveFailures(3).create("users", clock, State.CLOSED);
        breaker.onTransition(transitions);
        Object token = Objects.requireNonNull(breaker.admission());
        for (int i = 0; i < 10; i++) {
            breaker.failed(token, ErrorCategory.TIMEOUT, clock.nanoTime());
        }
        assertThat(transitions.told()).containsExactly("CLOSED -> OPEN");
    }

    /** resilience4j PR #2358: the lock-free time window failed for lengths below two. */
    @Test
    void theShortestWindowsWork() {
        for (CircuitBreakerSpec spec : new CircuitBreakerSpec[] {
            CircuitBreakers.failureRate(1).window(1),
            CircuitBreakers.failureRate(1).window(Duration.ofMillis(1)).minimumCalls(1),
            CircuitBreakers.failureRate(1).window(Duration.ofSeconds(1)).minimumCalls(1)
        }) {
            Breaker breaker = spec.create("users", clock, State.CLOSED);
            acquire(breaker).success(-1);
            clock.advance(Duration.ofSeconds(2));
            acquire(breaker).failure(-1, ErrorCategory.TIMEOUT);
            assertThat(breaker.state()).as(spec.toString()).isEqualTo(State.OPEN);
        }
    }

    /** Polly#217: results of calls begun before OPEN decided HALF_OPEN. */
    @Test
    void callsBegunBeforeOpenDoNotDecideHalfOpen() {
        Breaker breaker =
                CircuitBreakers.consecutiveFailures(1).openFor(OPEN_TIME).create("users", clock, State.CLOSED);
        Permit success = acquire(breaker);
        Permit failure = acquire(breaker);
        acquire(breaker).failure(-1, ErrorCategory.TIMEOUT);
        clock.advance(OPEN_TIME);
        Permit probe = acquire(breaker);

        success.success(-1);
        failure.failure(-1, ErrorCategory.TIMEOUT);

        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        probe.success(-1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    /** Polly PR #1878: the stack trace of an exception that was thrown again and again grew. */
    @Test
    void theExceptionOfARefusalHasNoTrace() {
        CircuitOpenException refusal = new CircuitOpenException("users", OPEN_TIME);
        assertThat(refusal.getStackTrace()).isEmpty();
        refusal.addSuppressed(new IllegalStateException());
        assertThat(refusal.getSuppressed()).isEmpty();
    }

    /** C.6: a breaker of the field waits by the wall clock. Ours lives by a monotonic one, and across its overflow. */
    @Test
    void theOpenTimeIsRightAcrossTheOverflowOfTheClock() {
        ManualClock late = new ManualClock(Long.MAX_VALUE - 1_000);
        Breaker breaker =
                CircuitBreakers.consecutiveFailures(1).openFor(OPEN_TIME).create("users", late, State.CLOSED);
        acquire(breaker).failure(-1, ErrorCategory.TIMEOUT);
        late.advance(OPEN_TIME.minusNanos(1));
        assertThat(late.nanoTime()).isNegative();
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.untilProbe()).isEqualTo(Duration.ofNanos(1));
        late.advance(Duration.ofNanos(1));
        assertThat(acquire(breaker).isProbe()).isTrue();
    }
}
