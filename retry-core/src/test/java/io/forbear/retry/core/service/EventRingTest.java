package io.forbear.retry.core.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventRingTest {

    private static final Happening SOMETHING = new Happening.HalfOpened();

    @Test
    void keepsTheLatestInTheirOrder() {
        EventRing ring = new EventRing(3);
        for (int i = 0; i < 5; i++) {
            ring.add(i, SOMETHING);
        }

        assertThat(ring.entries()).extracting(EventRing.Entry::epochMillis).containsExactly(2L, 3L, 4L);
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(new EventRing().entries()).isEmpty();
    }

    @Test
    void whatManyThreadsAddIsThereOnceAndTheLatestStay() throws InterruptedException {
        int threads = 4;
        int each = 2_000;
        EventRing ring = new EventRing(16);
        List<Thread> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    ring.add(i, SOMETHING);
                }
            });
            all.add(thread);
            thread.start();
        }
        for (Thread thread : all) {
            thread.join();
        }

        Set<Long> numbers = new HashSet<>();
        ring.entries().forEach(entry -> numbers.add(entry.number()));
        assertThat(numbers).hasSize(16).allMatch(number -> number >= threads * each - 16);
    }
}
