package io.forbear.retry.core.gate;

import static io.forbear.retry.core.gate.SendRate.BUCKET_NANOS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.junit.jupiter.api.Test;

class SendRateTest {

    private final SendRate rate = new SendRate();

    private void assertRate(double expected) {
        assertThat(rate.perSecond()).isCloseTo(expected, offset(1e-9));
    }

    private boolean isKnown(long nanos, long count) {
        rate.restartIfStale(nanos, count);
        return rate.isKnown(nanos);
    }

    @Test
    void fourFifthsOfTheRateAreNew() {
        rate.look(BUCKET_NANOS, 10);
        assertRate(0.8 * 20);
        rate.look(2 * BUCKET_NANOS, 10);
        assertRate(0.2 * 16);
        rate.look(6 * BUCKET_NANOS, 18);
        assertRate(0.8 * 4 + 0.2 * 3.2);
    }

    @Test
    void aLookWithinTheHalfSecondMeasuresNothing() {
        rate.look(BUCKET_NANOS - 1, 10);
        assertRate(0);
        rate.look(BUCKET_NANOS, 10);
        assertRate(16);
        rate.look(2 * BUCKET_NANOS - 1, 1000);
        assertRate(16);
        rate.look(0, 1000);
        assertRate(16);
    }

    @Test
    void aCounterThatFellIsOneThatStood() {
        rate.look(BUCKET_NANOS, 10);
        rate.look(2 * BUCKET_NANOS, 5);

        assertRate(0.2 * 16);
    }

    @Test
    void theRateIsKnownWithinTwoHalfSecondsOfTheLastLook() {
        assertThat(isKnown(3 * BUCKET_NANOS - 1, 1000)).isTrue();
        assertThat(isKnown(3 * BUCKET_NANOS, 1000)).isFalse();
    }

    /** The one is the attempt that was throttled just now. */
    @Test
    void aCounterThatStoodHidesNothingHoweverOldTheLastLookIs() {
        assertThat(isKnown(1000 * BUCKET_NANOS, 1)).isTrue();
        assertThat(isKnown(1000 * BUCKET_NANOS, 2)).isFalse();
        rate.look(1001 * BUCKET_NANOS, 500);
        assertThat(isKnown(2000 * BUCKET_NANOS, 501)).isTrue();
    }

    @Test
    void aRateThatWasTooOldIsMeasuredAgainFromThere() {
        rate.look(BUCKET_NANOS, 1000);
        assertThat(isKnown(100 * BUCKET_NANOS, 2000)).isFalse();
        assertRate(0);
        assertThat(isKnown(101 * BUCKET_NANOS - 1, 2010))
                .as("still within the half second")
                .isFalse();
        assertThat(isKnown(101 * BUCKET_NANOS, 2010)).isTrue();

        rate.look(101 * BUCKET_NANOS, 2010);
        assertRate(20);
        rate.look(102 * BUCKET_NANOS, 2020);
        assertRate(20);
        assertThat(isKnown(102 * BUCKET_NANOS, 2020)).as("known again").isTrue();
    }
}
