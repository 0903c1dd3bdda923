package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfOpenStateTest {

    @Test
    void aProbeOfAThreadWhoseClockReadingIsOlderDoesNotMakeTheOthersLost() {
        HalfOpenState half = new HalfOpenState(new Settings.Probes(2, 2, 50), 1, Long.MAX_VALUE);

        assertThat(half.admits(Long.MAX_VALUE + 100)).isTrue();
        assertThat(half.admits(Long.MAX_VALUE + 10)).isTrue();

        assertThat(half.isLost(Long.MAX_VALUE + 149)).isFalse();
        assertThat(half.isLost(Long.MAX_VALUE + 150)).isTrue();
        assertThat(half.lostNanos()).isEqualTo(Long.MAX_VALUE + 150);
    }

    @Test
    void aLossIsNoneWhileAPlaceIsFree() {
        HalfOpenState half = new HalfOpenState(new Settings.Probes(2, 1, 50), 1, 0);
        half.admits(0);
        assertThat(half.isLost(1_000)).isFalse();
        half.admits(0);

        assertThat(half.isLost(1_000)).isTrue();
        assertThat(half.admits(1_000)).isFalse();
    }

    @Test
    void theVerdictIsGivenAsSoonAsNothingCanChangeIt() {
        HalfOpenState half = new HalfOpenState(new Settings.Probes(5, 3, 50), 1, 0);
        for (int i = 0; i < 5; i++) {
            half.admits(0);
        }
        half.ended(false);
        half.ended(true);
        half.ended(true);
        half.ended(false);
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.WAIT);
        half.ended(true);
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.OPEN);
        assertThat(half.counts(0)).isEqualTo(new CircuitBreakers.Counts(5, 3, 0));
    }

    @Test
    void asManyProbesFitAsThereMayBe() {
        HalfOpenState half = new HalfOpenState(new Settings.Probes(HalfOpenState.MOST, HalfOpenState.MOST, 50), 1, 0);
        for (int i = 0; i < HalfOpenState.MOST; i++) {
            half.admits(0);
            half.ended(i == 0);
        }

        assertThat(half.admits(0)).isFalse();
        assertThat(half.verdict()).isEqualTo(HalfOpenState.Verdict.OPEN);
        assertThat(half.counts(0)).isEqualTo(new CircuitBreakers.Counts(HalfOpenState.MOST, 1, 0));
    }

    @Test
    void theOpenTimeIsThatFromItsBeginningHoweverOldTheReading() {
        OpenState open = new OpenState(1, Long.MAX_VALUE, 50, CircuitBreakers.Counts.NONE);

        assertThat(open.untilProbeNanos(Long.MAX_VALUE - 10)).isEqualTo(50);
        assertThat(open.untilProbeNanos(Long.MAX_VALUE + 49)).isEqualTo(1);
        assertThat(open.untilProbeNanos(Long.MAX_VALUE + 50)).isZero();
        assertThat(open.untilProbeNanos(Long.MAX_VALUE + 51)).isZero();
    }
}
