package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParkingSleeperTest {

    private static final long MILLI = 1_000_000;

    @AfterEach
    void clearsTheInterruptFlag() {
        Thread.interrupted();
    }

    @Test
    void waitsNoShorterThanItIsTold() throws Exception {
        long before = System.nanoTime();

        ParkingSleeper.INSTANCE.sleep(2 * MILLI);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(2 * MILLI);
    }

    @Test
    void waitsOnWhereSomebodyUnparksTheThread() throws Exception {
        long before = System.nanoTime();
        LockSupport.unpark(Thread.currentThread());

        ParkingSleeper.INSTANCE.sleep(2 * MILLI);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(2 * MILLI);
    }

    @Test
    void doesNotWaitOnAThreadThatIsInterruptedAndTakesItsFlag() {
        for (long nanos : new long[] {0, Duration.ofDays(1).toNanos()}) {
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> ParkingSleeper.INSTANCE.sleep(nanos)).isInstanceOf(InterruptedException.class);

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void parksUntilItIsInterrupted() throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread sleeper = new Thread(() -> {
            try {
                ParkingSleeper.INSTANCE.sleep(Duration.ofHours(1).toNanos());
                end.complete("slept");
            } catch (InterruptedException interrupt) {
                end.complete("interrupted");
            }
        });
        sleeper.setDaemon(true);
        sleeper.start();

        long begin = System.nanoTime();
        while (LockSupport.getBlocker(sleeper) != ParkingSleeper.INSTANCE) {
            assertThat(System.nanoTime() - begin).as("not parked").isLessThan(TimeUnit.SECONDS.toNanos(60));
            Thread.onSpinWait();
        }
        sleeper.interrupt();

        assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }
}
