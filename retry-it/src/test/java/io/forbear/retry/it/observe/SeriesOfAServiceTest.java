package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.core.Retries;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What a service costs in a Prometheus: the page of the meters names the numbers. */
class SeriesOfAServiceTest {

    private static long series(Function<PrometheusMeterRegistry, RetryListener> listener) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Retry users =
                Retries.named("users").listener(listener.apply(registry)).build()) {
            users.call(() -> "done");
            return registry.scrape()
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .count();
        }
    }

    @Test
    void thePageOfTheMetersNamesHowManySeriesAServiceHas() throws IOException {
        String page = Files.readString(Path.of("../docs/guide/metrics-and-spans.md"));

        assertThat(page)
                .contains(
                        "| nothing more | 75 | %d |".formatted(series(MicrometerRetry::bindTo)),
                        "| `durations()` | 89 | %d |".formatted(series(registry -> MicrometerRetry.builder(registry)
                                .durations()
                                .build())),
                        "| `standardBuckets()`: twelve buckets, 5 ms to 30 s | 89 | %d |"
                                .formatted(series(registry -> MicrometerRetry.builder(registry)
                                        .standardBuckets()
                                        .build())),
                        "| `percentileHistogram()` | 89 | %d |"
                                .formatted(series(registry -> MicrometerRetry.builder(registry)
                                        .percentileHistogram()
                                        .build())));
    }
}
