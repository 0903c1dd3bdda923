package io.forbear.retry.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FigureTest {

    private static final Figure THREE = new Figure(3, 0.3);
    private static final Figure FOUR = new Figure(4, 0.4);

    @Test
    void errorsOfASumAddUpAsSquares() {
        assertThat(THREE.plus(FOUR).value()).isEqualTo(7);
        assertThat(THREE.plus(FOUR).error()).isCloseTo(0.5, within(1e-12));
        assertThat(THREE.minus(FOUR).value()).isEqualTo(-1);
        assertThat(THREE.minus(FOUR).error()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void errorsOfAQuotientAddUpAsPartsOfTheValue() {
        Figure ratio = THREE.over(FOUR);

        assertThat(ratio.value()).isEqualTo(0.75);
        assertThat(ratio.error() / ratio.value()).isCloseTo(Math.hypot(0.1, 0.1), within(1e-12));
    }

    @Test
    void aFactorScalesTheErrorToo() {
        assertThat(THREE.times(2)).isEqualTo(new Figure(6, 0.6));
    }

    @Test
    void anErrorThatIsNotKnownMakesThatOfARatioUnknown() {
        assertThat(new Figure(3, Double.NaN).over(FOUR).error()).isNaN();
        assertThat(new Figure(3, Double.NaN)).hasToString("3.00 ± ?");
    }

    @Test
    void numbersHaveThreeDigitsAtLeast() {
        assertThat(new Figure(2.789, 0.0123)).hasToString("2.79 ± 0.01");
        assertThat(new Figure(27.89, 1.23)).hasToString("27.9 ± 1.23");
        assertThat(new Figure(2789.1, 12.3)).hasToString("2,789 ± 12.3");
        assertThat(Figure.exactly(8)).hasToString("8.00");
    }
}
