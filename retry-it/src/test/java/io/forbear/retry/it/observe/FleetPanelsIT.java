package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Retry;
import io.forbear.retry.core.Retries;
import io.forbear.retry.redis.FleetBudget;
import io.forbear.retry.redis.FleetMetrics;
import io.forbear.retry.redis.FloorReason;
import io.forbear.retry.redis.LettuceStore;
import io.forbear.retry.testsupport.RedisProcess;
import io.lettuce.core.RedisClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard and the alert of budgets that processes share: a real Redis, and a real Prometheus that scrapes. */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FleetPanelsIT {

    private static final String ON_FLOOR = "avg by (retry_service) (forbear_fleet_floor) > 0.1";

    @TempDir
    private Path folder;

    @Test
    void everyPanelHasDataAndTheAlertFollowsTheStore() throws Exception {
        PrometheusServer.command("prometheus");
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer target = MetricsPage.serve(meters);
        try (RedisProcess redis = RedisProcess.start();
                PrometheusServer prometheus =
                        new PrometheusServer(folder, target.getAddress().getPort(), ShippedQueries.RULES)) {
            RedisClient client = RedisClient.create("redis://127.0.0.1:" + redis.port());
            try (FleetBudget fleet =
                    FleetBudget.of(LettuceStore.of(client.connect().async()), "users")) {
                new FleetMetrics(fleet).bindTo(meters);
                Retry users = Retries.named("users").budget(fleet).build();
                await("leases", () -> users.call(() -> fleet.snapshot().leases() > 0));
                assertThat(ShippedQueries.panelsOfFleets()).hasSizeGreaterThanOrEqualTo(6);
                for (JsonNode panel : ShippedQueries.panelsOfFleets()) {
                    for (JsonNode query : panel.path("targets")) {
                        String filled = ShippedQueries.filled(query, "10s");
                        await(panel.path("title").asText(), () -> prometheus.series(filled) > 0);
                    }
                }
                await("no floor", () -> prometheus.series(ON_FLOOR) == 0); // a lease may have been slow

                redis.freeze();
                await("the alert's expression holds", () -> prometheus.series(ON_FLOOR) > 0);
                assertThat(fleet.snapshot().reason()).isEqualTo(FloorReason.TIMEOUT);
                redis.thaw();
                await("it ends by itself", () -> prometheus.series(ON_FLOOR) == 0);
                users.close();
            } finally {
                client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
            }
        } finally {
            target.stop(0);
        }
    }

    /** Asks again until it holds: other processes have to come round. */
    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).describedAs("%s", what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }
}
