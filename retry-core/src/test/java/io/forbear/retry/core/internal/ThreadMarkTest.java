package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.testkit.ManualClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The nearest end among the layers holds, whatever clocks they have. */
class ThreadMarkTest {

    private final ManualClock clock = new ManualClock(1_000);
    private final ManualClock other = new ManualClock(-500);
    private final @Nullable Object[] mark = ThreadMark.ofThread();

    @AfterEach
    void takesTheMarkOff() {
        ThreadMark.numbers(mark)[ThreadMark.ATTEMPT] = 0;
        ThreadMark.numbers(mark)[ThreadMark.END] = 0;
        mark[ThreadMark.CLOCK] = null;
    }

    @Test
    void aThreadHasOneMark() {
        assertThat(ThreadMark.ofThread()).isSameAs(mark);
    }

    @Test
    void aThreadWithoutAMarkMakesTheFirstAttemptAndHasNoLimit() {
        assertThat(ThreadMark.attempt()).isEqualTo(1);
        assertThat(ThreadMark.remainingNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theNumberIsThatOfTheMark() {
        ThreadMark.numbers(mark)[ThreadMark.ATTEMPT] = 3;

        assertThat(ThreadMark.attempt()).isEqualTo(3);
    }

    @Test
    void theTimeLeftRunsOutAndStaysZero() {
        ThreadMark.limit(mark, 1_100, clock);
        assertThat(ThreadMark.remainingNanos()).isEqualTo(100);

        clock.advanceNanos(101);

        assertThat(ThreadMark.remainingNanos()).isZero();
    }

    @Test
    void anEarlierEndOnTheSameClockReplacesALaterOneAndNotTheOtherWayRound() {
        ThreadMark.limit(mark, 1_100, clock);
        ThreadMark.limit(mark, 1_200, clock);
        assertThat(ThreadMark.remainingNanos()).isEqualTo(100);

        ThreadMark.limit(mark, 1_050, clock);

        assertThat(ThreadMark.remainingNanos()).isEqualTo(50);
    }

    @Test
    void endsOnTwoClocksAreComparedByTheTimeLeft() {
        ThreadMark.limit(mark, 1_100, clock);
        ThreadMark.limit(mark, -500 + 101, other);
        assertThat(mark[ThreadMark.CLOCK]).isSameAs(clock);

        ThreadMark.limit(mark, -500 + 99, other);

        assertThat(mark[ThreadMark.CLOCK]).isSameAs(other);
        assertThat(ThreadMark.remainingNanos()).isEqualTo(99);
    }

    @Test
    void aClockOfAnOuterLayerThatThrowsLimitsNothing() {
        NanoClock broken = () -> {
            throw new IllegalStateException("no time");
        };
        ThreadMark.limit(mark, 1_100, broken);

        ThreadMark.limit(mark, 1_100, clock);

        assertThat(mark[ThreadMark.CLOCK]).isSameAs(clock);
    }
}
