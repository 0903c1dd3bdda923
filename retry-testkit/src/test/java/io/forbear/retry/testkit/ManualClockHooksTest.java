package io.forbear.retry.testkit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a manual clock does just before it moves. */
class ManualClockHooksTest {

    private final ManualClock clock = new ManualClock(Long.MAX_VALUE);
    private final List<String> ran = new ArrayList<>();

    private void hook(String name) {
        assertThat(clock.beforeMoving(() -> ran.add(name + " at " + (clock.nanoTime() - Long.MAX_VALUE))))
                .isTrue();
    }

    @Test
    void hooksRunAtTheOldTimeInTheirOrderAndOnce() {
        hook("first");
        hook("second");
        assertThat(ran).isEmpty();

        clock.advanceNanos(7);
        clock.advanceNanos(7);

        assertThat(ran).containsExactly("first at 0", "second at 0");
    }

    @Test
    void aMoveByNothingRunsNone() {
        hook("first");

        clock.advanceNanos(0);
        assertThat(ran).isEmpty();

        clock.advanceNanos(1);
        assertThat(ran).containsExactly("first at 0");
    }

    @Test
    void aHookThatATimerLeavesRunsBeforeTheRestOfTheMove() {
        ManualScheduler scheduler = new ManualScheduler(clock);
        scheduler.schedule(() -> hook("of the timer"), 1, MILLISECONDS);
        hook("first");

        clock.advanceMillis(2);

        assertThat(ran).containsExactly("first at 0", "of the timer at 1000000");
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatNullPointerException()
                .isThrownBy(() -> clock.beforeMoving(null))
                .withMessage("hook");
    }
}
