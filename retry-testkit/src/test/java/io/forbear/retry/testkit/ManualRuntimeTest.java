package io.forbear.retry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.RetryRuntime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManualRuntimeTest {

    private final ManualRuntime manual = new ManualRuntime();

    @Test
    void allPartsLiveByOneClock() throws Exception {
        RetryRuntime runtime = manual.runtime();
        Future<Long> timer =
                runtime.scheduler().orElseThrow().schedule(() -> runtime.clock().nanoTime(), 30, TimeUnit.MILLISECONDS);

        runtime.sleeper().sleep(Duration.ofMillis(20).toNanos());
        assertThat(timer).isNotDone();
        manual.advance(Duration.ofMillis(15));

        assertThat(timer.get()).isEqualTo(Duration.ofMillis(30).toNanos());
        assertThat(manual.clock().nanoTime()).isEqualTo(Duration.ofMillis(35).toNanos());
        assertThat(manual.sleeper().sleeps()).containsExactly(Duration.ofMillis(20));
        assertThat(manual.scheduler().delays()).containsExactly(Duration.ofMillis(30));
    }

    @Test
    void everyDrawIsOneHalfUnlessATestGivesOtherChance() {
        assertThat(manual.runtime().random().orElseThrow().nextDouble()).isEqualTo(0.5);

        Random random = new Random(1);
        assertThat(new ManualRuntime(random).runtime().random()).containsSame(random);
    }

    @Test
    void tasksRunOnTheThreadThatHandsThemOver() {
        Thread[] ran = new Thread[1];

        manual.runtime().executor().orElseThrow().execute(() -> ran[0] = Thread.currentThread());

        assertThat(ran[0]).isSameAs(Thread.currentThread());
    }

    @Test
    void aClockMayBeShared() {
        ManualClock clock = new ManualClock(7);

        ManualRuntime shared = new ManualRuntime(clock, ScriptedRandom.always(0.25));

        assertThat(shared.clock()).isSameAs(clock);
        assertThat(shared.runtime().clock()).isSameAs(clock);
        assertThat(shared.runtime()).isSameAs(shared.runtime());
    }
}
