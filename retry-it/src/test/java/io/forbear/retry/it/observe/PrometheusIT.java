package io.forbear.retry.it.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.micrometer.MicrometerRetry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The shipped dashboard and rules, against a real Prometheus that scrapes real calls. */
@Timeout(value = 1200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrometheusIT {

    @TempDir
    private Path folder;

    @Test
    void rulesPassPromtool() throws Exception {
        String promtool = PrometheusServer.command("promtool");
        run(promtool, "check", "rules", "rules.yml");
        run(promtool, "test", "rules", "rules_test.yml");
    }

    /** promtool tests what the file of its tests has; this is what the dashboards have. */
    @Test
    void theQueriesOfBreakersThatPromtoolTestsAreThoseOfTheDashboards() throws IOException {
        String tested = Files.readString(ShippedQueries.SHIPPED.resolve("prometheus/rules_test.yml"));

        assertThat(ShippedQueries.ofDashboards("1m"))
                .filteredOn(query -> query.contains("forbear_breaker_state") || query.contains("breaker_not_closed"))
                .hasSize(2)
                .allSatisfy(query -> assertThat(tested).contains("expr: '" + query + "'"));
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(ShippedQueries.SHIPPED.resolve("prometheus").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("promtool.log").toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .describedAs(Files.readString(folder.resolve("promtool.log")))
                .isZero();
    }

    @Test
    void everyShippedQueryIsAnsweredWhileCallsGoOn() throws Exception {
        PrometheusServer.command("prometheus");
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        HttpServer metrics = MetricsPage.serve(registry);
        try (Traffic traffic = new Traffic(
                        MicrometerRetry.builder(registry).percentileHistogram().build());
                PrometheusServer prometheus =
                        new PrometheusServer(folder, metrics.getAddress().getPort(), ShippedQueries.RULES)) {
            await("rates", () -> prometheus.series("retry_service:forbear_wasted:ratio_rate5m") > 0);
            Set<String> queries = ShippedQueries.ofDashboards("1m");
            queries.addAll(ShippedQueries.ofRules(prometheus));
            List<String> waiting = new ArrayList<>(queries);
            await("data for " + waiting, () -> {
                waiting.removeIf(query -> hasData(prometheus, query));
                return waiting.stream().allMatch(PrometheusIT::mayBeEmpty);
            });
            for (String query : queries) {
                assertThat(prometheus.query(query).path("status").asText())
                        .describedAs(query)
                        .isEqualTo("success");
            }
            System.out.println("queries: " + queries.size() + ", with data: " + (queries.size() - waiting.size())
                    + ", validly empty: " + waiting);
            assertThat(queries).hasSizeGreaterThan(30);

            assertThat(prometheus.series("forbear_calls_total{service='the-caller',retry_service='users'}"))
                    .describedAs("a label service of the target leaves ours alone")
                    .isPositive();
            assertThat(prometheus.series("{exported_service=~'.+'}"))
                    .describedAs("no label of ours had to make way")
                    .isZero();

            traffic.ends();
            for (Retry retry : traffic.services) {
                agrees(
                        prometheus,
                        "sum(forbear_calls_total{retry_service='%s'})",
                        retry,
                        retry.snapshot().calls());
                agrees(
                        prometheus,
                        "forbear_attempts_total{retry_service='%s'}",
                        retry,
                        retry.snapshot().attempts());
                agrees(
                        prometheus,
                        "sum(forbear_call_duration_seconds_count{retry_service='%s'})",
                        retry,
                        retry.snapshot().calls());
            }
        } finally {
            metrics.stop(0);
        }
    }

    /** What Prometheus has scraped is, soon, what the library counted. */
    private static void agrees(PrometheusServer prometheus, String query, Retry retry, long counted) throws Exception {
        String filled = query.formatted(retry.name());
        await(filled + " = " + counted, () -> {
            JsonNode result = prometheus.query(filled).path("data").path("result");
            return result.size() == 1
                    && Double.parseDouble(result.get(0).path("value").get(1).asText()) == counted;
        });
    }

    private static boolean hasData(PrometheusServer prometheus, String query) {
        try {
            return prometheus.series(query) > 0;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Alerts, whose emptiness is good news; the breaker of a storm is open only now and then. */
    private static boolean mayBeEmpty(String query) {
        return ShippedQueries.isAlert(query);
    }

    /** Asks again until it holds: another process has to come round. */
    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(180);
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).describedAs("%s", what).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    /** Calls to a service that is down every other 400 ms, and to one where an outer layer retries. */
    private static final class Traffic implements AutoCloseable {
        final List<Retry> services = new ArrayList<>();
        private final Thread thread;
        private volatile boolean over;

        Traffic(RetryListener listener) {
            for (String name : List.of("users", "orders")) {
                services.add(Retries.named(name)
                        .policy(RetryPolicy.builder()
                                .maxAttempts(3)
                                .backoff(Backoff.fixed(Duration.ofMillis(1)))
                                .build())
                        .budget(RetryBudgets.tokenBucket(20).refill(20, Duration.ofSeconds(1)))
                        .circuitBreaker(CircuitBreakers.failureRate(0.5)
                                .minimumCalls(40)
                                .window(Duration.ofSeconds(1))
                                .openFor(Duration.ofMillis(100)))
                        .maxClients(50)
                        .clientBudget(RetryBudgets.tokenBucket(5))
                        .listener(listener)
                        .build());
            }
            thread = new Thread(this::run, "traffic");
            thread.start();
        }

        private void run() {
            for (int call = 0; !over; call++) {
                boolean down = System.nanoTime() / 400_000_000 % 2 == 0;
                int number = call;
                int[] attempt = {0};
                try {
                    services.get(call % 2)
                            .forClient("client-" + call % 500)
                            .with(CallOptions.defaults().upstreamAttempt(call % 10 == 0 ? 2 : 1))
                            .run(() -> {
                                if (down || number % 7 == 0 && attempt[0]++ == 0) {
                                    throw new IOException("down");
                                }
                            });
                } catch (IOException | RuntimeException expected) {
                    LockSupport.parkNanos(100_000);
                }
                LockSupport.parkNanos(1_000_000);
            }
        }

        void ends() throws InterruptedException {
            over = true;
            thread.join();
        }

        @Override
        public void close() {
            over = true;
        }
    }
}
