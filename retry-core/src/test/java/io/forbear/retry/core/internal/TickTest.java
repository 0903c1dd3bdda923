package io.forbear.retry.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.NanoClock;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The thread that looks, in the time of the machine: each test waits for a minute at most. */
class TickTest {

    private static final long SHORTEST = 1;

    /** A watch looks once where there is something to see, and 12 times where there is nothing. */
    private static final int LOOKS = 13;

    private static final int LOOKS_PER_COLLECTION = 10_000;

    private final Counted counted = new Counted();
    private final Watch watch = Watch.of(counted, NanoClock.system(), SHORTEST);

    /** Keeps the thread that looks at it. */
    private static class Counted implements Ticked {
        final AtomicLong count = new AtomicLong();
        final AtomicInteger looks = new AtomicInteger();
        final AtomicReference<@Nullable Thread> looker = new AtomicReference<>();
        final CountDownLatch lookedAt = new CountDownLatch(1);

        @Override
        public void look(long nowNanos) {
            looker.set(Thread.currentThread());
            looks.incrementAndGet();
            lookedAt.countDown();
        }

        @Override
        public long progress() {
            return count.get();
        }

        void grow(Watch watch) {
            count.incrementAndGet();
            watch.grown();
        }

        Thread looker() throws InterruptedException {
            assertThat(lookedAt.await(1, TimeUnit.MINUTES)).isTrue();
            return Objects.requireNonNull(looker.get());
        }
    }

