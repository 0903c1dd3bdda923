package io.forbear.retry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ManualSleeperTest {

    private final ManualClock clock = new ManualClock();
    private final ManualSleeper sleeper = new ManualSleeper(clock);

    @Test
    void movesTheClockAndRemembers() throws InterruptedException {
        sleeper.sleep(1_000_000);
        sleeper.sleep(2_000_000);

        assertThat(clock.nanoTime()).isEqualTo(3_000_000);
        assertThat(sleeper.sleeps()).containsExactly(Duration.ofMillis(1), Duration.ofMillis(2));
    }

    @Test
    void somethingMayHappenDuringTheSleep() throws InterruptedException {
        long[] seen = {0};
        sleeper.onSleep(() -> seen[0] = clock.nanoTime());

        sleeper.sleep(5);

        assertThat(seen[0]).isEqualTo(5);
    }

    @Test
    void anInterruptEndsTheSleepAndClearsTheFlag() {
        sleeper.onSleep(() -> Thread.currentThread().interrupt());

        assertThatThrownBy(() -> sleeper.sleep(5))
                .isInstanceOf(InterruptedException.class)
                .hasMessage("interrupted during a sleep of PT0.000000005S");

        assertThat(Thread.interrupted()).isFalse();
    }
}
