package io.forbear.retry.core.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.AttemptGate.Place;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.Vectors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** The published cases of AWS's adaptive mode, one test per case. */
class AdaptiveVectorsTest {

    private static final Offset<Double> EXACT = offset(1e-6);

    private final Clock clock = new Clock();
    private final AdaptiveGate gate = (AdaptiveGate) AttemptGates.adaptive().create(clock);
    private double passed;

    @TestFactory
    Stream<DynamicTest> cubic() {
        Map<String, ThrowingConsumer<JsonNode>> checks = Map.of(
                "cubic_all_success", AdaptiveVectorsTest::curve,
                "cubic_mixed_sep_variant", AdaptiveVectorsTest::curve,
                "cubic_t0_beta_0_7", AdaptiveVectorsTest::curve,
                "cubic_error_from_8", AdaptiveVectorsTest::cut,
                "cubic_below_and_above_w_max", AdaptiveVectorsTest::belowAndAbove);
        return tests("adaptive_cubic.json", checks);
    }

    @TestFactory
    Stream<DynamicTest> endToEnd() {
        return tests("adaptive_end_to_end.json", Map.of("adaptive_e2e_rows_1_11", AdaptiveVectorsTest::rows));
    }

    @TestFactory
    Stream<DynamicTest> parts() {
        Map<String, ThrowingConsumer<JsonNode>> checks = new HashMap<>();
        for (String id : List.of(
                "clocker_initial", "clocker_single_after_range", "clocker_constant_1tps", "clocker_delta_zero")) {
            checks.put(id, AdaptiveVectorsTest::clocker);
        }
        for (String id : List.of("bucket_low_rate_ok", "bucket_rate_lowered_mid_way", "bucket_at_exact_rate")) {
            checks.put(id, AdaptiveVectorsTest::bucket);
        }
        checks.put("bucket_acquire_100_refused", AdaptiveVectorsTest::hundredAtOnce);
        checks.put("bucket_min_rate", AdaptiveVectorsTest::minRate);
        checks.put("limiter_cap_2x_measured", c -> new AdaptiveVectorsTest().capOfTwiceMeasured(c));
        checks.put("limiter_disabled_until_first_throttle", c -> new AdaptiveVectorsTest().disabledUntilThrottled(c));
        checks.put("kt_limiter_noop_when_disabled", c -> new AdaptiveVectorsTest().passesWhenDisabled(c));
        checks.put("kt_limiter_waits_5s", AdaptiveVectorsTest::waitsForFive);
        checks.put("rs_no_negative_capacity", c -> new AdaptiveVectorsTest().noDebt(c));
        checks.put("rs_granted_after_refill", c -> new AdaptiveVectorsTest().grantedAfterRefill(c));
        checks.put("rs_recovery_after_blip", c -> new AdaptiveVectorsTest().recoversAfterBlip(c));
        checks.put("js_send_token_delay", AdaptiveVectorsTest::sendTokenDelay);
        return tests("adaptive_rate_clocker_and_bucket.json", checks);
    }

    private static Stream<DynamicTest> tests(String file, Map<String, ThrowingConsumer<JsonNode>> checks) {
        return Vectors.tests(
                "g1_aws_retry_spec/" + file, one -> Objects.requireNonNull(checks.get(Vectors.id(one)), Vectors.id(one))
                        .accept(one));
    }

    // ---- the curve

    private static void curve(JsonNode testCase) {
        JsonNode given = testCase.get("given");
        Cubic cubic = new Cubic();
        cubic.since(
                given.has("last_max_rate")
                        ? given.get("last_max_rate").asDouble()
                        : given.get("w_max").asDouble(),
                given.get("last_throttle_time").asDouble());
        double rate = 0;
        for (JsonNode step : testCase.get("steps")) {
            double time = step.get("timestamp").asDouble();
            rate = step.get("response").asText().equals("throttle") ? cubic.throttled(rate, time) : cubic.at(time);
            assertThat(rate).isCloseTo(step.get("calculated_rate").asDouble(), EXACT);
        }
    }

    private static void cut(JsonNode testCase) {
        Cubic cubic = new Cubic();
        JsonNode input = testCase.get("input");
        JsonNode expect = testCase.get("expect");
        double rate = cubic.throttled(
                input.get("current_rate").asDouble(), input.get("timestamp").asDouble());

        assertThat(rate).isCloseTo(expect.get("new_rate").asDouble(), EXACT);
        assertThat(cubic.lastMax()).isEqualTo(expect.get("w_max").asDouble());
        assertThat(cubic.untilLastMax()).isCloseTo(expect.get("k").asDouble(), EXACT);
        assertThat(cubic.lastThrottle()).isEqualTo(expect.get("last_fail").asDouble());
    }

