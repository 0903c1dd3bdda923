package io.forbear.retry.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import net.jqwik.api.Example;
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

    private static final long[] CAPACITIES = {1_000, 50_000, 100_000, 3_000_000, 100_000_000, 1L << 40};

    /** The capacity grows and shrinks while the bucket is not full; some of these budgets need coarser units. */
    @Property(tries = 300)
    void keepsItsBalanceThroughAnyChangeOfItsCapacity(@ForAll long seed) {
        Random random = new Random(seed);
        long now = random.nextLong();
        long capacity = 100_000;
        long rate = 1_000;
        Refill refill = Refill.begin(new ClientBudget(capacity, rate, MINUTE), now);
        long mark = refill.fullLevel();
        BigInteger minute = BigInteger.valueOf(MINUTE);
        BigInteger balance = BigInteger.valueOf(capacity).multiply(minute); // times the nanoseconds of a minute
        for (int step = 0; step < 60; step++) {
            long idle = random.nextLong(MINUTE);
            now += idle;
            BigInteger full = BigInteger.valueOf(capacity).multiply(minute);
            balance = balance.add(BigInteger.valueOf(idle).multiply(BigInteger.valueOf(rate)))
                    .min(full);
            long level = refill.level(now);
            long deficit = refill.deficit(mark, level);
            long expected = balance.divide(minute).longValueExact();
            assertThat(refill.capacityMilli()).isEqualTo(capacity);
            assertThat(refill.balanceMilli(deficit)).isBetween(expected - 1, expected + 1);
            if (expected > 1_000) {
                long cost = 1 + random.nextLong(Math.min(expected - 2, 1_000_000));
                mark = level + deficit + refill.units(cost);
                balance = balance.subtract(BigInteger.valueOf(cost).multiply(minute));
            }
            if (capacity - balance.divide(minute).longValueExact() > 2) {
                capacity = CAPACITIES[random.nextInt(step < 30 ? 5 : 6)];
                rate = random.nextBoolean() ? 1_000 : 1_000_000;
                refill = refill.continuing(new ClientBudget(capacity, rate, MINUTE), now);
                balance = balance.min(BigInteger.valueOf(capacity).multiply(minute));
            }
        }
    }

    /** A unit flows in a thousandth of a second here, and the budget changes ten times in that. */
    @Property(tries = 20)
    void changesWithinAUnitLoseNoPartOfIt(@ForAll long origin) {
        ClientBudget slow = new ClientBudget(1L << 40, 1, MINUTE);
        Refill refill = Refill.begin(slow, origin);
        long begin = refill.level(origin);
        long whole = refill.level(origin + MINUTE / 60) - begin;
        assertThat(whole).isBetween(500L, 5_000L);
        long now = origin;
        for (int i = 0; i < 10_000; i++) {
            now += MINUTE / 600_000;
            refill = refill.continuing(slow, now);
        }

        assertThat(refill.level(now) - begin).isBetween(whole - 1, whole);
    }

    @Example
    void aFasterBudgetIsRefilledAtFifteenMillionTokensAMinuteAtMostAfterAChange() {
        ClientBudget huge = new ClientBudget(100_000_000_000L, 100_000_000_000L, MINUTE);
        long cost = 90_000_000_000L;
        Refill first = Refill.begin(huge, 0);
        Refill changed = Refill.begin(new ClientBudget(100_000_000_000L, 1_000, MINUTE), 0)
                .continuing(huge, 0);
        long later = MINUTE / 10;

        assertThat(balanceAfter(first, cost, later)).isEqualTo(20_000_000_000L);
        assertThat(balanceAfter(changed, cost, later)).isEqualTo(11_500_000_000L);
    }

    private static long balanceAfter(Refill refill, long cost, long nanos) {
        long mark = refill.level(0) + refill.units(cost);
        return refill.balanceMilli(refill.deficit(mark, refill.level(nanos)));
    }

    @Example
    void whatStartsOverHasEveryBucketFullInUnitsThatSuit() {
        ClientBudget small = new ClientBudget(CAPACITY, 1_000, MINUTE);
        ClientBudget large = new ClientBudget(1L << 50, 1_000_000, MINUTE);
        for (ClientBudget next : new ClientBudget[] {small, large}) {
            Refill before = Refill.begin(small, 5);
            long mark = before.level(5) + before.units(CAPACITY);
            Refill after = before.startingOver(next, 5);

            assertThat(after.capacityMilli()).isEqualTo(next.capacityMilli());
            assertThat(after.deficit(mark, after.level(5))).isZero();
            long spent = after.level(5) + after.units(1_000);
            assertThat(after.balanceMilli(after.deficit(spent, after.level(5))))
                    .isEqualTo(next.capacityMilli() - 1_000);
        }
    }

    @Example
    void unitsStayFineWhereTheNewBudgetSuitsThem() {
        Refill begun = Refill.begin(new ClientBudget(CAPACITY, 1, MINUTE), 0); // in 60 billionths of a milli-token
        long most = (1L << 60) / (MINUTE);

        assertThat(begun.continuing(new ClientBudget(most, 1, MINUTE), 0).units(1))
                .isEqualTo(MINUTE);
        assertThat(begun.continuing(new ClientBudget(most + 1, 1, MINUTE), 0).units(1))
                .isEqualTo(64);
        assertThat(begun.continuing(new ClientBudget(CAPACITY, 16, MINUTE), 0).units(1))
                .isEqualTo(MINUTE);
        assertThat(begun.continuing(new ClientBudget(CAPACITY, 17, MINUTE), 0).units(1))
                .isEqualTo(64);
        assertThat(begun.startingOver(new ClientBudget(CAPACITY, 16, MINUTE), 0).units(1))
                .isEqualTo(MINUTE);
        assertThat(begun.startingOver(new ClientBudget(CAPACITY, 17, MINUTE), 0).units(1))
                .isEqualTo(64);
    }

    /** A bucket that was not used since the fine line is still read right after two changes. */
    @Example
    void coarseUnitsStayThroughFurtherChanges() {
        Refill refill = Refill.begin(new ClientBudget(CAPACITY, 0, MINUTE), 0);
        long mark = refill.level(0) + refill.units(60_000);
        refill = refill.continuing(new ClientBudget(CAPACITY, 1_000_000_000L, 1_000), 0);
        refill = refill.continuing(new ClientBudget(CAPACITY, 1_000_000_000L, 100), 0);

        assertThat(refill.units(1)).isEqualTo(64);
        assertThat(refill.balanceMilli(refill.deficit(mark, refill.level(0)))).isEqualTo(40_000);
    }
}
