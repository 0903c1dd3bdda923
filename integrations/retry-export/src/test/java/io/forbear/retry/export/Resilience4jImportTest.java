package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.export.ImportResult.Finding;
import io.forbear.retry.export.ImportResult.Kind;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What Resilience4j makes of its settings, the imported ones make too; and each setting is in the report once. */
class Resilience4jImportTest {

    private static final int DRAWS = 300;

    @Provide
    Arbitrary<Map<String, Object>> instances() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 6),
                        Arbitraries.integers().between(10, 2000),
                        Arbitraries.integers().between(0, 31),
                        Arbitraries.of(1.0, 1.5, 2.0, 3.7),
                        Arbitraries.of(0.1, 0.25, 0.5, 0.9),
                        Arbitraries.integers().between(1, 20_000))
                .as((attempts, wait, bits, multiplier, factor, cap) -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    fields.put("maxAttempts", attempts);
                    if ((bits & 1) > 0) {
                        fields.put("wait-duration", wait + "ms");
                    }
                    if ((bits & 2) > 0) {
                        fields.put("enableExponentialBackoff", true);
                        fields.put("exponential-backoff-multiplier", multiplier);
                    }
                    if ((bits & 6) == 6) {
                        fields.put("exponentialMaxWaitDuration", Math.max(cap, wait) + "ms");
                    }
                    if ((bits & 8) > 0) {
                        fields.put("enableRandomizedWait", true);
                    }
                    if ((bits & 16) > 0) {
                        fields.put("randomizedWaitFactor", factor);
                    }
                    return fields;
                });
    }

    @Property(tries = 150)
    void theWaitsAndAttemptsAreThoseThatResilience4jMakes(@ForAll("instances") Map<String, Object> fields) {
        String yaml =
                Yaml.write(Map.of("resilience4j", Map.of("retry", Map.of("instances", Map.of("orders", fields)))));
        var theirs = Resilience4jExportTest.loaded(yaml, "orders");
        ImportResult result = Imports.read("application.yml", yaml);
        var ours = result.config().service("orders").policy();

        assertThat(ours.maxAttempts()).isEqualTo(theirs.getMaxAttempts());
        boolean spreads =
                result.findings().stream().anyMatch(found -> found.here().contains("cuts what was drawn"));
        RandomGenerator random = new Random(1);
        for (int failed = 1; failed < ours.maxAttempts(); failed++) {
            double low = Double.MAX_VALUE;
            double high = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                double wait = theirs.<Object>getIntervalBiFunction().apply(failed, null);
                low = Math.min(low, wait);
                high = Math.max(high, wait);
            }
            double[] range = range(ours.backoff(), failed, random);
            double width = Math.max(2, range[1]);
            assertThat(range[1]).as("longest after %s", failed).isCloseTo(high, offset(width));
            if (!spreads) {
                assertThat(range[0]).as("shortest after %s", failed).isCloseTo(low, offset(width));
            }
        }
        assertThat(result.findings().stream().map(Finding::key)).hasSameSizeAs(fields.keySet());
    }

    /** The base of an instance gives what the instance does not say, but not every field of it. */
    @Property(tries = 150)
    void anInstanceHasFromItsBaseWhatResilience4jTakesFromIt(
            @ForAll("instances") Map<String, Object> own, @ForAll("instances") Map<String, Object> base) {
        Map<String, Object> fields = new LinkedHashMap<>(own);
        fields.remove("maxAttempts");
        String yaml = Yaml.write(Map.of(
                "resilience4j",
                Map.of("retry", Map.of("configs", Map.of("default", base), "instances", Map.of("orders", fields)))));
        var theirs = Resilience4jExportTest.loaded(yaml, "orders");
        var ours =
                Imports.read("application.yml", yaml).config().service("orders").policy();

        assertThat(ours.maxAttempts()).isEqualTo(theirs.getMaxAttempts());
        RandomGenerator random = new Random(2);
        for (int failed = 1; failed < ours.maxAttempts(); failed++) {
            double high = 0;
            for (int draw = 0; draw < DRAWS; draw++) {
                high = Math.max(high, theirs.<Object>getIntervalBiFunction().apply(failed, null));
            }
            double[] range = range(ours.backoff(), failed, random);
            assertThat(range[1]).as("longest after %s", failed).isCloseTo(high, offset(Math.max(2, range[1])));
        }
    }

    private static double[] range(Backoff backoff, int failed, RandomGenerator random) {
        double low = Double.MAX_VALUE;
        double high = 0;
        for (int draw = 0; draw < DRAWS; draw++) {
            double wait = backoff.delayNanos(failed, -1, 1, random) / 1e6;
            low = Math.min(low, wait);
            high = Math.max(high, wait);
        }
        return new double[] {low, high};
    }

    /** 300 draws come within 5 % of the ends of their range, with a probability that no run of a year misses. */
    private static org.assertj.core.data.Offset<Double> offset(double width) {
        return org.assertj.core.data.Offset.offset(2 + width * 0.12);
    }

    private static final String WHOLE = """
            resilience4j:
              retry:
                retry-aspect-order: 3
                configs:
                  default:
                    maxAttempts: 4
                    waitDuration: 1s
                  slow:
                    base-config: default
                    waitDuration: 1s
                    enableExponentialBackoff: true
                  unused:
                    maxAttempts: 9
                instances:
                  orders:
                    baseConfig: slow
                    retryExceptions:
                      - java.io.IOException
                      - java.util.concurrent.TimeoutException
                    ignoreExceptions: java.io.FileNotFoundException
                    resultPredicate: shop.Bad
                    failAfterMaxAttempts: true
                    eventConsumerBufferSize: 10
                    wiatDuration: 3s
              circuitbreaker:
                instances:
                  orders:
                    failureRateThreshold: 40
                    slidingWindowType: TIME_BASED
                    slidingWindowSize: 10
                    minimumNumberOfCalls: 5
                    waitDurationInOpenState: 7s
                    permittedNumberOfCallsInHalfOpenState: 5
                    maxWaitDurationInHalfOpenState: 2s
                    slowCallDurationThreshold: 3s
                    recordExceptions: java.io.IOException
                    registerHealthIndicator: true
              timelimiter:
                instances:
                  orders:
                    timeoutDuration: 2s
              bulkhead:
                instances:
                  orders:
                    maxConcurrentCalls: 5
            ---
            spring:
              config:
                activate:
                  on-profile: test
            resilience4j.retry.instances.orders.maxAttempts: 1
            """;

    @Test
    void aWholeFileBecomesSettingsAndAReport() {
        ImportResult result = Imports.read("application.yml", WHOLE);

        assertThat(result.settings())
                .containsEntry("max-attempts", "4")
                .containsEntry("service.orders.max-attempts", "4")
                .containsEntry("service.orders.base-delay", "1s")
                .containsEntry("service.orders.multiplier", "1.5")
                .containsEntry("service.orders.max-delay", "2250ms")
                .containsEntry("service.orders.retry-on", "java.io.IOException, java.util.concurrent.TimeoutException")
                .containsEntry("service.orders.never-on", "java.io.FileNotFoundException")
                .containsEntry("service.orders.throw-failed-results", "true")
                .containsEntry("service.orders.circuit-breaker", "40%")
                .containsEntry("service.orders.circuit-breaker-window", "10s")
                .containsEntry("service.orders.circuit-breaker-probes", "4 of 5")
                .containsEntry("service.orders.attempt-timeout", "2s");
        assertThat(kinds(result, Kind.NEEDS_CODE)).containsExactlyInAnyOrder("resultPredicate", "recordExceptions");
        assertThat(kinds(result, Kind.IGNORED))
                .containsExactlyInAnyOrder(
                        "on-profile",
                        "maxAttempts",
                        "eventConsumerBufferSize",
                        "wiatDuration",
                        "retry-aspect-order",
                        "registerHealthIndicator",
                        "maxConcurrentCalls");
        assertThat(result.report()).startsWith("needs code ");
        assertThat(result.config().service("orders").policy().attemptTimeoutNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    private static List<String> kinds(ImportResult result, Kind kind) {
        return result.findings().stream()
                .filter(found -> found.kind() == kind)
                .map(found -> found.key().substring(found.key().lastIndexOf('.') + 1))
                .toList();
    }

    @Test
    void propertiesAreReadAsYamlIs() {
        ImportResult result = Imports.read("application.properties", """
                resilience4j.retry.instances.user-service.max-attempts=5
                resilience4j.retry.instances.user-service.wait_duration=PT0.25S
                resilience4j.retry.instances.user-service.retry-exceptions[0]=java.io.IOException
                resilience4j.retry.instances.user-service.retry-exceptions[1]=java.lang.IllegalStateException
                """);

        assertThat(result.settings())
                .containsEntry("service.user-service.max-attempts", "5")
                .containsEntry("service.user-service.base-delay", "250ms")
                .containsEntry("service.user-service.retry-on", "java.io.IOException, java.lang.IllegalStateException");
    }

    @Test
    void theFileOfPropertiesIsReadBack() throws Exception {
        ImportResult result = Imports.read("application.yml", WHOLE);
        Properties properties = new Properties();
        properties.load(new StringReader(result.properties()));

        assertThat(properties).isEqualTo(result.settings());
        assertThat(result.properties()).contains("# needs code ").contains("# ignored ");
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        assertThatThrownBy(() -> Imports.read("a.yml", """
                        resilience4j.retry.instances:
                          orders: {baseConfig: none, maxAttempts: 0}
                          users: {waitDuration: soon, enableRandomizedWait: maybe}
                        """))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 settings are wrong:")
                .hasMessageContaining("orders.baseConfig: none (expected: one of configs: [])")
                .hasMessageContaining(
                        "a.yml: resilience4j.retry.instances.orders.maxAttempts: 0 (expected: a number from 1")
                .hasMessageContaining("users.waitDuration: soon (expected: a duration such as 500ms, 2s or PT2S)")
                .hasMessageContaining("users.enableRandomizedWait: maybe (expected: true or false)");
    }

    @Test
    void aFileWithoutRetriesAndAFileThatIsNoneAreRefused() {
        assertThatThrownBy(() -> Imports.read("a.yml", "server.port: 80"))
                .hasMessageStartingWith("a.yml: no setting of retries (expected: resilience4j.retry.instances,");
        assertThatThrownBy(() -> Imports.read("a.yml", "a: [1\nb: 2"))
                .hasMessageStartingWith("a.yml:2: ")
                .hasMessageEndingWith("(expected: YAML or JSON)");
    }

    @Property(tries = 150)
    void whatIsExportedIsImportedWithTheSameRange(@ForAll("instances") Map<String, Object> fields) {
        String yaml =
                Yaml.write(Map.of("resilience4j", Map.of("retry", Map.of("instances", Map.of("orders", fields)))));
        ImportResult first = Imports.read("application.yml", yaml);
        ExportResult export = Exports.resilience4j(ExportedPolicy.of(first.config(), "orders"));
        ImportResult again = Imports.read("application.yml", export.text());

        List<Backoff> backoffs = new ArrayList<>();
        for (ImportResult result : List.of(first, again)) {
            backoffs.add(result.config().service("orders").policy().backoff());
        }
        int attempts = first.config().service("orders").policy().maxAttempts();
        assertThat(again.config().service("orders").policy().maxAttempts()).isEqualTo(attempts);
        for (int failed = 1; failed < attempts; failed++) {
            assertThat(backoffs.get(1).ceilingNanos(failed) / 1e6)
                    .isCloseTo(
                            backoffs.get(0).ceilingNanos(failed) / 1e6,
                            org.assertj.core.data.Offset.offset(
                                    1.0 + backoffs.get(0).ceilingNanos(failed) / 1e8));
        }
    }
}
