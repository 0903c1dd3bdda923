package io.forbear.retry.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.lab.simulate.Presets;
import io.forbear.retry.lab.simulate.Scenario;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RoomTest {

    private static final long GIGABYTE = 1 << 30;

    private static Scenario scenario(String name, int clients, double rate) {
        return Presets.named(name).scenario(new Scenario.FleetShape(clients, rate, 0.7));
    }

    @Test
    void onlyClientsThatCallNeedRoom() {
        assertThat(Room.bytes(scenario("outage", 1000, 1))).isBetween(4_450_000L, 4_500_000L);
        assertThat(Room.bytes(scenario("outage", 1_000_000, 0.001))).isBetween(318_000_000L, 338_000_000L);
        assertThat(Room.bytes(scenario("layers", 1_000_000, 0.001))).isBetween(1_218_000_000L, 1_238_000_000L);
    }

    @Test
    void runsOfSmallFleetsGoOnTogetherAndThoseOfLargeOnesDoNot() throws Exception {
        Room room = new Room(GIGABYTE);
        AtomicBoolean small = new AtomicBoolean();
        AtomicInteger large = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread holder = new Thread(() -> room.use(scenario("outage", 100_000, 1), () -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        holder.start();
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        room.use(scenario("outage", 4, 25), () -> small.set(true));
        Thread next = new Thread(() -> room.use(scenario("layers", 1_000_000, 1), large::incrementAndGet));
        next.start();

        assertThat(small).isTrue();
        assertThat(large).hasValue(0);

        end.countDown();
        next.join(60_000);
        holder.join(60_000);
        assertThat(large).hasValue(1);
    }
}
