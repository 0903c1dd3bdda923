package io.forbear.retry.core.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.forbear.retry.CircuitBreaker.Permit;
import io.forbear.retry.CircuitBreaker.State;
import io.forbear.retry.core.breaker.Attempts.Attempt;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The published sequences of Resilience4j's state machine. Where ours must differ, {@link #OURS} has step, what is
 * theirs and what is ours; the reasons stand in {@code docs/internals/vectors.md}.
 */
class Resilience4jVectorsTest {

    private static final Map<String, List<String>> OURS = Map.ofEntries(
            Map.entry(
                    "r4j_half_open_back_to_open_by_failures",
                    List.of(
                            "8 acquire: theirs true, ours false",
                            "10 acquire: theirs true, ours false",
                            "13 buffered: theirs 4, ours 2",
                            "13 failed: theirs 3, ours 2",
                            "13 successful: theirs 1, ours 0",
                            "13 failure_rate: theirs 75.0, ours -1.0")),
            Map.entry(
                    "r4j_ignored_exception_releases_permit",
                    List.of(
                            "12 state: theirs HALF_OPEN, ours CLOSED",
                            "13 buffered: theirs 3, ours 0",
                            "13 successful: theirs 3, ours 0",
                            "16 state: theirs HALF_OPEN, ours CLOSED",
                            "17 buffered: theirs 3, ours 0",
                            "17 successful: theirs 3, ours 0",
                            "21 buffered: theirs 0, ours 1",
                            "21 failed: theirs 0, ours 1")),
            Map.entry("r4j_illegal_closed_to_half_open", List.of("0 IllegalStateTransition: there is no such call")),
            Map.entry("r4j_metrics_only_never_opens", List.of("21 transitions: theirs 0, ours 1")),
            Map.entry("r4j_half_open_max_wait_to_open", List.of("4 state: theirs OPEN, ours HALF_OPEN")),
            Map.entry(
                    "r4j_derived_cycle",
                    List.of(
                            "7 acquire: theirs false, ours true",
                            "7 state: theirs OPEN, ours HALF_OPEN",
                            "7 buffered: theirs 4, ours 0",
                            "7 failed: theirs 2, ours 0",
                            "7 failure_rate: theirs 50.0, ours -1.0",
                            "8 state: theirs OPEN, ours HALF_OPEN",
                            "8 buffered: theirs 4, ours 0",
                            "8 failed: theirs 2, ours 0",
                            "8 failure_rate: theirs 50.0, ours -1.0",
                            "12 state: theirs HALF_OPEN, ours OPEN",
                            "13 acquire: theirs true, ours false",
                            "13 state: theirs HALF_OPEN, ours OPEN",
                            "14 buffered: theirs 3, ours 2",
                            "14 failure_rate: theirs 66.6667, ours -1.0",
                            "15 buffered: theirs 3, ours 2",
                            "15 failure_rate: theirs 66.6667, ours -1.0",
                            "19 state: theirs HALF_OPEN, ours CLOSED",
                            "19 buffered: theirs 2, ours 0",
                            "20 state: theirs HALF_OPEN, ours CLOSED",
                            "20 buffered: theirs 2, ours 0",
                            "21 buffered: theirs 0, ours 1",
                            "21 failed: theirs 0, ours 1",
                            "22 buffered: theirs 0, ours 1",
                            "22 failed: theirs 0, ours 1")),
            Map.entry(
                    "r4j_derived_time_window_expiry",
                    List.of(
                            "6 buffered: theirs 3, ours 2",
                            "6 failed: theirs 2, ours 1",
                            "6 failure_rate: theirs 66.6667, ours 50.0")));

