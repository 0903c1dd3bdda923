package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.testkit.ManualClock;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published sequences of Resilience4j's windows. Ours keeps counts, not durations. */
class SlidingWindowVectorsTest {

    private final ManualClock clock = new ManualClock();

    static Stream<Arguments> cases() {
        return Vectors.load("resilience4j_sliding_windows");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void countsAsPublished(String id, JsonNode test) {
        Window window = window(test.get("given"));
        for (JsonNode step : test.get("steps")) {
            long now = clock.nanoTime();
            switch (step.get("op").asText()) {
                case "record" -> {
                    String outcome = step.get("outcome").asText();
                    window.outcome(now, outcome.endsWith("ERROR"), outcome.startsWith("SLOW"));
                }
                case "advance_ms" -> clock.advanceMillis(step.get("ms").asLong());
                case "snapshot" -> {}
                default -> throw new AssertionError("unknown: " + step);
            }
            compare(window, now, step.path("expect"));
        }
    }

    private Window window(JsonNode given) {
        int size = given.get("size").asInt();
        return given.get("window").asText().equals("count")
                ? new CountWindow(size, true, new Successes(null))
                : new TimeWindow(Duration.ofSeconds(size).toNanos(), new Successes(null), clock.nanoTime());
    }

    private static void compare(Window window, long nowNanos, JsonNode expected) {
        CircuitBreakers.Counts counts = window.counts(nowNanos);
        long calls = counts.calls();
        equal(expected.path("total"), calls);
        equal(expected.path("failed"), counts.failures());
        equal(expected.path("successful"), calls - counts.failures());
        equal(expected.path("slow"), counts.slow());
        rate(expected.path("failure_rate"), counts.failures(), calls);
        rate(expected.path("slow_rate"), counts.slow(), calls);
    }

    private static void equal(JsonNode expected, long ours) {
        if (!expected.isMissingNode()) {
            assertThat(ours).isEqualTo(expected.asLong());
        }
    }

    private static void rate(JsonNode expected, long part, long calls) {
        if (!expected.isMissingNode() && calls > 0) {
            assertThat(100.0 * part / calls).isCloseTo(expected.asDouble(), within(0.001));
        }
    }
}
