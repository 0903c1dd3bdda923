package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.internal.Opening;
import io.forbear.retry.core.internal.Watch;
import io.forbear.retry.error.ErrorCategory;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HalfOpenStateTest {

    private static final long OPEN_NANOS = 1_000;

    private long now;

    private BreakerParts parts(int probes, int required) {
        BreakerSettings settings = CircuitBreakers.standard()
                .probes(probes, required)
                .probeTimeout(Duration.ofNanos(50))
                .openFor(Duration.ofNanos(OPEN_NANOS))
                .checked();
        return new BreakerParts(settings, () -> now, Watch.none());
    }

    private HalfOpenState halfOpen(int probes, int required) {
        return new HalfOpenState(parts(probes, required), 1, now);
    }

    private static void probe(HalfOpenState half) {
        assertThat(half.hasRoom()).isTrue();
        assertThat(half.admit()).isTrue();
    }

    @Test
    void aProbeOfAThreadWhoseClockReadingIsOlderDoesNotMakeTheOthersLost() {
        now = Long.MAX_VALUE;
        HalfOpenState half = halfOpen(2, 2);

        now = Long.MAX_VALUE + 100;
        probe(half);
        now = Long.MAX_VALUE + 10;
        probe(half);

        now = Long.MAX_VALUE + 149;
        assertThat(half.due()).isNull();
        now = Long.MAX_VALUE + 150;
        assertThat(half.due()).isInstanceOf(OpenState.class);
    }

    @Test
    void lostProbesOpenAsOfTheTimeWhenTheyWereLost() {
        HalfOpenState half = halfOpen(1, 1);
        now = 100;
        probe(half);

        now = 100 + 50 + 300;
        assertThat(Objects.requireNonNull(half.due()).untilProbeNanos()).isEqualTo(OPEN_NANOS - 300);
    }

    @Test
    void noProbeIsLostWhileAPlaceIsFree() {
        HalfOpenState half = halfOpen(2, 1);
        probe(half);
        now = 1_000;
        assertThat(half.due()).isNull();
        now = 0;
        probe(half);

        now = 1_000;
        assertThat(half.due()).isInstanceOf(OpenState.class);
        assertThat(half.hasRoom()).isFalse();
        assertThat(half.admit()).isFalse();
    }

    @Test
    void theVerdictIsGivenAsSoonAsNothingCanChangeIt() {
        HalfOpenState half = halfOpen(5, 3);
        for (int i = 0; i < 5; i++) {
            probe(half);
        }
        half.succeeded(false, -1);
        half.failed(-1, ErrorCategory.TIMEOUT, now);
        half.failed(-1, ErrorCategory.TIMEOUT, now);
        assertThat(half.succeeded(false, -1)).isNull();
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.WAIT);
        assertThat(half.failed(-1, ErrorCategory.TIMEOUT, now)).isInstanceOf(OpenState.class);
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.OPEN);
        assertThat(half.counts()).isEqualTo(new BreakerCounts(5, 3, 0, 0));
    }

    @Test
    void asManyProbesFitAsThereMayBe() {
        HalfOpenState half = halfOpen(HalfOpenState.MOST, HalfOpenState.MOST);
        for (int i = 0; i < HalfOpenState.MOST; i++) {
            half.admit();
            if (i == 0) {
                half.failed(-1, ErrorCategory.TIMEOUT, now);
            } else {
                half.succeeded(false, -1);
            }
        }

        assertThat(half.admit()).isFalse();
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.OPEN);
        assertThat(half.counts()).isEqualTo(new BreakerCounts(HalfOpenState.MOST, 1, 0, 0));
    }

    @Test
    void theOpenTimeIsThatFromItsBeginningHoweverOldTheReading() {
        OpenState open = OpenState.after(0, parts(1, 1), Long.MAX_VALUE, BreakerCounts.NONE, false, null);

        now = Long.MAX_VALUE - 10;
        assertThat(open.untilProbeNanos()).isEqualTo(OPEN_NANOS);
        now = Long.MAX_VALUE + OPEN_NANOS - 1;
        assertThat(open.untilProbeNanos()).isEqualTo(1);
        assertThat(open.due()).isNull();
        now = Long.MAX_VALUE + OPEN_NANOS;
        assertThat(open.untilProbeNanos()).isZero();
        assertThat(open.due()).isInstanceOf(HalfOpenState.class);
        now = Long.MAX_VALUE + OPEN_NANOS + 1;
        assertThat(open.untilProbeNanos()).isZero();
    }

    @Test
    void onlyASlowSuccessIsToldAsSlow() {
        BreakerSettings settings = CircuitBreakers.standard()
                .slowCallRate(0.5, Duration.ofNanos(20))
                .probes(1)
                .checked();
        BreakerParts parts = new BreakerParts(settings, () -> now, Watch.none());
        HalfOpenState slow = new HalfOpenState(parts, 1, now);
        HalfOpenState failed = new HalfOpenState(parts, 1, now);
        probe(slow);
        probe(failed);

        BreakerState bySlow = Objects.requireNonNull(slow.succeeded(false, 21));
        BreakerState byFailure = Objects.requireNonNull(failed.failed(21, ErrorCategory.SERVER_ERROR, now));

        assertThat(bySlow.opening()).isEqualTo(new Opening(1, 1, 1, null, 0, null));
        assertThat(byFailure.opening()).isEqualTo(new Opening(1, 1, 0, null, 0, ErrorCategory.SERVER_ERROR));
    }
}
