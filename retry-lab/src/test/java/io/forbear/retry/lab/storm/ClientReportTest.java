package io.forbear.retry.lab.storm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientReportTest {

    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(Meter.SLICE_MILLIS);

    private static PolicyResult.Transition transition(double seconds, String client) {
        return new PolicyResult.Transition(seconds, client, "CLOSED", "OPEN");
    }

    @Test
    void whatAProcessCountedIsAddedToWhatOthersCounted() throws Exception {
        Meter meter = new Meter(0, 100);
        meter.called(0, 2 * SLICE);
        meter.attempted(0);
        meter.attempted(SLICE);
        meter.ended(0, SLICE, true);
        meter.called(SLICE, SLICE);
        meter.refused(SLICE);
        meter.ended(SLICE, SLICE, false);
        Sampler sampler = new Sampler(meter, () -> 0, List::of);
        sampler.add(List.of(1.0, 2.0), null);
        ClientCounts counts = new ClientCounts(3, 1, List.of(transition(2, "client 1")));

        ObjectMapper json = new ObjectMapper();
        ClientReport report =
                json.readValue(json.writeValueAsString(ClientReport.of(meter, sampler, counts)), ClientReport.class);
        Meter sum = new Meter(0, 100);
        sum.called(0, 0);
        report.addTo(sum);
        Sampler samples = new Sampler(sum, () -> 0, List::of);
        samples.add(report.openBreakers(), report.budgetTokens());
        samples.add(report.openBreakers(), report.budgetTokens());

        assertThat(sum.calls.get(0)).isEqualTo(2);
        assertThat(sum.calls.get(1)).isOne();
        assertThat(sum.late).hasValue(1);
        assertThat(sum.refused.get(1)).isOne();
        assertThat(sum.attempts.get(0)).isOne();
        assertThat(sum.attempts.get(1)).isOne();
        assertThat(sum.successes.get(1)).isOne();
        assertThat(sum.succeededOfDue.get(0)).isOne();
        assertThat(sum.failures.get(1)).isOne();
        assertThat(sum.latencies(0, sum.slices)).isEqualTo(meter.latencies(0, meter.slices));
        assertThat(samples.breakers()).containsExactly(2, 4);
        assertThat(samples.budgets()).isNull();
        assertThat(report.counts().and(new ClientCounts(1, 1, List.of(transition(1, "client 2")))))
                .isEqualTo(new ClientCounts(4, 2, List.of(transition(1, "client 2"), transition(2, "client 1"))));
    }
}
