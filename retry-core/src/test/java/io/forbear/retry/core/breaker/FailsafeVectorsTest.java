package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published sequences of Failsafe's breaker; ours follows all of them. */
class FailsafeVectorsTest {

    private final ManualClock clock = new ManualClock();

    static Stream<Arguments> cases() {
        return Vectors.arguments("g6_circuit_breaker/failsafe_circuit_breaker.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void followsTheSequence(String id, JsonNode test) {
        follow(test, Attempts::told);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void followsTheSequenceAsTheBreakerOfAService(String id, JsonNode test) {
        follow(test, breaker -> Attempts.ofService(breaker, clock));
    }

    private void follow(JsonNode test, Function<Breaker, Attempts> way) {
        JsonNode given = test.get("given");
        if (test.has("outcomes")) {
            outcomes(test, given, way);
        } else if (given.has("delay_ms")) {
            openTime(test, given, way);
        } else {
            statistics(test, given, way);
        }
    }

    private void outcomes(JsonNode test, JsonNode given, Function<Breaker, Attempts> way) {
        Breaker breaker = spec(given)
                .create("users", clock, State.valueOf(given.get("start").asText()));
        Attempts attempts = way.apply(breaker);
        List<String> expected = new ArrayList<>();
        List<String> states = new ArrayList<>();
        for (int i = 0; i < test.get("outcomes").size(); i++) {
            make(attempts, test.get("outcomes").get(i).asText().equals("S"));
            expected.add(test.get("states").get(i).asText());
            states.add(breaker.state().name());
        }
        assertThat(states).isEqualTo(expected);
    }

    private static void make(Attempts attempts, boolean succeeds) {
        Attempts.Attempt attempt = Objects.requireNonNull(attempts.begin(), "refused");
        if (succeeds) {
            attempt.succeeded(Duration.ZERO);
        } else {
            attempt.failed(Duration.ZERO, ErrorCategory.TRANSIENT);
        }
    }

    /**
     * Thresholds: {@code n} in a row, or {@code [n, m]}: n of the last m. Without one for successes that of failures
     * decides.
     */
    private static CircuitBreakerSpec spec(JsonNode given) {
        int[] failure = threshold(given.path("failure_threshold"));
        CircuitBreakerSpec spec = CircuitBreakers.failureRate((double) failure[0] / failure[1])
                .window(failure[1])
                .minimumCalls(failure[1]);
        int[] success = threshold(given.path("success_threshold"));
        return given.has("success_threshold")
                ? spec.probes(success[1], success[0])
                : spec.probes(failure[1], failure[1] - failure[0] + 1);
    }

    private static int[] threshold(JsonNode given) {
        if (given.isArray()) {
            return new int[] {given.get(0).asInt(), given.get(1).asInt()};
        }
        return new int[] {given.asInt(1), given.asInt(1)};
    }

    private void openTime(JsonNode test, JsonNode given, Function<Breaker, Attempts> way) {
        Breaker breaker = CircuitBreakers.failureRate(0.5)
                .openFor(Duration.ofMillis(given.get("delay_ms").asInt()))
                .create("users", clock, State.CLOSED);
        Attempts attempts = way.apply(breaker);
        for (JsonNode step : test.get("steps")) {
            JsonNode expected = step.path("expect");
            switch (step.get("op").asText()) {
                case "open" -> breaker.open();
                case "permit" -> assertThat(attempts.begin() != null).isEqualTo(expected.asBoolean());
                case "wait_ms" -> clock.advanceMillis(step.get("ms").asLong());
                case "state" -> assertThat(breaker.state().name()).isEqualTo(expected.asText());
                case "remaining_ms" ->
                    assertThat(breaker.untilProbe().toMillis()).isEqualTo(expected.asLong());
                default -> throw new AssertionError("unknown: " + step);
            }
        }
    }

    private void statistics(JsonNode test, JsonNode given, Function<Breaker, Attempts> way) {
        CircuitBreakerSpec spec = CircuitBreakers.failureRate(1);
        Breaker breaker = (given.has("window_ms")
                        ? spec.window(Duration.ofMillis(given.get("window_ms").asLong()))
                        : spec.window(given.get("window").asInt()))
                .create("users", clock, State.METRICS_ONLY);
        Attempts attempts = way.apply(breaker);
        for (JsonNode step : test.get("steps")) {
            long at = Duration.ofMillis(step.path("at_ms").asLong()).toNanos();
            clock.advance(Duration.ofNanos(Math.max(0, at - clock.nanoTime())));
            record(attempts, step.path("record").asText());
            compare(breaker.counts(), step.get("expect"));
        }
    }

    /** For example {@code 50 executions, i % 5 == 0 succeeds}, or {@code 20 failures}. */
    private static void record(Attempts attempts, String what) {
        if (what.isEmpty()) {
            return;
        }
        int times = Integer.parseInt(what.substring(0, what.indexOf(' ')));
        IntPredicate succeeds = what.contains("% 5")
                ? i -> i % 5 == 0
                : what.contains("% 3") ? i -> i % 3 == 0 : i -> what.endsWith("successes");
        for (int i = 0; i < times; i++) {
            make(attempts, succeeds.test(i));
        }
    }

    private static void compare(BreakerCounts counts, JsonNode expected) {
        long successes = counts.calls() - counts.failures();
        assertThat(counts.calls()).isEqualTo(expected.get("executions").asLong());
        assertThat(counts.failures()).isEqualTo(expected.path("failures").asLong());
        assertThat(successes).isEqualTo(expected.path("successes").asLong());
        if (expected.has("success_rate") && counts.calls() > 0) {
            assertThat(100 * successes / counts.calls())
                    .isEqualTo(expected.get("success_rate").asLong());
            assertThat(100 * counts.failures() / counts.calls())
                    .isEqualTo(expected.get("failure_rate").asLong());
        }
    }
}
