package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.config.RetryConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several threads close one service at once: its listeners are told once. */
class ClosingTest {

    private static final int THREADS = 3;
    private static final int ROUNDS = 300;

    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private final RetryListener listener = new RetryListener() {
        @Override
        public void registered(Retry retry) {
            told.add("registered " + retry.name());
        }

        @Override
        public void closed(Retry retry) {
            told.add("closed " + retry.name());
        }
    };

    private static void atOnce(Runnable work) throws InterruptedException {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(new Thread(() -> {
                try {
                    start.await(1, TimeUnit.MINUTES);
                    work.run();
                } catch (Throwable fault) {
                    faults.add(fault);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(faults).isEmpty();
    }

    @Tag("bounds")
    @Test
    void listenersAreToldOnceOfAServiceThatSeveralThreadsClose() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            told.clear();
            Retry retry = Retries.named("users").listener(listener).build();

            atOnce(retry::close);

            assertThat(told).containsExactly("registered users", "closed users");
        }
    }

    @Tag("bounds")
    @Test
    void listenersAreToldOnceWhereTheRegistryIsClosedMeanwhile() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            told.clear();
            RetryRegistry registry = RetryRegistry.builder().listener(listener).build(RetryConfig.of(Map.of()));
            Retry retry = registry.get("users");

            atOnce(() -> {
                registry.close();
                retry.close();
            });

            assertThat(told).containsExactly("registered users", "closed users");
        }
    }
}
