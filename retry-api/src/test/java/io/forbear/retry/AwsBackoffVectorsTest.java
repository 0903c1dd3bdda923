package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import io.forbear.retry.testsupport.Draws;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Published delays of the AWS SDKs; costs and quotas of the same cases are checked where the budgets are. */
class AwsBackoffVectorsTest {

    private static final double ALMOST_ONE = Math.nextDown(1.0);
    private static final Duration OVERSHOOT = Duration.ofSeconds(5);

    @TestFactory
    Stream<DynamicTest> delaysOfTheSdks() {
        return Vectors.tests(
                "g5_jitter_backoff/aws_sdk_backoff.json", id -> !id.startsWith("cio_"), 26, AwsBackoffVectorsTest::sdk);
    }

    private static void sdk(JsonNode one) {
        String id = one.get("id").asText();
        JsonNode given = one.get("given");
        Backoff backoff = backoff(given);
        switch (id) {
            case "kt_defaults" -> defaults(one.get("expect"));
            case "bc_uniform_distribution" -> uniform(backoff);
            case "bc20_jitter_bound" -> assertThat(backoff.ceilingNanos(3)).isEqualTo(4_000_000_000L);
            case "ruby_full_jitter" -> {
                for (int i = 0; i < 4; i++) {
                    double high = one.get("expect").get("range_s").get(i).get(1).asDouble();
                    assertThat(backoff.ceilingNanos(i + 1) / 1e9).isEqualTo(high);
                }
            }
            case "kt_retry_after_1500", "kt_retry_after_0", "kt_retry_after_None" ->
                assertThat(raised(
                                        backoff.ceilingNanos(1),
                                        given.get("retry_after_ms").asText())
                                / 1e6)
                        .isEqualTo(one.at("/expect/delay_ms").asDouble());
            default -> series(one, backoff);
        }
    }

    private static void series(JsonNode one, Backoff backoff) {
        String id = one.get("id").asText();
        boolean millis = one.get("expect").has("delay_ms");
        JsonNode expected = one.get("expect").get(millis ? "delay_ms" : "delay_s");
        for (int i = 0; i < expected.size(); i++) {
            int attempt =
                    one.has("input") ? failures(id, one.get("input").get(i).asInt()) : i + 1;
            long nanos = attempt == 0 ? 0 : backoff.delayNanos(attempt, -1, 1, Draws.always(draw(one)));
            double delay = millis ? Math.floor(nanos / 1e6 + 1e-5) : nanos / 1e9;
            assertThat(id.equals("jv2_random_max") ? Math.floor(nanos / 1e6) : delay)
                    .isCloseTo(expected.get(i).asDouble(), offset(1e-6));
        }
    }

    /** How many attempts have failed, where an SDK counts the retry from 0, the retry from 1, or the call from 1. */
    private static int failures(String id, int number) {
        return id.startsWith("bc") ? number : id.startsWith("jv2") || id.startsWith("sj") ? number - 1 : number + 1;
    }

    private static double draw(JsonNode one) {
        String id = one.get("id").asText();
        JsonNode given = one.get("given");
        double draw = given.path("random").isNumber()
                ? given.get("random").asDouble()
                : id.endsWith("random_min") ? 0 : given.path("jitter_factor").asDouble(1);
        return Math.min(draw, ALMOST_ONE);
    }

    private static Backoff backoff(JsonNode given) {
        Duration base = duration(given, "base", duration(given, "initial", Duration.ofSeconds(1)));
        Duration ceiling = given.has("initial_ms") ? Duration.ofSeconds(Long.MAX_VALUE) : Duration.ofSeconds(20);
        Duration max = duration(given, "max", duration(given, "max_backoff", duration(given, "max_delay", ceiling)));
        boolean none = given.path("jitter").asText().equals("none")
                || given.path("jitter").asInt(1) == 0;
        return Backoff.exponential(base, max).jitter(none ? Jitter.none() : Jitter.full());
    }

    private static Duration duration(JsonNode given, String name, Duration otherwise) {
        if (given.path(name + "_ms").isNumber()) {
            return Duration.ofNanos(Math.round(given.get(name + "_ms").asDouble() * 1e6));
        }
        return given.path(name + "_s").isNumber()
                ? Duration.ofNanos(Math.round(given.get(name + "_s").asDouble() * 1e9))
                : otherwise;
    }

    /** Our defaults wait longer (docs/guide/defaults.md): these are the SDKs' as a user writes them. */
    private static void defaults(JsonNode expect) {
        Backoff plain = Backoff.exponential(Duration.ofMillis(50), Duration.ofSeconds(20));
        Backoff throttled = RetryPolicy.defaults().backoff(ErrorCategory.RATE_LIMIT);
        assertThat(plain.base().toMillis()).isEqualTo(expect.get("initial_ms").asLong());
        assertThat(plain.multiplier()).isEqualTo(expect.get("scale").asDouble());
        assertThat(plain.max().toMillis()).isEqualTo(expect.get("max_ms").asLong());
        assertThat(plain.jitter()).isEqualTo(Jitter.full());
        assertThat(throttled.base().toMillis())
                .isEqualTo(expect.get("throttling_base_ms").asLong());
        assertThat(OVERSHOOT.toMillis())
                .isEqualTo(expect.get("retry_after_max_overshoot_ms").asLong());
    }

