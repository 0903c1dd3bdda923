package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class FiguresTest {

    private static final int SECOND = 1000 / Meter.SLICE_MILLIS;

    /** Ten calls a slice, of which from each given slice on the given number succeeds. */
    private static AtomicIntegerArray successes(int slices, int... fromAndCount) {
        AtomicIntegerArray counts = new AtomicIntegerArray(slices);
        for (int i = 0; i < fromAndCount.length; i += 2) {
            for (int slice = fromAndCount[i]; slice < slices; slice++) {
                counts.set(slice, fromAndCount[i + 1]);
            }
        }
        return counts;
    }

    private static AtomicIntegerArray tenCallsEach(int slices) {
        return successes(slices, 0, 10);
    }

    @Test
    void amplificationIsAttemptsForEachCall() {
        assertThat(Figures.amplification(1600, 100)).isEqualTo(16);
        assertThat(Figures.amplification(0, 100)).isZero();
        assertThat(Figures.amplification(0, 0)).isEqualTo(1);
    }

    @Test
    void ratesArePerSecondWhateverTheSlice() {
        assertThat(Figures.perSecond(30, SECOND / 2)).isEqualTo(60);
        assertThat(Figures.perSecond(30, 0)).isZero();
    }

    @Test
    void peakIsTheBusiestHalfSecond() {
        AtomicIntegerArray counts = new AtomicIntegerArray(4 * SECOND);
        for (int i = 13; i < 13 + SECOND / 2; i++) {
            counts.set(i, 7);
        }

        assertThat(Figures.peakPerSecond(counts, counts.length())).isEqualTo(7.0 * SECOND);
    }

    @Test
    void peakBeyondTheEndOfTheRunDoesNotCount() {
        AtomicIntegerArray counts = successes(4 * SECOND, 2 * SECOND, 9);

        assertThat(Figures.peakPerSecond(counts, 2 * SECOND)).isZero();
    }

    @Test
    void recoveryCountsFromTheSliceInWhichTheServiceIsWell() {
        int well = 2 * SECOND;
        AtomicIntegerArray good = successes(8 * SECOND, well + SECOND, 10);

        Double recovery = Figures.recoverySeconds(good, tenCallsEach(8 * SECOND), well, 8 * SECOND);

        assertThat(recovery).isEqualTo(1.0);
    }

    @Test
    void recoveryIsZeroWhereGoodputNeverFell() {
        AtomicIntegerArray good = tenCallsEach(5 * SECOND);

        assertThat(Figures.recoverySeconds(good, good, SECOND, 5 * SECOND)).isZero();
    }

    @Test
    void goodputBelowNinetyFivePercentIsNotBack() {
        AtomicIntegerArray good = successes(8 * SECOND, 0, 9);

        assertThat(Figures.recoverySeconds(good, tenCallsEach(8 * SECOND), SECOND, 8 * SECOND))
                .isNull();
    }

    @Test
    void aFlickerOfGoodputIsNotRecovery() {
        int flicker = SECOND;
        AtomicIntegerArray good = successes(10 * SECOND, flicker, 10, 2 * flicker, 0, 6 * SECOND, 10);

        assertThat(Figures.recoverySeconds(good, tenCallsEach(10 * SECOND), SECOND, 10 * SECOND))
                .isEqualTo(5.0);
    }

    @Test
    void aRunThatEndsTooSoonDoesNotClaimRecovery() {
        int to = 2 * SECOND;

        assertThat(Figures.recoverySeconds(tenCallsEach(to), tenCallsEach(to), SECOND, to))
                .isNull();
    }
}
