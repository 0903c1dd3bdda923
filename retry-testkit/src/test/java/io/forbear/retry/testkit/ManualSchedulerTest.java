package io.forbear.retry.testkit;

import static java.util.concurrent.TimeUnit.DAYS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import org.junit.jupiter.api.Test;

class ManualSchedulerTest {

    private final ManualClock clock = new ManualClock();
    private final ManualScheduler scheduler = new ManualScheduler(clock);
    private final List<Long> ran = new ArrayList<>();

    private void notes() {
        ran.add(clock.nanoTime() / 1_000_000);
    }

    @Test
    void runsATaskWhenItsTimeHasCome() throws Exception {
        ScheduledFuture<String> future = scheduler.schedule(() -> "done", 10, MILLISECONDS);

        clock.advanceMillis(9);
        assertThat(future.isDone()).isFalse();
        assertThat(future.getDelay(MILLISECONDS)).isEqualTo(1);
        clock.advanceMillis(1);

        assertThat(future.get()).isEqualTo("done");
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void runsNothingBeforeTheClockIsMoved() throws Exception {
        Future<?> now = scheduler.submit(this::notes);
        scheduler.schedule(this::notes, -5, MILLISECONDS);
        assertThat(ran).isEmpty();

        clock.advance(Duration.ZERO);

        assertThat(ran).containsExactly(0L, 0L);
        assertThat(now.get()).isNull();
    }

    @Test
    void aCancelledTimerIsGoneAtOnce() {
        Future<?> future = scheduler.schedule(this::notes, 10, MILLISECONDS);
        assertThat(scheduler.pending()).isEqualTo(1);

        assertThat(future.cancel(false)).isTrue();
        assertThat(scheduler.pending()).isZero();
        clock.advanceMillis(10);

        assertThat(ran).isEmpty();
        assertThat(future.cancel(false)).isFalse();
    }

    @Test
    void remembersEveryDelay() {
        scheduler.schedule(this::notes, 20, MILLISECONDS).cancel(false);
        scheduler.schedule(() -> "done", 10, MILLISECONDS);

        assertThat(scheduler.delays()).containsExactly(Duration.ofMillis(20), Duration.ofMillis(10));
    }

    @Test
    void runsTheNextTimerOnly() {
        scheduler.schedule(this::notes, 10, MILLISECONDS);
        scheduler.schedule(this::notes, 25, MILLISECONDS);

        assertThat(scheduler.runNext()).isTrue();
        assertThat(ran).containsExactly(10L);
        assertThat(scheduler.runNext()).isTrue();

        assertThat(ran).containsExactly(10L, 25L);
        assertThat(scheduler.runNext()).isFalse();
    }

    @Test
    void runsAllTimersUntilNoneWaits() {
        scheduler.schedule(() -> scheduler.schedule(this::notes, 5, MILLISECONDS), 10, MILLISECONDS);

        scheduler.runAll();

        assertThat(ran).containsExactly(15L);
    }

    @Test
    void whatATaskThrowsEndsInItsFuture() {
        Future<?> future = scheduler.schedule(
                () -> {
                    throw new IllegalStateException("test");
                },
                1,
                MILLISECONDS);

        clock.advanceMillis(1);

        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFixedRateCountsFromStartToStartAndAFixedDelayFromEndToStart() {
        Future<?> rate = scheduler.scheduleAtFixedRate(this::notes, 5, 10, MILLISECONDS);
        clock.advanceMillis(30);
        assertThat(ran).containsExactly(5L, 15L, 25L);
        rate.cancel(false);
        ran.clear();

        Future<?> delay = scheduler.scheduleWithFixedDelay(
                () -> {
                    notes();
                    clock.advanceMillis(3);
                },
                5,
                10,
                MILLISECONDS);
        clock.advanceMillis(30);

        assertThat(ran).containsExactly(35L, 48L);
        assertThat(rate).isCancelled();
        assertThat(delay).isNotDone();
        assertThat(scheduler.pending()).isEqualTo(1);
    }

    @Test
    void aPeriodicTaskThatThrowsIsNotRunAgain() {
        Future<?> future = scheduler.scheduleAtFixedRate(
                () -> {
                    notes();
                    throw new IllegalStateException("test");
                },
                1,
                1,
                MILLISECONDS);

        clock.advanceMillis(5);

        assertThat(ran).containsExactly(1L);
        assertThat(future).isDone();
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void refusesAPeriodOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scheduler.scheduleAtFixedRate(this::notes, 0, 0, MILLISECONDS))
                .withMessage("period: 0 ns (expected: > 0)");
    }

    @Test
    void theLongestDelayNeverComes() {
        scheduler.schedule(this::notes, Long.MAX_VALUE, DAYS);

        clock.advance(Duration.ofDays(36_500));

        assertThat(ran).isEmpty();
        assertThat(scheduler.pending()).isEqualTo(1);
    }

    @Test
    void shutdownRefusesWhatIsNewAndLeavesTheRestToRun() {
        scheduler.schedule(this::notes, 10, MILLISECONDS);
        Future<?> periodic = scheduler.scheduleAtFixedRate(this::notes, 1, 1, MILLISECONDS);

        scheduler.shutdown();

        assertThat(scheduler.isShutdown()).isTrue();
        assertThat(scheduler.isTerminated()).isFalse();
        assertThat(periodic).isCancelled();
        assertThatThrownBy(() -> scheduler.execute(this::notes)).isInstanceOf(RejectedExecutionException.class);
        clock.advanceMillis(10);
        assertThat(ran).containsExactly(10L);
        assertThat(scheduler.awaitTermination(1, DAYS)).isTrue();
    }

    @Test
    void shutdownNowHandsBackWhatHasNotRun() {
        Future<?> waiting = scheduler.schedule(this::notes, 10, MILLISECONDS);

        assertThat(scheduler.shutdownNow()).containsExactly((Runnable) waiting);

        clock.advanceMillis(10);
        assertThat(ran).isEmpty();
        assertThat(scheduler.isTerminated()).isTrue();
    }
}
