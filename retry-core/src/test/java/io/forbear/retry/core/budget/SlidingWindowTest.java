package io.forbear.retry.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.core.budget.SlidingWindow.Total;
import org.junit.jupiter.api.Test;

/** A window of ten slots of a hundred nanoseconds: what is given back, what is advanced, and what is spread. */
class SlidingWindowTest {

    private static final long SLOT = 100;
    private static final long WINDOW = SlidingWindow.SLOTS * SLOT;

    private static SlidingWindow window(long advance) {
        return new SlidingWindow(WINDOW, advance, 0);
    }

    /** The second total is reported, so that it grew in the slot of the last frame. */
    private static void roll(SlidingWindow window, long nowNanos, long second) {
        window.roll(window.frame(), nowNanos, new Total(0, 0), new Total(second, 0));
    }

    /** Ten were taken in the oldest slot, twenty in the next one, ten in the current one: forty in all. */
    private static SlidingWindow grown(long advance) {
        SlidingWindow window = window(advance);
        roll(window, SLOT, 10);
        roll(window, 9 * SLOT, 30);
        return window;
    }

    private static final long TOTAL = 40;

    private static long left(SlidingWindow window) {
        return TOTAL - window.frame().second();
    }

    // ---- given back

    @Test
    void whatIsGivenBackLeavesTheWindowWithTheSlotInWhichItWasMade() {
        for (long precision : new long[] {0, SLOT}) {
            SlidingWindow window = grown(0);
            window.giveBack(4, 50, precision, TOTAL);
            assertThat(left(window)).isEqualTo(36);

            roll(window, 10 * SLOT, TOTAL);
            assertThat(left(window)).as("the oldest slot has left").isEqualTo(30);
        }
    }

    @Test
    void whatWasMadeAtTheStartOfTheCurrentSlotStaysAsLongAsThatSlot() {
        for (long made : new long[] {9 * SLOT, 9 * SLOT + 1, 10 * SLOT}) {
            SlidingWindow window = grown(0);
            window.giveBack(4, made, 0, TOTAL);
            assertThat(left(window)).isEqualTo(36);

            roll(window, 10 * SLOT, TOTAL);
            assertThat(left(window)).isEqualTo(26);
            roll(window, 18 * SLOT, TOTAL);
            assertThat(left(window)).isEqualTo(6);
            roll(window, 19 * SLOT, TOTAL);
            assertThat(left(window)).isZero();
        }
    }

    @Test
    void whatHasLeftTheWindowIsNotGivenBack() {
        SlidingWindow window = grown(0);
        roll(window, 10 * SLOT, TOTAL);

        window.giveBack(4, 99, 0, TOTAL);
        assertThat(left(window)).isEqualTo(30);
        window.giveBack(4, 99, 1, TOTAL);
        assertThat(left(window)).as("it may have been made in the next slot").isEqualTo(26);
    }

    @Test
    void whatASlotCannotGiveBackTheLaterOnesDo() {
        SlidingWindow window = grown(0);

        window.giveBack(15, 50, 0, TOTAL);
        assertThat(left(window)).isEqualTo(25);
        roll(window, 10 * SLOT, TOTAL);
        assertThat(left(window)).as("five of twenty in the next slot").isEqualTo(25);
    }

    @Test
    void noMoreIsGivenBackThanWasMade() {
        SlidingWindow window = grown(0);

        window.giveBack(1_000, 50, 0, TOTAL);
        assertThat(left(window)).isZero();
        window.giveBack(1_000, TOTAL);
        assertThat(left(window)).isZero();
    }

    @Test
    void growthOfUnknownTimeIsGivenBackFromTheOldestSlotOn() {
        SlidingWindow window = grown(0);

        window.giveBack(12, TOTAL);
        assertThat(left(window)).isEqualTo(28);
        roll(window, 10 * SLOT, TOTAL);
        assertThat(left(window)).isEqualTo(28);
    }

    // ---- advanced

