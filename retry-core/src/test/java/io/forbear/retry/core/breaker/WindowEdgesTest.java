package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a model that lives in order does not meet: threads that are late, clocks that are old, counters that are full.
 */
class WindowEdgesTest {

    private final TimeWindow window = new TimeWindow(10, new Successes(null), 0);

    private static CountWindow.BitRing ring(int places) {
        return new CountWindow.BitRing(places, () -> Long.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "11, 2", "20, 2", "4000000000, 400000000"})
    void aBucketIsATenthOfTheWindowRoundedUp(long lengthNanos, long bucketNanos) {
        TimeWindow any = new TimeWindow(lengthNanos, new Successes(null), Long.MAX_VALUE);

        assertThat(any.tick(Long.MAX_VALUE + bucketNanos - 1)).isZero();
        assertThat(any.tick(Long.MAX_VALUE + bucketNanos)).isEqualTo(1);
        assertThat(any.tick(Long.MAX_VALUE - 1))
                .as("a reading older than the window")
                .isZero();
    }

    @Test
    void aThreadThatIsLateByAWholeWindowChangesNothing() {
        window.outcome(25, true, true);
        window.outcome(15, true, true);

        assertThat(window.counts(25)).isEqualTo(new BreakerCounts(1, 1, 1, 0));
    }

    @Test
    void aThreadThatIsLateByLessCountsInTheBucketThatIsThere() {
        window.outcome(25, true, false);
        window.outcome(16, true, false);

        assertThat(window.counts(34)).isEqualTo(new BreakerCounts(2, 2, 0, 0));
        assertThat(window.counts(35)).isEqualTo(new BreakerCounts(0, 0, 0, 0));
    }

    /** A window of one millisecond has 2^32 buckets in 119 hours: nothing of the bucket's number is cut off. */
    @Test
    void anOutcomeCountsHoweverLongNobodyWroteBefore() {
        TimeWindow shortest = new TimeWindow(1_000_000, new Successes(null), 0);
        shortest.outcome(0, true, false);
        for (long buckets : new long[] {(1L << 32) - (1 << 19), 1L << 32, (2L << 32) - 1, 3L << 32, 1L << 45}) {
            long now = buckets * 100_000;
            assertThat(shortest.counts(now)).isEqualTo(new BreakerCounts(0, 0, 0, 0));
            shortest.outcome(now, true, false);
            assertThat(shortest.counts(now)).as("after %d", buckets).isEqualTo(new BreakerCounts(1, 1, 0, 0));
        }
    }

    @Test
    void aThreadWithAnOlderReadingSeesWhatIsThere() {
        window.outcome(20, true, false);

        assertThat(window.counts(11)).isEqualTo(new BreakerCounts(1, 1, 0, 0));
        assertThat(window.counts(29)).isEqualTo(new BreakerCounts(1, 1, 0, 0));
        assertThat(window.counts(30)).as("out of the window").isEqualTo(new BreakerCounts(0, 0, 0, 0));
    }

    @Test
    void aMillionPlacesAreCountedFromAnyToAny() {
        CountWindow.BitRing million = ring(1_000_000);
        for (long place = 0; place < 3_000_000; place += 7) {
            million.mark(place);
        }
        for (long from = 2_000_000; from < 3_000_000; from += 99_991) {
            for (long end = from; end <= 3_000_000; end += 77_777) {
                long expected = (end + 6) / 7 - (from + 6) / 7;
                assertThat(million.marked(from, end)).as("%d to %d", from, end).isEqualTo(expected);
            }
        }
    }

    @Test
    void placesAreCountedFromAnyToAny() {
        CountWindow.BitRing ring = ring(96);
        for (long place = 0; place < 96; place++) {
            if (place % 3 != 0) {
                ring.mark(place);
            }
        }
        for (long from = 0; from <= 96; from++) {
            for (long end = from; end <= 96; end++) {
                long expected = LongStream.range(from, end)
                        .filter(place -> place % 3 != 0)
                        .count();
                assertThat(ring.marked(from, end)).as("%d to %d", from, end).isEqualTo(expected);
            }
        }
    }

    @Test
    void aMarkForARowThatWasOvertakenChangesNothing() {
        CountWindow.BitRing ring = ring(64); // four words
        ring.mark(4 * 32 + 5);
        ring.mark(5);
        ring.mark(6);

        assertThat(ring.marked(0, 32)).isZero();
        assertThat(ring.marked(4 * 32, 5 * 32)).isEqualTo(1);
        ring.mark(4 * 32 + 6);

        assertThat(ring.marked(4 * 32, 5 * 32)).isEqualTo(2);
    }

    /**
     * A word names its row by 32 bits. A word that was not written for nearly 2^31 rows is not taken for a later one.
     */
    @Test
    void marksGoOnWhereTheRowsBeginAgain() {
        CountWindow.BitRing ring = new CountWindow.BitRing(64, () -> 0);
        ring.mark(0);
        long again = (1L << 32) * 32;
        ring.mark(again - 4 * 32);
        assertThat(ring.marked(again - 4 * 32, again)).isEqualTo(1);
        ring.mark(again - 1);
        ring.mark(again);
        ring.mark(again + 40);

        assertThat(ring.marked(again - 32, again + 64)).isEqualTo(3);
    }
}
