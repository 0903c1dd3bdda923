package io.forbear.retry.testkit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<String> ran = new ArrayList<>();

    private Runnable note(String name) {
        return () -> ran.add(name + " at " + clock.nanoTime() / 1_000_000);
    }

    @Test
    void standsUntilItIsMoved() {
        assertThat(clock.nanoTime()).isZero();

        clock.advance(Duration.ofSeconds(2));
        clock.advanceMillis(3);
        clock.advanceNanos(4);

        assertThat(clock.nanoTime()).isEqualTo(2_003_000_004L);
        assertThat(new ManualClock(-5).nanoTime()).isEqualTo(-5);
    }

    @Test
    void refusesToRunBackwards() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> clock.advanceMillis(-1))
                .withMessage("time: PT-0.001S (expected: >= PT0S)");
    }

    @Test
    void runsTimersInTheOrderOfTheirTimeEachAtItsTime() {
        scheduler.schedule(note("late"), 30, MILLISECONDS);
        scheduler.schedule(note("early"), 10, MILLISECONDS);
        scheduler.schedule(note("second of the same time"), 10, MILLISECONDS);
        scheduler.schedule(note("beyond"), 51, MILLISECONDS);

        clock.advanceMillis(50);

        assertThat(ran).containsExactly("early at 10", "second of the same time at 10", "late at 30");
        assertThat(clock.nanoTime()).isEqualTo(50_000_000);
        assertThat(scheduler.pending()).isEqualTo(1);
    }

    @Test
    void runsTimersThatTimersSet() {
        scheduler.schedule(() -> scheduler.schedule(note("inner"), 10, MILLISECONDS), 10, MILLISECONDS);

        clock.advanceMillis(20);

        assertThat(ran).containsExactly("inner at 20");
    }

    @Test
    void aTimerMayMoveTheClock() {
        scheduler.schedule(() -> clock.advanceMillis(100), 10, MILLISECONDS);
        scheduler.schedule(note("overtaken"), 50, MILLISECONDS);

        clock.advanceMillis(20);

        assertThat(ran).containsExactly("overtaken at 50");
        assertThat(clock.nanoTime()).isEqualTo(110_000_000);
    }

    @Test
    void timersOfAllItsSchedulersRunInOneOrder() {
        ManualScheduler other = new ManualScheduler(clock);
        other.schedule(note("other"), 20, MILLISECONDS);
        scheduler.schedule(note("one"), 10, MILLISECONDS);
        scheduler.schedule(note("three"), 30, MILLISECONDS);

        clock.advanceMillis(30);

        assertThat(ran).containsExactly("one at 10", "other at 20", "three at 30");
    }

    @Test
    void goesOnWhereItsNumbersOverflow() {
        ManualClock late = new ManualClock(Long.MAX_VALUE - 5);
        ManualScheduler timers = new ManualScheduler(late);
        timers.schedule(() -> ran.add("after the overflow"), 10, NANOSECONDS);

        late.advanceNanos(9);
        assertThat(ran).isEmpty();
        late.advanceNanos(1);

        assertThat(ran).containsExactly("after the overflow");
        assertThat(late.nanoTime()).isEqualTo(Long.MIN_VALUE + 4);
    }

    @Test
    void movesOfSeveralThreadsAllCount() throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int move = 0; move < 10_000; move++) {
                    clock.advanceNanos(1);
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(clock.nanoTime()).isEqualTo(40_000);
    }
}
