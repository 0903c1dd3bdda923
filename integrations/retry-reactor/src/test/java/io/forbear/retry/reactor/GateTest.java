package io.forbear.retry.reactor;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.GateRefusedException;
import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.StopReason;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.StepVerifier;

/** Each attempt, the first too, waits at the gate of the service without a thread. */
class GateTest extends ReactorTestBase {

    private static final long SECOND = 1_000_000_000;

    private final AtomicInteger left = new AtomicInteger();

    /** Grants each place a second after it was taken; refuses where it is closed. */
    private final class SlowGate implements AttemptGate {

        private final NanoClock clock;
        private final boolean closed;

        SlowGate(NanoClock clock, boolean closed) {
            this.clock = clock;
            this.closed = closed;
        }

        @Override
        public boolean isEngaged() {
            return true;
        }

        @Override
        public @Nullable Place enter() {
            long granted = clock.nanoTime() + SECOND;
            return closed
                    ? null
                    : new Place() {
                        @Override
                        public long waitNanos() {
                            return Math.max(0, granted - clock.nanoTime());
                        }

                        @Override
                        public void leave() {
                            left.incrementAndGet();
                        }
                    };
        }

        @Override
        public void succeeded(int attempt) {}

        @Override
        public void failed(ErrorCategory category) {}
    }

    private Retry gated(boolean closed) {
        return named(p -> p).gate(clock -> new SlowGate(clock, closed)).build();
    }

    @Test
    void eachAttemptWaitsForItsPlace() {
        List<String> got = new ArrayList<>();

        failing(1).transform(ForbearOperator.of(gated(false))).subscribe(got::add);
        assertThat(subscribed).hasValue(0);
        manual.advance(ofSeconds(1));
        assertThat(subscribed).hasValue(1);
        manual.advance(BACKOFF.plusSeconds(1));

        assertThat(got).containsExactly("Ada");
        assertThat(left).hasValue(0);
    }

    @Test
    void aCancelAtTheGateGivesThePlaceBack() {
        Retry users = gated(false);

        Disposable call = failing(0).transform(ForbearOperator.of(users)).subscribe();
        call.dispose();
        manual.scheduler().runAll();

        assertThat(subscribed).hasValue(0);
        assertThat(left).hasValue(1);
        assertThat(users.snapshot().successes()).isZero();
    }

    @Test
    void aClosedGateRefusesWithoutASubscription() {
        Retry users = gated(true);

        StepVerifier.create(failing(0).transform(ForbearOperator.of(users)))
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(GateRefusedException.class, refused -> assertThat(refused.reason())
                                .isEqualTo(StopReason.RATE_LIMITED)));

        assertThat(subscribed).hasValue(0);
    }
}