    /**
     * Where a service's breaker differs in another way: a success judges nothing there, and slow calls are not known.
     */
    private static final Map<String, List<String>> OURS_OF_A_SERVICE = Map.ofEntries(
            Map.entry(
                    "r4j_open_after_failure_rate",
                    List.of("20 state: theirs OPEN, ours CLOSED", "22 acquire: theirs false, ours true")),
            Map.entry(
                    "r4j_open_after_slow_calls_measured",
                    List.of(
                            "3 slow: theirs 1, ours 0",
                            "5 slow: theirs 2, ours 0",
                            "7 slow: theirs 2, ours 0",
                            "9 slow: theirs 2, ours 0",
                            "11 state: theirs OPEN, ours CLOSED",
                            "11 slow: theirs 3, ours 0")),
            Map.entry(
                    "r4j_derived_cycle",
                    List.of(
                            "3 state: theirs OPEN, ours CLOSED",
                            "4 state: theirs OPEN, ours CLOSED",
                            "5 acquire: theirs false, ours true",
                            "5 state: theirs OPEN, ours CLOSED",
                            "6 state: theirs OPEN, ours CLOSED",
                            "7 acquire: theirs false, ours true",
                            "7 state: theirs OPEN, ours CLOSED",
                            "8 state: theirs OPEN, ours CLOSED",
                            "9 state: theirs HALF_OPEN, ours CLOSED",
                            "9 buffered: theirs 0, ours 4",
                            "9 failed: theirs 0, ours 2",
                            "9 failure_rate: theirs -1.0, ours 50.0",
                            "10 state: theirs HALF_OPEN, ours OPEN",
                            "10 buffered: theirs 1, ours 4",
                            "10 failed: theirs 1, ours 2",
                            "10 failure_rate: theirs -1.0, ours 50.0",
                            "11 acquire: theirs true, ours false",
                            "11 state: theirs HALF_OPEN, ours OPEN",
                            "11 buffered: theirs 1, ours 4",
                            "11 failed: theirs 1, ours 2",
                            "11 failure_rate: theirs -1.0, ours 50.0",
                            "12 state: theirs HALF_OPEN, ours OPEN",
                            "12 buffered: theirs 2, ours 4",
                            "12 failure_rate: theirs -1.0, ours 50.0",
                            "13 acquire: theirs true, ours false",
                            "13 state: theirs HALF_OPEN, ours OPEN",
                            "13 buffered: theirs 2, ours 4",
                            "13 failure_rate: theirs -1.0, ours 50.0",
                            "14 buffered: theirs 3, ours 4",
                            "14 failure_rate: theirs 66.6667, ours 50.0",
                            "15 buffered: theirs 3, ours 4",
                            "15 failure_rate: theirs 66.6667, ours 50.0",
                            "19 state: theirs HALF_OPEN, ours CLOSED",
                            "19 buffered: theirs 2, ours 0",
                            "20 state: theirs HALF_OPEN, ours CLOSED",
                            "20 buffered: theirs 2, ours 0",
                            "21 buffered: theirs 0, ours 1",
                            "21 failed: theirs 0, ours 1",
                            "22 buffered: theirs 0, ours 1",
                            "22 failed: theirs 0, ours 1")),
            Map.entry(
                    "r4j_derived_time_window_expiry",
                    List.of("4 state: theirs OPEN, ours CLOSED", "5 state: theirs OPEN, ours CLOSED")));

