package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A bucket whose budget is changed again and again, against arithmetic without bounds. */
class RefillTest {

    private static final long MINUTE = 60_000_000_000L;
    private static final long YEAR = 365L * 24 * 60 * MINUTE;
    private static final long[] RATES = {0, 1, 10, 333, 1_000, 10_000, 1_000_000, 77_777_777, 1_000_000_000L};
    private static final long CAPACITY = 100_000;

    @Property(tries = 300)
    void keepsItsBalanceThroughAnyChangeOfItsRate(@ForAll long seed) {
        Random random = new Random(seed);
        long now = random.nextBoolean() ? Long.MAX_VALUE - random.nextInt(1_000_000) : random.nextLong();
        long rate = RATES[random.nextInt(RATES.length)];
        Refill refill = Refill.begin(new ClientBudget(CAPACITY, rate, MINUTE), now);
        long mark = refill.fullLevel();
        BigInteger minute = BigInteger.valueOf(MINUTE);
        BigInteger full = BigInteger.valueOf(CAPACITY).multiply(minute);
        BigInteger missing = BigInteger.ZERO; // in milli-tokens times the nanoseconds of a minute
        for (int step = 0; step < 60; step++) {
            long idle = random.nextInt(10) == 0
                    ? random.nextLong(2 * YEAR)
                    : random.nextLong(random.nextBoolean() ? MINUTE : 1_000_000);
            now += idle;
            BigInteger back = BigInteger.valueOf(idle).multiply(BigInteger.valueOf(rate));
            missing = missing.subtract(back).max(BigInteger.ZERO);
            long level = refill.level(now);
            long deficit = refill.deficit(mark, level);
            long expected = full.subtract(missing).divide(minute).longValueExact();
            assertThat(refill.balanceMilli(deficit)).isBetween(expected - 1, expected + 1);
            long cost = random.nextLong(CAPACITY / 2);
            if (expected > cost + 1) {
                mark = level + deficit + refill.units(cost);
                missing = missing.add(BigInteger.valueOf(cost).multiply(minute));
            }
            if (random.nextBoolean()) {
                rate = RATES[random.nextInt(RATES.length)];
                refill = refill.continuing(new ClientBudget(CAPACITY, rate, MINUTE), now);
            }
        }
    }

    @Property(tries = 20)
    void changesMoreFrequentThanAUnitFlowsDoNotStopTheRefill(@ForAll long origin) {
        Refill refill = Refill.begin(new ClientBudget(CAPACITY, 1, MINUTE), origin);
        long mark = refill.level(origin) + refill.units(1_000);
        long now = origin;
        for (int i = 0; i < 6_000; i++) {
            now += MINUTE / 100;
            refill = refill.continuing(new ClientBudget(CAPACITY, 1, MINUTE), now);
        }
        assertThat(refill.balanceMilli(refill.deficit(mark, refill.level(now)))).isBetween(99_059L, 99_060L);
    }
}
