package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.breaker.BreakerCounts;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.config.RetryConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A registry is reloaded while calls are under way: each counts where it was told, success and failure alike. */
class ReloadBooksTest {

    private static final int THREADS = 3;
    private static final int CALLS = 20_000;
    private static final int RELOADS = 500;
    private static final RetryConfig SETTINGS = RetryConfig.of(Map.of("max-attempts", "1"));

    /** Every breaker that was made, a new one with each reload. None ever opens. */
    private final ConcurrentLinkedQueue<CircuitBreaker> breakers = new ConcurrentLinkedQueue<>();

    private final RetryRegistry registry = RetryRegistry.builder()
            .runtime(r -> r.sleeper(nanos -> {}).clock(() -> 0))
            .customize("orders", service -> service.withoutBudget().circuitBreaker((name, clock) -> {
                CircuitBreaker made =
                        CircuitBreakers.failureRate(1).minimumCalls(1_000_000).create(name, clock);
                breakers.add(made);
                return made;
            }))
            .build(SETTINGS);

    private static long stopped(RetrySnapshot figures) {
        return Stream.of(StopReason.values()).mapToLong(figures::stopped).sum();
    }

    private long calls() {
        return breakers.stream()
                .mapToLong(breaker -> CircuitBreakers.counts(breaker).calls())
                .sum();
    }

    private long failures() {
        return breakers.stream()
                .mapToLong(breaker -> CircuitBreakers.counts(breaker).failures())
                .sum();
    }

    @Tag("bounds")
    @Test
    void theBooksOfAllEpochsBalance() throws Exception {
        Retry orders = registry.get("orders");
        AtomicLong failed = new AtomicLong();
        CountDownLatch over = new CountDownLatch(THREADS);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            callers.add(new Thread(() -> {
                for (int call = 0; call < CALLS; call++) {
                    boolean fails = call % 3 == 0;
                    failed.addAndGet(fails ? 1 : 0);
                    catchThrowable(() -> orders.run(() -> {
                        if (fails) {
                            throw new IOException("down");
                        }
                    }));
                }
                over.countDown();
            }));
        }
        callers.forEach(Thread::start);
        for (int reload = 0; reload < RELOADS && over.getCount() > 0; reload++) {
            registry.reload(SETTINGS);
        }
        assertThat(over.await(1, TimeUnit.MINUTES)).isTrue();

        RetrySnapshot figures = orders.snapshot();
        assertThat(figures.calls()).isEqualTo(THREADS * CALLS);
        assertThat(stopped(figures)).isEqualTo(failed.get());
        assertThat(figures.calls()).isEqualTo(figures.successes() + stopped(figures));
        assertThat(failures()).isEqualTo(failed.get());
        assertThat(calls()).isEqualTo(THREADS * CALLS);
    }

    @Test
    void aCallThatWasBegunBeforeAReloadCountsWhereItBegan() {
        Retry orders = registry.get("orders");
        RetryCall succeeds = orders.begin();
        RetryCall fails = orders.begin();
        int before = breakers.size();

        registry.reload(SETTINGS);
        succeeds.succeeded();
        fails.failed(new IOException("down"));
        orders.run(() -> {});

        List<CircuitBreaker> made = List.copyOf(breakers);
        assertThat(made).hasSize(before + 1);
        assertThat(CircuitBreakers.counts(made.get(before - 1))).isEqualTo(new BreakerCounts(2, 1, 0, 0));
        assertThat(CircuitBreakers.counts(made.get(before))).isEqualTo(new BreakerCounts(1, 0, 0, 0));
        assertThat(orders.snapshot().calls()).isEqualTo(3);
    }
}
