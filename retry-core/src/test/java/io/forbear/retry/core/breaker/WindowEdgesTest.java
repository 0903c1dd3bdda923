package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model that lives in order does not meet: threads that are late, clocks that are old, counters that are full. */
class WindowEdgesTest {

    private static final long MOST = 0xFFFF_FFFFL;

    private final TimeWindow window = new TimeWindow(10, 0);

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "11, 2", "20, 2", "4000000000, 400000000"})
    void aBucketIsATenthOfTheWindowRoundedUp(long lengthNanos, long bucketNanos) {
        TimeWindow any = new TimeWindow(lengthNanos, Long.MAX_VALUE);

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
        window.successes(7, 0, 15);

        assertThat(window.calls(25)).isEqualTo(1);
        assertThat(window.failures(25)).isEqualTo(1);
        assertThat(window.slow(25)).isEqualTo(1);
    }

    /** A tick is 32 bits: after all of them the cell's is not that of a later writer, however it compares. */
    @Test
    void aCellThatNobodyTouchedForAnAgeIsTakenOver() {
        window.outcome(2_000_000, true, false);
        window.outcome(0, true, false);

        assertThat(window.failures(0)).isEqualTo(1);
        assertThat(window.failures(2_000_000)).isZero();
    }

    @Test
    void aThreadWithAnOlderReadingSeesWhatIsThere() {
        window.outcome(20, true, false);

        assertThat(window.failures(29)).isEqualTo(1);
        assertThat(window.failures(30)).as("out of the window").isZero();
        assertThat(window.failures(11)).isEqualTo(1);
        assertThat(window.failures(10)).isZero();
    }

    @Test
    void aCountStopsAtTheMostThatItsCellHolds() {
        window.successes(MOST - 1, 0, 3);
        assertThat(window.calls(3)).isEqualTo(MOST - 1);
        window.successes(5, 0, 3);
        assertThat(window.calls(3)).isEqualTo(MOST);
        window.outcome(3, false, false);

        assertThat(window.calls(3)).isEqualTo(MOST);
        assertThat(window.calls(2)).as("and stays in its tick").isEqualTo(MOST);
        assertThat(window.calls(13)).isZero();
    }

    @Test
    void placesAreCountedFromAnyToAny() {
        CountWindow.BitRing ring = new CountWindow.BitRing(96);
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
        CountWindow.BitRing ring = new CountWindow.BitRing(64); // four words
        ring.mark(4 * 32 + 5);
        ring.mark(5);
        ring.mark(6);

        assertThat(ring.marked(0, 32)).isZero();
        assertThat(ring.marked(4 * 32, 5 * 32)).isEqualTo(1);
        ring.mark(4 * 32 + 6);

        assertThat(ring.marked(4 * 32, 5 * 32)).isEqualTo(2);
    }

    /** Rows are told apart by 32 bits. */
    @Test
    void marksGoOnWhereTheRowsBeginAgain() {
        CountWindow.BitRing ring = new CountWindow.BitRing(64);
        for (long row : new long[] {1L << 30, 2L << 30, 3L << 30, (1L << 32) - 8}) {
            for (int word = 0; word < 4; word++) {
                ring.mark((row + word) * 32);
            }
        }
        long again = (1L << 32) * 32;
        ring.mark(again - 1);
        ring.mark(again);
        ring.mark(again + 40);

        assertThat(ring.marked(again - 32, again + 64)).isEqualTo(3);
    }
}
