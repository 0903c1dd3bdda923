package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.cumulative.CumulativeTimer;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.distribution.pause.PauseDetector;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ExtendWith(ThrownOnPurpose.class)
class BadRegistryTest {

    /** Throws at every other counter and at every timer. */
    private static final class Throwing extends SimpleMeterRegistry {
        private final AtomicInteger counters = new AtomicInteger();

        @Override
        protected <T> FunctionCounter newFunctionCounter(Meter.Id id, T source, ToDoubleFunction<T> read) {
            if (counters.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("no room for " + id);
            }
            return super.newFunctionCounter(id, source, read);
        }

        @Override
        protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector detector) {
            throw new IllegalStateException("no timers here");
        }
    }

    @Test
    void aRegistryThatThrowsChangesNoCall() {
        Throwing registry = new Throwing();
        Retry users = Retries.named("users")
                .listener(MicrometerRetry.builder(registry).durations().build())
                .build();

        assertThat(users.call(() -> "done")).isEqualTo("done");
        assertThat(registry.getMeters()).isNotEmpty();
        assertThat(users.snapshot().calls()).isEqualTo(1);
        users.close();
        assertThat(registry.getMeters()).isEmpty();
    }

    /** Makes timers that throw when they are told of a duration. */
    private static final class ThrowingTimers extends SimpleMeterRegistry {
        @Override
        protected Timer newTimer(Meter.Id id, DistributionStatisticConfig config, PauseDetector detector) {
            return new CumulativeTimer(id, clock, config, detector, getBaseTimeUnit(), false) {
                @Override
                protected void recordNonNegative(long amount, TimeUnit unit) {
                    throw new IllegalStateException("no room for a duration");
                }
            };
        }
    }

    @Test
    void aTimerThatThrowsChangesNoCall() {
        ThrowingTimers registry = new ThrowingTimers();
        Retry users = Retries.named("users")
                .listener(MicrometerRetry.builder(registry).durations().build())
                .build();

        assertThat(users.call(() -> "done")).isEqualTo("done");
        assertThat(registry.get("forbear.attempts").functionCounter().count()).isEqualTo(1);
        users.close();
    }

    /** A clock that keeps whoever scrapes, once there is a scrape. */
    private static final class Stuck implements Clock {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        volatile boolean holds;

        @Override
        public long wallTime() {
            return 0;
        }

        @Override
        public long monotonicTime() {
            if (holds) {
                reached.countDown();
                await(release);
            }
            return System.nanoTime();
        }
    }

    @Test
    void aScrapeThatIsStuckHoldsUpNoCall() throws Exception {
        Stuck clock = new Stuck();
        SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        Retry users = Retries.named("users")
                .listener(
                        MicrometerRetry.builder(registry).maxAge(Duration.ZERO).build())
                .build();
        FunctionCounter counter = registry.get("forbear.attempts").functionCounter();
        clock.holds = true;
        Thread scraper = new Thread(counter::count);
        scraper.start();
        assertThat(clock.reached.await(60, TimeUnit.SECONDS)).isTrue();

        for (int i = 0; i < 1_000; i++) {
            users.call(() -> "done");
        }

        assertThat(scraper.isAlive()).isTrue();
        assertThat(users.snapshot().calls()).isEqualTo(1_000);
        clock.holds = false;
        clock.release.countDown();
        scraper.join();
        assertThat(counter.count()).isEqualTo(1_000);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }
}