    private static void belowAndAbove(JsonNode testCase) {
        Cubic cubic = new Cubic();
        double max = testCase.get("given").get("w_max").asDouble();
        cubic.since(max, testCase.get("given").get("start_time").asDouble());
        double k = testCase.get("given").get("k").asDouble();

        assertThat(cubic.untilLastMax()).isCloseTo(k, EXACT);
        assertThat(cubic.at(k / 3)).isLessThanOrEqualTo(max);
        assertThat(cubic.at(k / 2)).isLessThanOrEqualTo(max);
        assertThat(cubic.at(k / 1.1)).isLessThanOrEqualTo(max);
        assertThat(cubic.at(k)).isCloseTo(max, EXACT);
        assertThat(cubic.at(k * 1.1)).isGreaterThanOrEqualTo(max);
        assertThat(cubic.at(k * 2)).isGreaterThanOrEqualTo(max);
    }

    // ---- the rate that is really sent

    private static void clocker(JsonNode testCase) {
        SendRate sent = new SendRate();
        long count = 0;
        for (JsonNode time : testCase.get("timestamps")) {
            sent.look(Math.round(time.asDouble() * 1e9), ++count);
        }
        JsonNode expect = testCase.get("expect");
        if (expect.has("rate_min")) {
            assertThat(sent.perSecond())
                    .isGreaterThanOrEqualTo(expect.get("rate_min").asDouble());
        } else {
            assertThat(sent.perSecond()).isCloseTo(expect.get("rate").asDouble(), offset(1e-7));
        }
    }

    // ---- tokens

    private static Tokens tokens(JsonNode testCase) {
        Tokens tokens = new Tokens();
        tokens.rate(Math.max(
                testCase.get("given").get("max_rate").asDouble(),
                testCase.get("given").get("min_rate").asDouble()));
        return tokens;
    }

    private static void bucket(JsonNode testCase) {
        Tokens tokens = tokens(testCase);
        if (testCase.has("acquire_at")) {
            allGranted(tokens, testCase.get("acquire_at"));
            return;
        }
        for (JsonNode step : testCase.get("steps")) {
            if (step.has("acquire_at")) {
                assertThat(step.get("granted").asInt())
                        .isEqualTo(step.get("acquire_at").size());
                allGranted(tokens, step.get("acquire_at"));
            } else {
                tokens.fill(Math.round(step.get("at").asDouble() * 1e9), 0);
                tokens.rate(step.get("set_max_rate").asDouble());
            }
        }
    }

    private static void allGranted(Tokens tokens, JsonNode times) {
        for (JsonNode time : times) {
            tokens.fill(Math.round(time.asDouble() * 1e9), 0);
            assertThat(tokens.take()).as("at " + time).isTrue();
        }
    }

    private static void hundredAtOnce(JsonNode testCase) {
        Tokens tokens = tokens(testCase);
        tokens.fill(Math.round(testCase.get("steps").get(0).get("at").asDouble() * 1e9), 0);
        int granted = 0;
        while (tokens.take()) {
            granted++;
        }
        assertThat(granted)
                .isEqualTo(10)
                .isLessThan(testCase.get("steps").get(0).get("acquire").asInt());
    }

    private static void minRate(JsonNode testCase) {
        Clock clock = new Clock();
        double min = testCase.get("given").get("min_rate").asDouble();
        AdaptiveGate gate =
                (AdaptiveGate) AttemptGates.adaptive().minPerSecond(min).create(clock);
        clock.pass(100);
        gate.failed(ErrorCategory.RATE_LIMIT);

        assertThat(gate.ratePerSecond())
                .isEqualTo(testCase.get("expect").get("max_rate").asDouble());
        clock.pass(100);
        assertThat(gate.level())
                .isEqualTo(testCase.get("expect").get("max_capacity").asDouble());
    }

    private static void waitsForFive(JsonNode testCase) {
        Tokens tokens = new Tokens();
        tokens.rate(testCase.get("given").get("fill_rate").asDouble());
        JsonNode step = testCase.get("steps").get(0);

        assertThat(tokens.nanosUntil(step.get("amount").asLong()) / 1e9)
                .isCloseTo(step.get("waited_s").asDouble(), EXACT);
    }

    // ---- all of it

    private void at(double time) {
        clock.passNanos(Math.round(time * 1e9) - Math.round(passed * 1e9));
        passed = time;
    }