    @Test
    void onlyGrowthOfEarlierSlotsCanBeAdvancedAndOnlyOnce() {
        SlidingWindow window = grown(25);
        assertThat(window.frame().advanceable()).isEqualTo(25);

        window.advance(window.frame(), 15);
        assertThat(window.frame().advanceable()).isEqualTo(10);
        assertThat(left(window)).isEqualTo(25);

        window.advance(window.frame(), 10);
        assertThat(window.frame().advanceable()).isZero();
        assertThat(left(window)).isEqualTo(15);
    }

    @Test
    void whatIsGivenBackCannotBeAdvancedAsWell() {
        SlidingWindow window = grown(1_000);
        assertThat(window.frame().advanceable()).isEqualTo(30);

        window.giveBack(10, 50, 0, TOTAL);
        assertThat(window.frame().advanceable()).isEqualTo(20);
        window.giveBack(10, 9 * SLOT, 0, TOTAL);
        assertThat(window.frame().advanceable())
                .as("the current slot's is not among it")
                .isEqualTo(20);
    }

    // ---- derived parts are spread over the time since the last look

    /** Returns what the first total had at the start of the slot from 100 on, as the window remembers it. */
    private static long firstAtTheBoundary(SlidingWindow window, long nowNanos, long derived) {
        window.roll(window.frame(), nowNanos, new Total(0, derived), new Total(0, 0));
        window.roll(window.frame(), WINDOW, new Total(0, derived), new Total(0, 0));
        assertThat(window.isCurrent(window.frame(), WINDOW)).isTrue();
        return window.frame().first();
    }

    @Test
    void growthIsSpreadEvenlyOverTheTimeSinceTheLastLook() {
        assertThat(firstAtTheBoundary(window(0), 124, 0)).isZero();
        assertThat(firstAtTheBoundary(window(0), 124, 124)).isEqualTo(100);
    }

    @Test
    void aNoteWithoutGrowthCountsOnceAQuarterOfASlotHasPassed() {
        for (long noted : new long[] {2, 24}) {
            SlidingWindow early = window(0);
            early.note(noted, 0, 0);
            assertThat(firstAtTheBoundary(early, 124, 124))
                    .as("noted at %d", noted)
                    .isEqualTo(100);
        }
        SlidingWindow late = window(0);
        late.note(26, 0, 0);
        assertThat(firstAtTheBoundary(late, 126, 100))
                .as("75 of a hundred came before")
                .isEqualTo(74);
    }

    @Test
    void aNoteOfGrowthCountsAtOnce() {
        SlidingWindow first = window(0);
        first.note(10, 7, 0);
        assertThat(firstAtTheBoundary(first, 110, 107)).isEqualTo(97);

        SlidingWindow second = window(0);
        second.note(10, 0, 7);
        assertThat(firstAtTheBoundary(second, 110, 100)).isEqualTo(90);
    }

    @Test
    void aNoteForALaterSlotChangesNothing() {
        SlidingWindow window = window(0);
        window.note(SLOT, 50, 0);

        assertThat(firstAtTheBoundary(window, 124, 124)).isEqualTo(100);
    }

    @Test
    void aWindowThatIsTickedTakesGrowthForThatOfNow() {
        SlidingWindow window = window(0);
        window.ticked();

        assertThat(firstAtTheBoundary(window, 124, 124)).isZero();
    }

    @Test
    void aFrameIsCurrentFromItsStartToTheNextSlotAndForReadingsThatAreOlder() {
        SlidingWindow window = window(0);
        SlidingWindow.Frame frame = window.frame();

        assertThat(window.isCurrent(frame, 0)).isTrue();
        assertThat(window.isCurrent(frame, SLOT - 1)).isTrue();
        assertThat(window.isCurrent(frame, SLOT)).isFalse();
        assertThat(window.isCurrent(frame, -SLOT)).as("a thread that is late").isTrue();
        assertThat(window.isCurrent(frame, Long.MIN_VALUE))
                .as("nearly 300 years later")
                .isFalse();
    }
}