    private static void uniform(Backoff backoff) {
        SplittableRandom random = new SplittableRandom(1);
        int[] seconds = new int[20];
        for (int i = 0; i < 10_000; i++) {
            seconds[(int) (backoff.delayNanos(10, -1, 1, random) / 1_000_000_000L)]++;
        }
        for (int count : seconds) {
            assertThat(count).isBetween(400, 600);
        }
    }

    /** {@code max(t, min(header, t + 5 s))}, the rule of AWS for {@code x-amz-retry-after}. */
    private static long raised(long backoffNanos, String header) {
        long asked = Pushback.amzRetryAfter(header).delayNanos();
        return Math.max(backoffNanos, Math.min(asked, backoffNanos + OVERSHOOT.toNanos()));
    }

    @TestFactory
    Stream<DynamicTest> delaysWhereErrorTypesAlternate() {
        return Vectors.tests("g1_aws_retry_spec/delay_and_cost_timelines.json", id -> true, 8, one -> {
            Duration max = Duration.ofMillis(one.get("max_ms").asLong());
            Map<String, Backoff> byType = new HashMap<>();
            byType.put(
                    "TRANSIENT",
                    Backoff.exponential(Duration.ofMillis(one.get("base_ms").asLong()), max));
            Duration throttlingBase =
                    Duration.ofMillis(one.get("throttling_base_ms").asLong());
            byType.put("THROTTLING", Backoff.exponential(throttlingBase, max));
            for (int row = 1; row < one.get("rows").size(); row++) {
                JsonNode retry = one.get("rows").get(row);
                long delay = byType.get(retry.get(0).asText())
                        .ceilingNanos(retry.get(1).asInt());
                // Row 6 of 2026's longest case gives 1600 at retry 6: the exponent runs over all retries of the call.
                assertThat(delay / 1_000_000)
                        .describedAs("row %d", row)
                        .isEqualTo(retry.get(3).asLong());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> delaysOfStandardMode20() {
        // Its second error names 1 s where the backoff is 2 s: there the server may shorten the delay, ours never does.
        return Vectors.tests(
                "g1_aws_retry_spec/standard_v2_0.json",
                id -> STANDARD_20.contains(id),
                5,
                one -> standard(
                        one, one.get("id").asText().equals("aws20_rust_transient_cost_10_explicit_delay") ? 2.0 : -1));
    }

    private static final java.util.Set<String> STANDARD_20 = java.util.Set.of(
            "aws20_retry_eventually_succeeds",
            "aws20_fail_due_to_max_attempts_reached",
            "aws20_verifying_exponential_backoff_timing",
            "aws20_rust_transient_cost_10_explicit_delay",
            "aws20_rust_success_result_classified_retryable");

    @TestFactory
    Stream<DynamicTest> delaysOfStandardMode21() {
        JsonNode cases = Vectors.read("g1_aws_retry_spec/standard_v2_1.json").get("cases");
        java.util.Set<String> withDelays = Vectors.each(cases)
                .filter(one -> one.path("steps").findValue("delay_s") != null)
                .filter(one -> !one.get("given").path("long_polling").asBoolean())
                .map(one -> one.get("id").asText())
                .collect(java.util.stream.Collectors.toSet());
        return Vectors.tests(
                "g1_aws_retry_spec/standard_v2_1.json", withDelays::contains, 11, one -> standard(one, -1));
    }

    private static void standard(JsonNode one, double secondOurs) {
        JsonNode given = one.get("given");
        int failed = 0;
        for (JsonNode step : one.get("steps")) {
            failed++;
            if (step.get("outcome").asText().equals("success")) {
                failed = 0;
            }
            if (!step.get("outcome").asText().equals("retry_request") || !step.has("delay_s")) {
                continue;
            }
            boolean throttled = step.path("error_code").asText().equals("Throttling");
            Duration base = duration(given, throttled ? "throttling_base_delay" : "base_delay", Duration.ZERO);
            long backoff = Backoff.exponential(base, duration(given, "max_backoff", Duration.ZERO))
                    .ceilingNanos(failed);
            String header = step.has("suggested_delay_s")
                    ? Long.toString(Math.round(step.get("suggested_delay_s").asDouble() * 1_000))
                    : step.path("headers").path("x-amz-retry-after").asText();
            double expected = failed == 2 && secondOurs > 0
                    ? secondOurs
                    : step.get("delay_s").asDouble();
            assertThat(raised(backoff, header) / 1e9).isEqualTo(expected);
        }
    }
}