    private static void eventually(BooleanSupplier fact) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        for (int looks = 1; !fact.getAsBoolean() && System.nanoTime() - end < 0; looks++) {
            if (looks % LOOKS_PER_COLLECTION == 0) {
                System.gc(); // what other tests have dropped keeps the thread awake until it is collected
            }
            Thread.yield();
        }
        assertThat(fact.getAsBoolean()).isTrue();
    }

    private static void ends(Thread thread) {
        eventually(() -> !thread.isAlive());
    }

    @Test
    void aWatchThatIsWokenIsLookedAtByAThreadThatHoldsNoApplication() throws InterruptedException {
        counted.grow(watch);

        Thread looker = counted.looker();
        assertThat(looker.getName()).isEqualTo("forbear-tick");
        assertThat(looker.isDaemon()).isTrue();
        assertThat(looker.getContextClassLoader()).isIn(ClassLoader.getSystemClassLoader(), null);
    }

    @Test
    void aWatchThatNobodyWokeIsNotLookedAt() throws InterruptedException {
        Counted other = new Counted();
        Watch awake = Watch.of(other, NanoClock.system(), SHORTEST);

        other.grow(awake);
        other.looker();
        eventually(awake::isAsleep);

        assertThat(counted.looks).hasValue(0);
    }

    @Test
    void aWatchSleepsAfterTwelveLooksWithoutGrowthAndTheThreadEnds() throws InterruptedException {
        counted.grow(watch);
        Thread first = counted.looker();

        eventually(watch::isAsleep);
        assertThat(counted.looks).hasValue(LOOKS);
        ends(first);
    }

    @Tag("bounds")
    @Test
    void growthWakesItAgainWhetherTheThreadHasEndedOrNot() throws InterruptedException {
        for (int round = 1; round <= 3; round++) {
            counted.grow(watch);
            eventually(watch::isAsleep);
            assertThat(counted.looks).hasValue(round * LOOKS);
        }
        ends(counted.looker());
        counted.grow(watch);
        eventually(watch::isAsleep);
        assertThat(counted.looks).hasValue(4 * LOOKS);
    }

    @Tag("bounds")
    @Test
    void growthBetweenLooksKeepsItAwake() {
        counted.grow(watch);
        for (int seen = 1; seen <= 20; seen++) {
            int looksBefore = counted.looks.get();
            counted.grow(watch);
            eventually(() -> counted.looks.get() > looksBefore);
        }
        eventually(watch::isAsleep);

        assertThat(counted.looks.get()).isGreaterThan(LOOKS);
        assertThat(watch.fallAsleep(counted)).as("the last look saw all").isTrue();
    }

    /** Each bucket is an hour: without the rest the thread would stay for twelve. */
    @Test
    void aWatchAtRestLetsTheThreadEndAndIsWokenByGrowth() throws InterruptedException {
        Watch hourly = Watch.of(counted, NanoClock.system(), TimeUnit.HOURS.toNanos(1));
        counted.grow(hourly);
        Thread first = counted.looker();

        hourly.rest();
        ends(first);
        counted.grow(hourly);

        eventually(() -> counted.looks.get() == 2);
        hourly.rest();
    }

    @Tag("bounds")
    @Test
    void whatIsDroppedIsCollectedAndTheThreadEnds() {
        Watch hourly = dropped();
        AtomicReference<Thread> looker = new AtomicReference<>();
        eventually(() -> {
            Ticked left = hourly.get();
            if (left instanceof Counted known && known.looker.get() != null) {
                looker.set(known.looker.get());
            }
            return left == null;
        });

        eventually(() -> looker.get() == null || !looker.get().isAlive());
    }

    private static Watch dropped() {
        Counted forgotten = new Counted();
        Watch hourly = Watch.of(forgotten, NanoClock.system(), TimeUnit.HOURS.toNanos(1));
        forgotten.grow(hourly);
        return hourly;
    }

    @Test
    void aClockThatThrowsChangesNothing() {
        NanoClock broken = () -> {
            throw new IllegalStateException("of the test");
        };
        Watch ofBroken = Watch.of(counted, broken, SHORTEST);

        counted.grow(ofBroken);
        counted.grow(watch);
        eventually(ofBroken::isAsleep);
        eventually(watch::isAsleep);

        assertThat(counted.looks).as("by the other").hasValue(LOOKS);
    }

    @Test
    void aLookThatThrowsKeepsNoOtherFromBeingLookedAt() {
        Counted faulty = new Counted() {
            @Override
            public void look(long nowNanos) {
                super.look(nowNanos);
                throw new AssertionError("of the test");
            }
        };
        Watch ofFaulty = Watch.of(faulty, NanoClock.system(), SHORTEST);

        faulty.grow(ofFaulty);
        counted.grow(watch);
        eventually(() -> ofFaulty.isAsleep() && watch.isAsleep());

        assertThat(faulty.looks).hasValue(LOOKS);
        assertThat(counted.looks).hasValue(LOOKS);
    }

    /** Each look reads the clock of the service, so readings show which thread looks. */
    private static final class Read implements NanoClock {
        final AtomicReference<@Nullable Thread> ticker = new AtomicReference<>();

        @Override
        public long nanoTime() {
            if (Thread.currentThread().getName().equals("forbear-tick")) {
                ticker.set(Thread.currentThread());
            }
            return System.nanoTime();
        }

        Thread ticker() {
            eventually(() -> ticker.get() != null);
            return Objects.requireNonNull(ticker.get());
        }
    }

    private static Retry hourlyService(NanoClock clock) {
        return Retries.named("users")
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.failureRate(0.5).window(Duration.ofHours(12)))
                .runtime(r -> r.clock(clock))
                .build();
    }

    @Test
    void aServiceThatIsClosedRests() {
        Read clock = new Read();
        Retry retry = hourlyService(clock);
        retry.run(() -> {});
        Thread ticker = clock.ticker();

        retry.close();

        ends(ticker);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Tag("bounds")
    @Test
    void aServiceThatIsDroppedIsCollected() {
        Read clock = new Read();
        WeakReference<Retry> dropped = droppedService(clock);

        ends(clock.ticker());
        eventually(() -> dropped.get() == null);
    }

    /** It is held until it has been looked at: what is collected before that is never looked at. */
    private static WeakReference<Retry> droppedService(Read clock) {
        Retry retry = hourlyService(clock);
        retry.run(() -> {});
        clock.ticker();
        Reference.reachabilityFence(retry);
        return new WeakReference<>(retry);
    }
}
