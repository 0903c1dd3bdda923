package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published sequences of Resilience4j's windows. Ours keeps counts, not durations. */
class SlidingWindowVectorsTest {

    private final ManualClock clock = new ManualClock();

    static Stream<Arguments> cases() {
        return Vectors.arguments("g6_circuit_breaker/resilience4j_sliding_windows.json");
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

    /** Calls, failures and their rate, in a window over successes that the service counts; it knows no slow calls. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void countsAsPublishedWhatAServiceCounts(String id, JsonNode test) {
        int size = test.at("/given/size").asInt();
        boolean count = test.at("/given/window").asText().equals("count");
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(1);
        Breaker breaker = (count ? spec.window(size) : spec.window(Duration.ofSeconds(size)))
                .create("users", clock, State.METRICS_ONLY);
        Attempts attempts = Attempts.ofService(breaker, clock);
        for (JsonNode step : test.get("steps")) {
            switch (step.get("op").asText()) {
                case "record" -> {
                    Attempts.Attempt attempt = Objects.requireNonNull(attempts.begin());
                    if (step.get("outcome").asText().endsWith("ERROR")) {
                        attempt.failed(Duration.ZERO, ErrorCategory.TRANSIENT);
                    } else {
                        attempt.succeeded(Duration.ZERO);
                    }
                }
                case "advance_ms" -> clock.advanceMillis(step.get("ms").asLong());
                default -> {}
            }
            compareCalls(breaker.counts(), step.path("expect"));
        }
    }

    private Window window(JsonNode given) {
        int size = given.get("size").asInt();
        return given.get("window").asText().equals("count")
                ? new CountWindow(size, true, new Successes(null))
                : new TimeWindow(Duration.ofSeconds(size).toNanos(), new Successes(null), clock.nanoTime());
    }

    private static void compare(Window window, long nowNanos, JsonNode expected) {
        BreakerCounts counts = window.counts(nowNanos);
        compareCalls(counts, expected);
        equal(expected.path("slow"), counts.slow());
        rate(expected.path("slow_rate"), counts.slow(), counts.calls());
    }

    private static void compareCalls(BreakerCounts counts, JsonNode expected) {
        long calls = counts.calls();
        equal(expected.path("total"), calls);
        equal(expected.path("failed"), counts.failures());
        equal(expected.path("successful"), calls - counts.failures());
        rate(expected.path("failure_rate"), counts.failures(), calls);
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
