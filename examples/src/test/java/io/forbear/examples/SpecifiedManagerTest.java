package io.forbear.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.ClientSnapshot;
import io.forbear.retry.RetryRuntime;
import io.forbear.retry.testsupport.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The manager in the words of the specification, against the decisions that its reference program took. */
class SpecifiedManagerTest {

    private final List<Long> delays = new ArrayList<>();
    private final RetryRuntime runtime = RetryRuntime.system().toBuilder()
            .clock(() -> 0)
            .sleeper(nanos -> delays.add(nanos / 1_000_000))
            .build();

    private static JsonNode scenario() {
        return StreamSupport.stream(Vectors.read("seed-oracle.json").spliterator(), false)
                .filter(each -> each.get("name").asText().equals("service overrides and a disabled service"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itsFiguresAreThoseOfTheReferenceProgram() {
        SpecifiedManager manager = new SpecifiedManager(runtime);
        int calls = 0;
        for (JsonNode call : scenario().get("calls")) {
            String client = call.get("client").asText();
            String service = call.get("service").asText();
            List<String> outcomes = new ArrayList<>();
            call.get("outcomes").forEach(outcome -> outcomes.add(outcome.isNull() ? "" : outcome.asText()));
            JsonNode expected = call.get("expect");
            delays.clear();

            boolean succeeded = manager.call(client, service, outcomes);

            List<Long> wanted = new ArrayList<>();
            expected.get("delays_ms").forEach(delay -> wanted.add(delay.asLong()));
            JsonNode metrics = expected.get("metrics");
            ClientSnapshot figures = manager.metrics(client, service);
            assertThat(succeeded).as(service).isEqualTo(expected.get("error").isNull());
            assertThat(delays).as(service).isEqualTo(wanted);
            assertThat(figures.calls())
                    .isEqualTo(metrics.get("total_operations").asLong());
            assertThat(figures.successRate())
                    .isCloseTo(metrics.get("success_rate").asDouble(), within(1e-12));
            assertThat(figures.amplification())
                    .isCloseTo(metrics.get("average_attempts").asDouble(), within(1e-12));
            assertThat((long) figures.budgetRemaining())
                    .isEqualTo(metrics.get("retry_budget_remaining").asLong());
            calls++;
        }
        assertThat(calls).isEqualTo(3);
    }

    @Test
    void theSettingsOfTheProgramAreThoseOfTheScenario() {
        JsonNode config = scenario().get("config");

        assertThat(config.get("budget_config").get("max_budget").asInt()).isEqualTo(100);
        config.properties()
                .forEach(part -> assertThat(SpecifiedManager.SETTINGS).containsKey(part.getKey()));
    }

    @Test
    void printsTheMetricsOfEachService() {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            SpecifiedManager.run(runtime);
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "user_service: total_operations 1, success_rate 1.0, average_attempts 5.0,"
                                + " retry_budget_remaining 95",
                        "other: total_operations 1, success_rate 0.0, average_attempts 2.0, retry_budget_remaining 95",
                        "audit: total_operations 0, success_rate 1.0, average_attempts 1.0, retry_budget_remaining 95");
    }
}