    static Stream<Arguments> cases() {
        return Vectors.arguments("g6_circuit_breaker/resilience4j_state_machine.json");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void followsTheSequence(String id, JsonNode given) {
        assertThat(new Run(given, false).differences()).as(id).isEqualTo(OURS.getOrDefault(id, List.of()));
    }

    /** Without slow calls, as by default: then the service counts the successes and a look reads them. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void followsTheSequenceAsTheBreakerOfAService(String id, JsonNode given) {
        assertThat(new Run(given, true).differences())
                .as(id)
                .isEqualTo(OURS_OF_A_SERVICE.getOrDefault(id, OURS.getOrDefault(id, List.of())));
    }

    /** One case, interpreted. */
    private static final class Run {

        private final ManualClock clock = new ManualClock();
        private final JsonNode given;
        private final JsonNode steps;
        private final int minimumCalls;
        private final boolean ofService;
        private final Breaker breaker;
        private final Attempts attempts;
        private final Transitions transitions = new Transitions();
        private final List<Admitted> underWay = new ArrayList<>();
        private final List<String> differences = new ArrayList<>();

        /** An attempt, and how many transitions there had been. */
        private record Admitted(Attempt attempt, int transitions) {}

        Run(JsonNode test, boolean ofService) {
            this.ofService = ofService;
            this.given = test.get("given");
            this.steps = test.get("steps");
            this.minimumCalls = given.path("minimum_calls").asInt(100);
            State first = State.valueOf(given.path("initial_state").asText("CLOSED"));
            this.breaker = spec().create("users", clock, first);
            this.attempts = ofService ? Attempts.ofService(breaker, clock) : Attempts.told(breaker);
            breaker.onTransition(transitions);
            for (int i = 0; i < steps.size(); i++) {
                step(i, steps.get(i));
            }
            JsonNode told = test.path("events").path("state_transition");
            compare(steps.size(), "transitions", told, transitions.told().size());
        }

        private CircuitBreakerSpec spec() {
            int probes = given.path("permitted_half_open").asInt(10);
            double rate = given.path("failure_rate_threshold").asDouble(50) / 100;
            int failuresToOpen = (int) Math.ceil(rate * probes);
            CircuitBreakerSpec spec = CircuitBreakers.failureRate(rate);
            if (!ofService) {
                spec = spec.slowCallRate(
                        given.path("slow_call_rate_threshold").asDouble(100) / 100,
                        Duration.ofMillis(given.path("slow_call_duration_ms").asLong(60_000)));
            }
            spec = spec.probes(probes, probes - failuresToOpen + 1)
                    .openFor(Duration.ofMillis(steps.path(0)
                            .path("until_ms")
                            .asLong(given.path("wait_open_ms").asLong(60_000))));
            if (given.has("max_wait_half_open_ms")) {
                spec = spec.probeTimeout(
                        Duration.ofMillis(given.get("max_wait_half_open_ms").asLong()));
            }
            int size = given.path("window_size").asInt(100);
            boolean time = given.path("window").asText("COUNT").equals("TIME");
            return time
                    ? spec.window(Duration.ofSeconds(size)).minimumCalls(minimumCalls)
                    : spec.window(size).minimumCalls(Math.min(size, minimumCalls));
        }

        List<String> differences() {
            return differences;
        }

        private void step(int i, JsonNode step) {
            switch (step.get("op").asText()) {
                case "acquire" -> compare(i, "acquire", step.get("expect"), acquire());
                case "acquire_or_throw" -> compare(i, "acquire", BooleanNode.FALSE, acquire());
                case "success" -> settle(false, step.path("duration_ms").asLong());
                case "error" -> error(step);
                case "result" -> settle(step.get("value").asText().equals("failure"), 0);
                case "call" -> call(step.get("takes_ms").asLong());
                case "advance_ms", "sleep_real_ms" ->
                    clock.advanceMillis(step.get("ms").asLong());
                case "release" -> latest().ignored();
                case "reset" -> breaker.reset();
                case "transition" -> transition(i, step);
                case "check" -> {}
                default -> throw new AssertionError("unknown: " + step);
            }
            JsonNode check = step.get("op").asText().equals("check") ? step : step.path("after");
            check(i, check);
        }

        private boolean acquire() {
            Attempt attempt = attempts.begin();
            if (attempt != null) {
                underWay.add(new Admitted(attempt, transitions.told().size()));
            }
            return attempt != null;
        }

        /** The attempt begun last in this state; theirs need no permit, so one is begun where there is none. */
        private Attempt latest() {
            underWay.removeIf(each -> each.transitions != transitions.told().size());
            if (underWay.isEmpty() && !acquire()) {
                return new Attempts.ToldAttempt(withoutEffect());
            }
            return underWay.remove(underWay.size() - 1).attempt;
        }

        private static Permit withoutEffect() {
            return Objects.requireNonNull(
                    CircuitBreakers.never().create("none", () -> 0).tryAcquire());
        }

        private void settle(boolean failed, long millis) {
            Duration took = Duration.ofMillis(millis);
            if (failed) {
                latest().failed(took, ErrorCategory.SERVER_ERROR);
            } else {
                latest().succeeded(took);
            }
        }

        /** What they ignore is of a category that does not count; what they do not record counts as a success. */
        private void error(JsonNode step) {
            String name = step.get("exception").asText();
            long millis = step.path("duration_ms").asLong();
            if (contains(given.path("ignore"), name)) {
                latest().failed(Duration.ZERO, ErrorCategory.CLIENT_ERROR);
            } else {
                settle(!given.has("record") || contains(given.get("record"), name), millis);
            }
        }

        private static boolean contains(JsonNode names, String name) {
            for (JsonNode each : names) {
                if (each.asText().equals(name)) {
                    return true;
                }
            }
            return false;
        }

        private void call(long millis) {
            acquire();
            clock.advanceMillis(millis);
            settle(false, millis);
        }

        private void transition(int i, JsonNode step) {
            State to = State.valueOf(step.get("to").asText());
            if (step.has("expect")) {
                // a transition they refuse: ours has no word for it
                differences.add(i + " " + step.get("expect").asText() + ": there is no such call");
            } else if (to == State.CLOSED) {
                breaker.reset();
            } else {
                breaker.force(to);
            }
        }

        private void check(int i, JsonNode expected) {
            BreakerCounts counts = breaker.counts();
            compare(i, "state", expected.get("state"), breaker.state());
            compare(i, "buffered", expected.get("buffered"), counts.calls());
            compare(i, "failed", expected.get("failed"), counts.failures());
            compare(i, "successful", expected.get("successful"), counts.calls() - counts.failures());
            compare(i, "slow", expected.get("slow"), counts.slow());
            boolean judged = counts.calls() >= minimumCalls && breaker.state() != State.HALF_OPEN;
            compareRate(i, expected.get("failure_rate"), judged ? 100.0 * counts.failures() / counts.calls() : -1);
        }

        private void compareRate(int i, @Nullable JsonNode expected, double rate) {
            if (expected != null && Math.abs(expected.asDouble() - rate) > 0.001) {
                differences.add(i + " failure_rate: theirs " + expected.asText() + ", ours " + rate);
            }
        }

        private void compare(int i, String what, @Nullable JsonNode expected, Object ours) {
            if (expected != null
                    && !expected.isMissingNode()
                    && !expected.asText().equals(String.valueOf(ours))) {
                differences.add(i + " " + what + ": theirs " + expected.asText() + ", ours " + ours);
            }
        }
    }
}
