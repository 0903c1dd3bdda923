package io.forbear.retry.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.Retry;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.testsupport.Vectors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The decisions that the specification's reference program took, one test for each of its calls, on virtual time. Its
 * waits take no time, as in the recording, where only {@code advance_ms} moves the clock that refills budgets.
 */
class SpecificationOracleTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static int cases;

    @TestFactory
    Stream<DynamicNode> decisions() {
        List<DynamicNode> scenarios = new ArrayList<>();
        for (JsonNode scenario : Vectors.read("seed-oracle.json")) {
            scenarios.add(scenario(scenario));
        }
        return scenarios.stream();
    }

    @AfterAll
    static void printsCount() {
        System.out.println("seed-oracle.json: " + cases + " calls run");
        assertThat(cases).isEqualTo(70);
    }

    /** The calls of a scenario build on each other, so they run in order on one registry. */
    private static DynamicNode scenario(JsonNode scenario) {
        AtomicLong now = new AtomicLong(-5_000_000_000L);
        List<Long> delays = new ArrayList<>();
        double random = scenario.get("random").asDouble();
        RetryRegistry registry = RetryRegistry.builder()
                .runtime(
                        r -> r.clock(now::get).random(constant(random)).sleeper(nanos -> delays.add(nanos / 1_000_000)))
                .build(RetryConfig.of(settings(scenario.get("config"))));
        List<DynamicTest> calls = new ArrayList<>();
        int number = 0;
        for (JsonNode call : scenario.get("calls")) {
            String id = scenario.get("name").asText() + "/" + number++;
            calls.add(DynamicTest.dynamicTest(id, () -> {
                cases++;
                now.addAndGet(call.path("advance_ms").asLong() * 1_000_000);
                delays.clear();
                check(registry, call, delays);
            }));
        }
        return DynamicContainer.dynamicContainer(scenario.get("name").asText(), calls);
    }

    private static void check(RetryRegistry registry, JsonNode call, List<Long> delays) {
        Retry retry = registry.get(call.get("service").asText())
                .forClient(call.get("client").asText());
        JsonNode outcomes = call.get("outcomes");
        JsonNode expected = call.get("expect");
        int[] attempts = {0};
        String error = null;
        try {
            retry.run(() -> {
                JsonNode outcome = outcomes.get(attempts[0]++);
                if (outcome != null && !outcome.isNull()) {
                    throw new RuntimeException(outcome.asText());
                }
            });
        } catch (RuntimeException failure) {
            error = failure.getMessage();
        }

        assertThat(attempts[0])
                .as("attempts")
                .isEqualTo(expected.get("attempts").asInt());
        List<Long> wanted = new ArrayList<>();
        expected.get("delays_ms").forEach(delay -> wanted.add(delay.asLong()));
        assertThat(delays).as("delays in ms").isEqualTo(wanted);
        assertThat(error).as("error").isEqualTo(expected.get("error").textValue());
        ClientSnapshot figures = retry.clientSnapshot().orElseThrow();
        JsonNode metrics = expected.get("metrics");
        assertThat(figures.calls())
                .as("calls")
                .isEqualTo(metrics.get("total_operations").asLong());
        assertThat(figures.successRate())
                .as("success rate")
                .isCloseTo(metrics.get("success_rate").asDouble(), within(1e-12));
        assertThat(figures.amplification())
                .as("average attempts")
                .isCloseTo(metrics.get("average_attempts").asDouble(), within(1e-12));
        assertThat((long) figures.budgetRemaining())
                .as("budget")
                .isEqualTo(metrics.get("retry_budget_remaining").asLong());
    }

    /** The configuration of the reference program is read as it is: nested, and by its own names. */
    private static Map<String, Object> settings(JsonNode config) {
        Map<String, Object> settings = new LinkedHashMap<>(Map.of("preset", "specification"));
        settings.putAll(JSON.convertValue(config, new TypeReference<Map<String, Object>>() {}));
        return settings;
    }

    private static RandomGenerator constant(double value) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only nextDouble is scripted");
            }

            @Override
            public double nextDouble() {
                return value;
            }
        };
    }
}
