package io.forbear.retry.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The floors of all processes together against the pot that they stand for. */
class FloorTest {

    @Property(tries = 300)
    void theFloorsOfAFleetAddUpToNoMoreThanThePotWouldHaveGiven(
            @ForAll @IntRange(min = 1, max = 60) int processes,
            @ForAll @LongRange(max = 1_000_000) long balance,
            @ForAll @LongRange(max = 100_000) long refill,
            @ForAll @LongRange(max = 1000) long ratio,
            @ForAll Random random) {
        FleetSettings settings = new FleetSettings("s", 1_000_000, refill, ratio, 500_000, 0, 1, 50_000_000, 30_000);
        long seconds = 1 + random.nextInt(30);
        long taken = 0;
        long successes = 0;
        for (int i = 0; i < processes; i++) {
            Floor floor = new Floor(settings);
            floor.open(balance, processes, 7, 0);
            long mine = 7;
            for (long tick = 1; tick <= seconds * 10; tick++) {
                mine += random.nextInt(3);
                taken += floor.take(random.nextInt(5_000), mine, tick * 100_000_000);
            }
            successes += mine - 7;
        }

        assertThat(taken).isLessThanOrEqualTo(balance + seconds * refill + successes * ratio);
    }

    @Property(tries = 100)
    void aShareBelowATokenAddsUpToOne(@ForAll @IntRange(min = 10, max = 1000) int processes) {
        FleetSettings settings = new FleetSettings("s", 5_000, 1_000, 0, 0, 0, processes, 50_000_000, 30_000);
        Floor floor = new Floor(settings);
        floor.open(0, 1, 0, 0);
        long taken = 0;
        long tick = 0;
        while (taken < 1000) {
            tick++;
            taken += floor.take(1000, 0, tick * 100_000_000);
        }

        assertThat(tick).isBetween(processes * 10L, processes * 10L + 1); // a token a second, shared
    }
}
