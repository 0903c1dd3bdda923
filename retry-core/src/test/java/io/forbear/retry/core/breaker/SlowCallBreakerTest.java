package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.internal.FedBreaker;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowCallBreakerTest extends CircuitBreakerContract {

    private static final long THRESHOLD_NANOS = 100;

    @Override
    CircuitBreaker create(ManualClock clock) {
        return CircuitBreakers.failureRate(1)
                .slowCallRate(0.5, Duration.ofNanos(THRESHOLD_NANOS))
                .minimumCalls(4)
                .openFor(OPEN_TIME)
                .create("users", clock);
    }

    private void succeed(int times, long durationNanos) {
        for (int i = 0; i < times; i++) {
            acquire().success(durationNanos);
        }
    }

    @Test
    void needsAPermitForEveryAttempt() {
        assertThat(((FedBreaker) breaker).admission()).isNull();
    }

    @Test
    void opensOnASlowSuccess() {
        succeed(2, THRESHOLD_NANOS);
        succeed(1, THRESHOLD_NANOS + 1);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
        succeed(1, THRESHOLD_NANOS + 1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void takesADurationAtTheThresholdForNotSlow() {
        succeed(100, THRESHOLD_NANOS);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void takesAnUnknownDurationForNotSlow() {
        succeed(100, -1);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(100, 0, 0, 0));
    }

    @Test
    void countsSlowFailuresAsBoth() {
        acquire().failure(THRESHOLD_NANOS + 1, io.forbear.retry.error.ErrorCategory.TIMEOUT);
        assertThat(CircuitBreakers.counts(breaker)).isEqualTo(new BreakerCounts(1, 1, 1, 1));
    }

    @Test
    void takesASlowProbeForAFailedOne() {
        probe().success(THRESHOLD_NANOS + 1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void takesAQuickProbeForASuccess() {
        probe().success(THRESHOLD_NANOS);
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void countsPermitsAloneAndNoFeed() {
        CountedFeed feed = new CountedFeed();
        FedBreaker fed = (FedBreaker) breaker;
        fed.feed(feed, this);
        feed.succeeded(1_000);
        java.util.Objects.requireNonNull(fed.tryAcquireFed()).success(1);
        assertThat(CircuitBreakers.counts(breaker).calls()).isEqualTo(1);
    }
}
