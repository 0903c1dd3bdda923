package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.testkit.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A watch on a clock that a program moves: it looks just before each move, and at no other time. */
class WatchTest {

    private final ManualClock clock = new ManualClock();
    private final List<String> looks = new ArrayList<>();
    private long count;

    private final Ticked counted = new Ticked() {
        @Override
        public void look(long nowNanos) {
            looks.add(count + " at " + nowNanos);
        }

        @Override
        public long progress() {
            return count;
        }
    };

    private final Watch watch = Watch.of(counted, clock, 1);

    private void grows(Watch watched) {
        count++;
        watched.grown();
    }

    @Test
    void growthIsSeenAtTheTimeToWhichItBelongs() {
        grows(watch);
        grows(watch);
        clock.advanceNanos(5);
        clock.advanceNanos(5);
        grows(watch);
        clock.advanceNanos(5);

        assertThat(looks).containsExactly("2 at 0", "3 at 10");
    }

    @Test
    void itSleepsUntilTheCountersGrow() {
        assertThat(watch.isAsleep()).isTrue();

        grows(watch);
        assertThat(watch.isAsleep()).isFalse();

        clock.advanceNanos(1);
        assertThat(watch.isAsleep()).isTrue();
    }

    @Test
    void whereNobodyWantsToLookNothingIsDone() {
        Watch idle = Watch.of(counted, clock, 0);
        grows(idle);
        idle.rest();
        grows(Watch.none());
        clock.advanceNanos(1);

        assertThat(looks).isEmpty();
    }

    @Test
    void growthThatTheLastLookHasNotSeenKeepsItAwake() {
        grows(watch);
        watch.look(counted);
        count++;

        assertThat(watch.fallAsleep(counted)).isFalse();
        assertThat(watch.isAsleep()).isFalse();

        watch.look(counted);
        assertThat(watch.fallAsleep(counted)).isTrue();
        assertThat(watch.isAsleep()).isTrue();
    }

    @Test
    void aClockThatRefusesTheHookIsAskedAgainAtTheNextGrowth() {
        int[] asked = {0};
        Watch refused = Watch.of(
                counted,
                new NanoClock() {
                    @Override
                    public long nanoTime() {
                        return 0;
                    }

                    @Override
                    public boolean beforeMoving(Runnable hook) {
                        if (++asked[0] == 1) {
                            throw new IllegalStateException("of the test");
                        }
                        return true;
                    }
                },
                1);

        grows(refused);
        assertThat(refused.isAsleep()).isTrue();
        grows(refused);
        assertThat(refused.isAsleep()).isFalse();
        grows(refused);

        assertThat(asked[0]).isEqualTo(2);
    }

    @Test
    void aWatchAtRestIsStillLookedAtByTheHookThatItLeft() {
        grows(watch);
        watch.rest();
        assertThat(watch.isAsleep()).isTrue();

        clock.advanceNanos(1);

        assertThat(looks).containsExactly("1 at 0");
    }
}
