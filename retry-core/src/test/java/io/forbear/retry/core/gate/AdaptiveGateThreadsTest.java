package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.AttemptGate.Place;
import io.forbear.retry.error.ErrorCategory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;

/** Several threads at one gate: no thread overtakes another, no token is granted twice, none is lost. */
class AdaptiveGateThreadsTest {

    private static final int THREADS = 4;
    private static final int PLACES = 250;

    private final Clock clock = new Clock();
    private final AdaptiveGate gate = throttled();

    private AdaptiveGate throttled() {
        AdaptiveGate made = (AdaptiveGate) AttemptGates.adaptive()
                .minPerSecond(1000)
                .maxWait(java.time.Duration.ofHours(1))
                .create(clock);
        made.failed(ErrorCategory.RATE_LIMIT);
        return made;
    }

    private interface Body {
        void run(int thread) throws Exception;
    }

    private static void inParallel(int threads, Body body) throws Exception {
        CyclicBarrier start = new CyclicBarrier(threads);
        List<Throwable> failures = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    body.run(number);
                } catch (Throwable failure) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
            });
            running.add(thread);
            thread.start();
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    @RepeatedTest(5)
    void grantsOnePlacePerTokenAndEachThreadsOwnInOrder() throws Exception {
        Place[][] places = new Place[THREADS][PLACES];
        inParallel(THREADS, thread -> {
            for (int i = 0; i < PLACES; i++) {
                places[thread][i] = Objects.requireNonNull(gate.enter());
            }
        });
        int[] next = new int[THREADS];
        for (int token = 1; token <= THREADS * PLACES; token++) {
            clock.passNanos(1_000_000);
            int granted = 0;
            for (int thread = 0; thread < THREADS; thread++) {
                while (next[thread] < PLACES && places[thread][next[thread]].waitNanos() == 0) {
                    next[thread]++;
                }
                granted += next[thread];
                for (int i = next[thread]; i < PLACES; i++) {
                    assertThat(places[thread][i].waitNanos()).isPositive();
                }
            }
            assertThat(granted).isEqualTo(token);
            token += skip(token);
        }
    }

    /** Checking each of a thousand steps takes long; every seventh token will do, the others are let in unseen. */
    private int skip(int token) {
        int more = Math.min(6, THREADS * PLACES - token);
        clock.passNanos(more * 1_000_000L);
        return more;
    }

    /** A place that was taken before another one is granted before it. */
    @RepeatedTest(5)
    void nobodyOvertakesWhoCameBefore() throws Exception {
        List<Place> order = new ArrayList<>();
        inParallel(THREADS, thread -> {
            for (int i = 0; i < PLACES; i++) {
                synchronized (order) {
                    order.add(Objects.requireNonNull(gate.enter()));
                }
                Thread.yield();
            }
        });
        for (int granted = 0; granted < order.size(); granted += 50) {
            for (int i = 0; i < order.size(); i++) {
                assertThat(order.get(i).waitNanos() == 0).isEqualTo(i < granted);
            }
            clock.passNanos(50_000_000);
        }
    }

    /** Three enter, ask and leave while one lets time pass: each token that came in let exactly one attempt pass. */
    @RepeatedTest(5)
    void losesNoTokenAndMakesNone() throws Exception {
        AtomicInteger passed = new AtomicInteger();
        List<Place> waiting = new ArrayList<>();
        int tokens = 600;
        inParallel(THREADS, thread -> {
            if (thread == 0) {
                for (int i = 0; i < tokens; i++) {
                    clock.passNanos(1_000_000);
                    Thread.yield();
                }
                return;
            }
            List<Place> mine = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                mine.add(Objects.requireNonNull(gate.enter()));
                if (i % 3 == 0) {
                    mine.remove(mine.size() - 1).leave();
                }
                mine.removeIf(place -> place.waitNanos() == 0 && passed.incrementAndGet() > 0);
            }
            synchronized (waiting) {
                waiting.addAll(mine);
            }
        });
        waiting.removeIf(place -> place.waitNanos() == 0 && passed.incrementAndGet() > 0);

        assertThat(waiting).as("more attempts than tokens").isNotEmpty();
        assertThat(passed).hasValue(tokens);
        assertThat(gate.level()).isLessThan(1);
    }
}
