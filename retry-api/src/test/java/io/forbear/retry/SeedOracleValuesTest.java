package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorClassifier;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The recorded decisions of the specification, as far as values alone decide them: which messages are retried, and the
 * delays. Budgets and attempts are checked by the engine's test.
 */
class SeedOracleValuesTest {

    @TestFactory
    Stream<DynamicTest> delaysAndMessages() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode scenario : Vectors.read("seed-oracle.json")) {
            Map<String, Deque<Boolean>> lastTwenty = new HashMap<>();
            int index = 0;
            for (JsonNode call : scenario.get("calls")) {
                Deque<Boolean> window =
                        lastTwenty.computeIfAbsent(call.get("client").asText(), c -> new ArrayDeque<>());
                double rate = window.isEmpty()
                        ? 1
                        : (double) window.stream().filter(b -> b).count() / window.size();
                String name = scenario.get("name").asText() + " #" + index++;
                tests.add(DynamicTest.dynamicTest(name, () -> check(scenario, call, rate)));
                window.addLast(call.at("/expect/error").isNull());
                if (window.size() > 20) {
                    window.removeFirst();
                }
            }
        }
        System.out.printf("vectors seed-oracle.json: delays and messages of %d calls are checked here%n", tests.size());
        assertThat(tests).hasSize(70);
        return tests.stream();
    }

    private static void check(JsonNode scenario, JsonNode call, double rate) {
        JsonNode own =
                scenario.at("/config/service_configs/" + call.get("service").asText());
        JsonNode config = own.isMissingNode() ? scenario.at("/config/default_retry_config") : own;
        Backoff backoff = backoff(config);
        JsonNode delays = call.at("/expect/delays_ms");
        for (int i = 0; i < delays.size(); i++) {
            long nanos = backoff.delayNanos(
                    i + 1, -1, rate, Draws.always(scenario.get("random").asDouble()));
            assertThat(nanos / 1_000_000).isEqualTo(delays.get(i).asLong());
        }
        boolean enabled = config.path("enabled").asBoolean(true);
        String first = call.get("outcomes").get(0).asText();
        if (enabled && !call.get("outcomes").get(0).isNull() && !first.contains("503")) {
            Classification found = ErrorClassifier.defaults().classify(new RuntimeException(first));
            assertThat(found).isNotNull();
            assertThat(found.category().isRetryableByDefault())
                    .isEqualTo(call.at("/expect/attempts").asInt() > 1);
        }
    }

    private static Backoff backoff(JsonNode config) {
        Duration base = Duration.ofMillis(config.path("base_delay_ms").asLong(100));
        Duration max = Duration.ofMillis(config.path("max_delay_ms").asLong(30_000));
        Backoff backoff = config.path("strategy").asText().equals("adaptive")
                ? Backoff.adaptive(base, max)
                : Backoff.exponential(base, max);
        return backoff.multiplier(config.path("backoff_multiplier").asDouble(2))
                .jitter(Jitter.clamped(config.path("jitter_factor").asDouble(0.1)));
    }
}
