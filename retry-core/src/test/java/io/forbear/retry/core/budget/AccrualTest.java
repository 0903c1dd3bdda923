package io.forbear.retry.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** The total, compared with the formula in unbounded numbers. */
class AccrualTest {

    private static final long YEAR = 365L * 86_400 * 1_000_000_000;

    /** The greatest age of an origin. */
    private static final long FAR = 1L << 56;

    private static BigInteger floor(BigInteger elapsed, long units, long period) {
        BigInteger[] parts = elapsed.multiply(BigInteger.valueOf(units)).divideAndRemainder(BigInteger.valueOf(period));
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }

    @Provide
    Arbitrary<List<Long>> steps() {
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(0, 1_000_000_000L),
                        Arbitraries.longs().between(0, YEAR),
                        Arbitraries.longs().between(0, Long.MAX_VALUE))
                .list()
                .ofMaxSize(20);
    }

    @Property
    void isExactAfterAnyStepsFromAnyOrigin(
            @ForAll @LongRange(min = 1, max = 1L << 53) long units,
            @ForAll @LongRange(min = 1, max = YEAR) long period,
            @ForAll long start,
            @ForAll("steps") List<Long> steps) {
        Accrual accrual = new Accrual(units, period, start);
        long now = start;
        BigInteger elapsed = BigInteger.ZERO;
        for (long step : steps) {
            now += step;
            elapsed = elapsed.add(BigInteger.valueOf(step));
            Accrual.Origin origin = accrual.origin();
            if (!accrual.isNear(origin, now)) {
                origin = accrual.moveOrigin(origin, now);
                assertThat(accrual.origin()).isSameAs(origin);
                assertThat(accrual.isNear(origin, now)).isTrue();
            }
            assertThat(accrual.total(origin, now))
                    .as("modulo 2^64, after %s ns", elapsed)
                    .isEqualTo(floor(elapsed, units, period).longValue());
        }
    }

    /**
     * Products beyond 63 bits, before and after the origin: a thread may have an older time than the thread that moved
     * it.
     */
    @Property
    void isExactForReadingsOlderThanTheOrigin(
            @ForAll @LongRange(min = 1, max = 1L << 53) long units,
            @ForAll @LongRange(min = 1, max = YEAR) long period,
            @ForAll @LongRange(min = -YEAR, max = YEAR) long elapsed) {
        Accrual accrual = new Accrual(units, period, 17);

        assertThat(accrual.total(accrual.origin(), 17 + elapsed))
                .isEqualTo(floor(BigInteger.valueOf(elapsed), units, period).longValue());
    }

    @Test
    void theOriginStaysUntilItIsFarAway() {
        Accrual accrual = new Accrual(1, 1, 0);
        Accrual.Origin origin = accrual.origin();

        assertThat(accrual.isNear(origin, 0)).isTrue();
        assertThat(accrual.isNear(origin, FAR)).isTrue();
        assertThat(accrual.isNear(origin, FAR + 1)).isFalse();
        assertThat(accrual.isNear(origin, -FAR)).as("an older reading").isTrue();
        assertThat(accrual.isNear(origin, Long.MIN_VALUE)).as("an overflow").isFalse();
    }

    @Test
    void theOriginMovesByWholePeriods() {
        Accrual accrual = new Accrual(3, 10, 5);

        Accrual.Origin moved = accrual.moveOrigin(accrual.origin(), 5 + 29);

        assertThat(moved).isEqualTo(new Accrual.Origin(25, 6));
        assertThat(accrual.total(moved, 34)).isEqualTo(8);
        assertThat(accrual.moveOrigin(moved, 34)).as("less than a period").isEqualTo(moved);
    }
}
