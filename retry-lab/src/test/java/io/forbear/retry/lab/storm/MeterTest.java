package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class MeterTest {

    private static final long START = Long.MAX_VALUE - 7; // the clock may wrap
    private final Meter meter = new Meter(START, 1000);

    private static long at(long millis) {
        return START + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void whatHappensIsCountedInItsSlice() {
        meter.called(at(0), at(0));
        meter.refused(at(1));
        meter.attempted(at(49));
        meter.arrived(at(50));

        assertThat(meter.slices).isEqualTo(20);
        assertThat(meter.calls.get(0)).isEqualTo(1);
        assertThat(meter.refused.get(0)).isEqualTo(1);
        assertThat(meter.attempts.get(0)).isEqualTo(1);
        assertThat(meter.arrivals.get(0)).isZero();
        assertThat(meter.arrivals.get(1)).isEqualTo(1);
    }

    @Test
    void whatIsLateCountsInTheLastSlice() {
        meter.ended(at(900), at(5000), false);

        assertThat(meter.failures.get(19)).isEqualTo(1);
        assertThat(Meter.sum(meter.successes, 0, 20)).isZero();
    }

    @Test
    void aSuccessCountsWhereItEndedAndWhereItWasDue() {
        meter.ended(at(100), at(350), true);
        meter.ended(at(100), at(350), false);

        assertThat(meter.successes.get(7)).isEqualTo(1);
        assertThat(meter.succeededOfDue.get(2)).isEqualTo(1);
        assertThat(meter.failures.get(7)).isEqualTo(1);
    }

    @Test
    void latencyCountsFromWhenTheCallWasDue() {
        meter.ended(at(100), at(350), true);

        Histogram latencies = meter.latencies(0, meter.slices);
        assertThat(latencies.getTotalCount()).isEqualTo(1);
        assertThat(latencies.getMaxValue()).isBetween(248_000L, 252_000L);
    }
}
