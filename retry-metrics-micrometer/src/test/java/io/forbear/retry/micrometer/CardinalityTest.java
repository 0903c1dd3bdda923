package io.forbear.retry.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.Retries;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CardinalityTest {

    /** As docs/guide/metrics-and-spans.md says. */
    private static final int METERS = 75;

    /** Timers and the summary, with the six buckets of the summary. */
    private static final int TIMERS = 14 + 6;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void tenThousandServicesShareOtherBeyondTheLimit() {
        RetryListener listener =
                MicrometerRetry.builder(registry).maxServices(20).durations().build();
        List<Retry> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Retry retry = Retries.named("service-" + i).listener(listener).build();
            retry.call(() -> "done");
            all.add(retry);
        }

        assertThat(registry.getMeters().stream()
                        .map(meter -> Objects.requireNonNull(meter.getId().getTag("retry.service")))
                        .collect(Collectors.toSet()))
                .hasSize(21)
                .contains("other");
        assertThat(registry.getMeters()).hasSize(21 * (METERS + TIMERS));
        assertThat(sumOfCalls("other")).isEqualTo(9_980);

        all.forEach(Retry::close);
        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void aMillionClientsAddNoMeter() {
        Retry users = Retries.named("users")
                .listener(MicrometerRetry.builder(registry).durations().build())
                .build();
        int before = registry.getMeters().size();

        for (int i = 0; i < 1_000_000; i++) {
            users.forClient("client-" + i).call(() -> "done");
        }

        assertThat(registry.getMeters()).hasSize(before);
        assertThat(sumOfCalls("users")).isEqualTo(1_000_000);
        assertThat(registry.get("forbear.clients.tracked").gauge().value()).isBetween(1.0, 10_000.0);
    }

    private double sumOfCalls(String service) {
        return registry.get("forbear.calls").tag("retry.service", service).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }
}