    private static void rows(JsonNode testCase) {
        AdaptiveVectorsTest test = new AdaptiveVectorsTest();
        for (JsonNode step : testCase.get("steps")) {
            test.at(step.get("timestamp").asDouble());
            if (step.get("response").asText().equals("throttle")) {
                test.gate.failed(ErrorCategory.RATE_LIMIT);
            } else {
                test.gate.succeeded(1);
            }
            assertThat(test.gate.measuredPerSecond())
                    .as("measured at " + test.passed)
                    .isCloseTo(step.get("measured_tx_rate").asDouble(), EXACT);
            assertThat(test.gate.ratePerSecond())
                    .as("rate at " + test.passed)
                    .isCloseTo(step.get("new_token_bucket_rate").asDouble(), EXACT);
        }
    }

    private void capOfTwiceMeasured(JsonNode testCase) {
        double measured = testCase.get("given").get("measured_rate").asDouble();
        for (int i = 1; i <= 20 * measured; i++) {
            at(i / measured);
            gate.succeeded(1);
        }
        assertThat(gate.measuredPerSecond()).isCloseTo(measured, EXACT);
        assertThat(gate.ratePerSecond())
                .isCloseTo(testCase.get("expect").get("bucket_max_rate").asDouble(), EXACT);
    }

    private void disabledUntilThrottled(JsonNode testCase) {
        assertThat(gate.isEngaged())
                .isEqualTo(testCase.get("steps").get(0).get("bucket_used").asBoolean());
        assertThat(gate.enter().waitNanos()).isZero();

        gate.failed(ErrorCategory.RATE_LIMIT);

        assertThat(gate.isEngaged())
                .isEqualTo(testCase.get("steps").get(2).get("bucket_used").asBoolean());
        assertThat(gate.enter().waitNanos()).isPositive();
    }

    private void passesWhenDisabled(JsonNode testCase) {
        assertThat(gate.enter().waitNanos())
                .isEqualTo(testCase.get("steps").get(0).get("waited_s").asLong());
    }

    private void noDebt(JsonNode testCase) {
        JsonNode step = testCase.get("steps").get(0);
        gate.failed(ErrorCategory.RATE_LIMIT);
        at(step.get("acquire_at").asDouble());

        assertThat(gate.ratePerSecond())
                .isEqualTo(testCase.get("given").get("fill_rate").asDouble());
        assertThat(gate.enter().waitNanos() / 1e9).isCloseTo(step.get("wait_s").asDouble(), EXACT);
        assertThat(gate.level()).isCloseTo(step.get("balance").asDouble(), EXACT);
    }

    private void grantedAfterRefill(JsonNode testCase) {
        gate.failed(ErrorCategory.RATE_LIMIT);
        JsonNode refused = testCase.get("steps").get(0);
        at(refused.get("acquire_at").asDouble());
        Place first = gate.enter();
        assertThat(first.waitNanos()).isPositive();
        first.leave();

        JsonNode granted = testCase.get("steps").get(1);
        at(granted.get("acquire_at").asDouble());
        assertThat(gate.enter().waitNanos()).isZero();
        assertThat(gate.level()).isCloseTo(granted.get("balance").asDouble(), offset(0.01));
    }

    private void recoversAfterBlip(JsonNode testCase) {
        JsonNode given = testCase.get("given");
        JsonNode expect = testCase.get("expect");
        for (int i = 0; i < given.get("throttle_responses").asInt(); i++) {
            gate.failed(ErrorCategory.RATE_LIMIT);
        }
        assertThat(gate.ratePerSecond())
                .isEqualTo(expect.get("fill_rate_after_blip").asDouble());
        int granted = 0;
        Place[] tasks = new Place[given.get("tasks").asInt()];
        for (int round = 1; round <= given.get("rounds").asInt(); round++) {
            at(round * given.get("round_s").asDouble());
            for (int task = 0; task < tasks.length; task++) {
                if (tasks[task] == null) {
                    tasks[task] = gate.enter();
                }
                if (tasks[task] != null && tasks[task].waitNanos() == 0) {
                    tasks[task] = null;
                    granted++;
                    gate.succeeded(1);
                }
                assertThat(gate.level())
                        .isGreaterThanOrEqualTo(expect.get("balance_min").asDouble());
            }
        }
        assertThat(granted)
                .isGreaterThanOrEqualTo(expect.get("total_acquired_min").asInt());
    }

    private static void sendTokenDelay(JsonNode testCase) {
        for (int i = 0; i < testCase.get("input").size(); i++) {
            AdaptiveVectorsTest test = new AdaptiveVectorsTest();
            test.at(testCase.get("input").get(i).asDouble());
            test.gate.failed(ErrorCategory.RATE_LIMIT);
            assertThat(test.gate.enter().waitNanos() / 1e6)
                    .isCloseTo(testCase.get("expect").get("delay_ms").get(i).asDouble(), offset(1e-5));
        }
    }
}
