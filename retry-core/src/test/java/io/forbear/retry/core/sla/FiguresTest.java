package io.forbear.retry.core.sla;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Figures in sentences and in settings. */
class FiguresTest {

    @Test
    void timesAreInSecondsFromOneSecondOn() {
        assertThat(Figures.time(ofSeconds(1))).isEqualTo("1 s");
        assertThat(Figures.time(ofMillis(999))).isEqualTo("999 ms");
        assertThat(Figures.time(ofMillis(1500))).isEqualTo("1.5 s");
        assertThat(Figures.time(ofNanos(1_234_567))).isEqualTo("1.235 ms");
    }

    @Test
    void sharesArePercent() {
        assertThat(Figures.percent(0.1234567)).isEqualTo("12.3457");
        assertThat(Figures.rough(0.1234567)).isEqualTo("12.3");
        assertThat(Figures.rough(0)).isEqualTo("0");
    }

    @Test
    void durationsInATextAreReadable() {
        assertThat(Figures.readable("Within PT2S, 3 attempts of PT0.02S fit."))
                .isEqualTo("Within 2 s, 3 attempts of 20 ms fit.");
    }

    @Test
    void settingsTakeTheLargestUnitThatIsWhole() {
        assertThat(Figures.key(ofSeconds(2))).isEqualTo("2s");
        assertThat(Figures.key(ofMillis(2001))).isEqualTo("2001ms");
        assertThat(Figures.key(ofNanos(2_000_001))).isEqualTo("2000001ns");
    }
}
