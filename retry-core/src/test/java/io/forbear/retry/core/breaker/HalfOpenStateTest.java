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
}
