package io.forbear.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.testsupport.Draws;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Published delays of retry libraries, by the settings of ours that give the same rule. Figures in milliseconds. */
class LibraryBackoffVectorsTest {

    private static final Duration LONGEST = Duration.ofSeconds(Long.MAX_VALUE);

    private interface Check {
        void run(JsonNode given, JsonNode expect);
    }

    private final Map<String, Check> checks = new LinkedHashMap<>();

    private static Duration ms(double value) {
        return Duration.ofNanos(Math.round(value * 1e6));
    }

    private static Backoff constant(double millis, Jitter jitter) {
        return Backoff.exponential(ms(millis), ms(2 * millis)).multiplier(1).jitter(jitter);
    }

    private static double delay(Backoff backoff, int attempt, double draw) {
        return backoff.delayNanos(attempt, -1, 1, Draws.always(Math.min(draw, Math.nextDown(1.0)))) / 1e6;
    }

    private static void isSeries(JsonNode expected, Backoff backoff, double unitMillis) {
        for (int i = 0; i < expected.size(); i++) {
            assertThat(backoff.ceilingNanos(i + 1) / 1e6)
                    .isEqualTo(expected.get(i).asDouble() * unitMillis);
        }
    }

    private static void isRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable build) {
        assertThatIllegalArgumentException().isThrownBy(build);
    }

    @TestFactory
    Stream<DynamicTest> delays() {
        resilience4j();
        failsafe();
        polly();
        finagleAndProxies();
        awsBlog();
        return Vectors.tests(
                "g5_jitter_backoff/library_backoff_and_jitter.json",
                checks::containsKey,
                checks.size(),
                one -> checks.get(one.get("id").asText()).run(one.get("given"), one.get("expect")));
    }

    private void resilience4j() {
        // Ours accepts zero, which is no wait; Resilience4j refuses it.
        checks.put("r4j_invalid_of0_ms", (given, expect) -> assertThat(
                        Backoff.fixed(ms(0)).ceilingNanos(1))
                .isZero());
        checks.put("r4j_invalid_exp_max_0", (given, expect) -> isRefused(() -> Backoff.exponential(ms(100), ms(0))));
        checks.put("r4j_invalid_exp_max_-1", (given, expect) -> isRefused(() -> Backoff.exponential(ms(100), ms(-1))));
        checks.put(
                "r4j_invalid_exp_random_max_-1",
                (given, expect) ->
                        isRefused(() -> Backoff.exponential(ms(100), ms(-1)).jitter(Jitter.full())));
        checks.put("r4j_invalid_factor_-0.0001", (given, expect) -> isRefused(() -> Jitter.proportional(-0.0001)));
        checks.put(
                "r4j_invalid_attempt_0",
                (given, expect) -> isRefused(() -> Backoff.none().ceilingNanos(0)));
        checks.put("r4j_valid_intervals", (given, expect) -> Vectors.each(given).forEach(i -> assertThat(
                        Backoff.exponential(ms(i.asInt()), LONGEST).ceilingNanos(1))
                .isEqualTo(i.asLong() * 1_000_000)));
        checks.put("r4j_valid_factors", (given, expect) -> Vectors.each(given)
                .forEach(f -> assertThat(Jitter.proportional(f.asDouble())).isNotNull()));
        checks.put("r4j_randomized_100_0_5", (given, expect) -> {
            Backoff backoff = constant(100, Jitter.proportional(0.5));
            assertThat(delay(backoff, 49, 0)).isEqualTo(50);
            assertThat(delay(backoff, 49, 1)).isCloseTo(150, offset(1e-5));
        });
        checks.put("r4j_exp_strictly_increasing", (given, expect) -> {
            Backoff backoff = Backoff.exponential(ms(100), LONGEST).multiplier(1.5);
            for (int attempt = 1; attempt < 49; attempt++) {
                assertThat(backoff.ceilingNanos(attempt + 1)).isGreaterThan(backoff.ceilingNanos(attempt));
            }
        });
        checks.put("r4j_exp_random_bounds", (given, expect) -> {
            Backoff backoff =
                    Backoff.exponential(ms(100), LONGEST).multiplier(1.5).jitter(Jitter.proportional(0.5));
            for (int attempt = 1; attempt <= 40; attempt++) {
                double exact = 100 * Math.pow(1.5, attempt - 1); // not truncated at every step, as upstream does
                assertThat(delay(backoff, attempt, 0)).isCloseTo(exact * 0.5, offset(1 + exact * 1e-9));
                assertThat(delay(backoff, attempt, 1)).isCloseTo(exact * 1.5, offset(1 + exact * 1e-9));
            }
        });
        checks.put("r4j_series_100_1_5", (given, expect) -> {
            Backoff backoff = Backoff.exponential(ms(100), LONGEST).multiplier(1.5);
            for (int i = 0; i < 20; i++) {
                double exact = 100 * Math.pow(1.5, i);
                double truncated = expect.get("delay_ms").get(i).asDouble();
                assertThat(backoff.ceilingNanos(i + 1) / 1e6).isCloseTo(exact, offset(1e-5));
                assertThat(truncated).isBetween(exact * 0.995 - 1, exact);
            }
        });
        checks.put(
                "r4j_series_100_2_cap",
                (given, expect) -> isSeries(expect.get("delay_ms"), Backoff.exponential(ms(100), ms(100_000)), 1));
    }

    private void failsafe() {
        for (int i : new int[] {0, 2, 3, 5, 7}) {
            checks.put(
                    "fs_factor_" + i,
                    (given, expect) -> proportional(given, given.get("factor").asDouble(), expect));
        }
        for (int i : new int[] {0, 1, 2, 4, 5}) {
            checks.put(
                    "fs_duration_" + i,
                    (given, expect) -> proportional(
                            given,
                            given.get("jitter").asDouble() / given.get("delay").asDouble(),
                            expect));
        }
        // A delay between two bounds: proportional jitter about the middle. Theirs is truncated to a whole number.
        for (int i : new int[] {0, 1, 2, 4, 6}) {
            checks.put("fs_range_" + i, (given, expect) -> {
                double low = given.get("min").asDouble();
                double high = given.get("max").asDouble();
                Backoff backoff = constant((low + high) / 2, Jitter.proportional((high - low) / (high + low)));
                double ours = delay(backoff, 1, given.get("random").asDouble());
                assertThat(Math.floor(ours + 1e-5))
                        .isEqualTo(expect.get("delay").asDouble());
            });
        }
        checks.put("fs_delayfn_fixed", (given, expect) -> assertThat(
                        Backoff.custom(n -> ms(5), LONGEST).ceilingNanos(1))
                .isEqualTo(5_000_000));
        // Upstream falls back to its fixed delay; ours takes a negative ceiling for zero.
        checks.put("fs_delayfn_negative", (given, expect) -> assertThat(
                        Backoff.custom(n -> ms(-1), LONGEST).ceilingNanos(1))
                .isZero());
    }

    /** Failsafe subtracts where ours adds: its random value r is our 1 - r. */
    private static void proportional(JsonNode given, double factor, JsonNode expect) {
        Backoff backoff = constant(given.get("delay").asDouble(), Jitter.proportional(factor));
        double ours = delay(backoff, 1, 1 - given.get("random").asDouble());
        assertThat(ours).isCloseTo(expect.get("delay").asDouble(), offset(0.011));
    }

    private void polly() {
        checks.put("polly_constant", (given, expect) -> isSeries(expect.get("delay_s"), Backoff.fixed(ms(1000)), 1000));
        checks.put(
                "polly_exponential",
                (given, expect) -> isSeries(expect.get("delay_s"), Backoff.exponential(ms(1000), LONGEST), 1000));
        checks.put("polly_zero_base", (given, expect) -> {
            isSeries(expect.get("delay_s"), Backoff.fixed(ms(0)), 1000);
            isSeries(expect.get("delay_s"), Backoff.linear(ms(0), LONGEST), 1000);
            isSeries(expect.get("delay_s"), Backoff.exponential(ms(0), LONGEST), 1000);
        });
        for (int i : new int[] {0, 2, 3}) {
            Jitter quarter = Jitter.proportional(0.25);
            checks.put("polly_constant_jitter_" + i, (given, expect) -> assertThat(delay(
                            constant(1000, quarter), 1, given.get("random").asDouble()))
                    .isCloseTo(expect.get("delay_s").asDouble() * 1000, offset(1e-5)));
            checks.put("polly_linear_jitter_" + i, (given, expect) -> assertThat(delay(
                            Backoff.linear(ms(1000), LONGEST).jitter(quarter),
                            3,
                            given.get("random").asDouble()))
                    .isCloseTo(expect.get("delay_s").asDouble() * 1000, offset(1e-5)));
        }
        // Upstream waits the maximum; ours refuses a base above it when it is built.
        checks.put("polly_max_delay", (given, expect) -> isRefused(() -> Backoff.linear(ms(10_000), ms(1000))));
        checks.put("polly_max_not_reached", (given, expect) -> assertThat(delay(constant(1000, Jitter.none()), 3, 0))
                .isEqualTo(1000));
        checks.put("polly_overflow", (given, expect) -> assertThat(
                        Backoff.exponential(Duration.ofDays(1), LONGEST).ceilingNanos(1001))
                .isEqualTo(Long.MAX_VALUE));
        checks.put("polly_valid_delay", (given, expect) -> {
            List.of(Duration.ZERO, ms(1000), LONGEST)
                    .forEach(d -> assertThat(Backoff.fixed(d)).isNotNull());
            isRefused(() -> Backoff.fixed(Duration.ofSeconds(Long.MIN_VALUE)));
            isRefused(() -> Backoff.fixed(ms(-1)));
        });
        checks.put("polly_jitter_bounds", (given, expect) -> {
            Backoff backoff = constant(1000, Jitter.proportional(0.25));
            assertThat(delay(backoff, 1, 0)).isEqualTo(750);
            assertThat(delay(backoff, 1, 1)).isCloseTo(1250, offset(1e-5));
        });
    }

    private void finagleAndProxies() {
        checks.put("finagle_const", (given, expect) -> isSeries(expect.get("delay_ms"), Backoff.fixed(ms(7)), 1));
        checks.put(
                "finagle_exp_2",
                (given, expect) -> isSeries(expect.get("delay_ms"), Backoff.exponential(ms(2), LONGEST), 1));
        Backoff sevenPlusTen = Backoff.custom(n -> ms(7 + 10 * (n - 1)), LONGEST);
        checks.put("finagle_linear", (given, expect) -> isSeries(expect.get("delay_ms"), sevenPlusTen, 1));
        checks.put(
                "finagle_concat",
                (given, expect) ->
                        isSeries(expect.get("delay_ms"), Backoff.custom(n -> ms(Math.min(n, 4)), LONGEST), 1));
        checks.put(
                "linkerd_backoff_min_above_max", (given, expect) -> isRefused(() -> Backoff.exponential(ms(2), ms(1))));
        // Ours accepts a maximum of zero, which is no wait; Linkerd refuses it.
        checks.put("linkerd_backoff_max_zero", (given, expect) -> assertThat(
                        Backoff.exponential(ms(0), ms(0)).ceilingNanos(9))
                .isZero());
        checks.put("linkerd_backoff_jitter_above_100", (given, expect) -> isRefused(() -> Jitter.proportional(1.001)));
        checks.put("linkerd_backoff_first_is_min", (given, expect) -> assertThat(
                        Backoff.exponential(ms(3), ms(9)).ceilingNanos(1))
                .isEqualTo(3_000_000));
        checks.put("linkerd_jitter_positive", (given, expect) -> {
            Backoff backoff = Backoff.exponential(ms(3), ms(9)).jitter(Jitter.proportional(0.5));
            assertThat(delay(backoff, 1, 0.6)).isBetween(3.0000001, 9.0);
            assertThat(delay(backoff, 9, 1)).isLessThanOrEqualTo(9);
        });
        checks.put("envoy_backoff_default_25_250", LibraryBackoffVectorsTest::envoy);
        checks.put("envoy_backoff_100_default_max_1000", LibraryBackoffVectorsTest::envoy);
        checks.put("spring_fixed_50", (given, expect) -> isSeries(expect.get("delay_ms"), Backoff.fixed(ms(50)), 1));
        // Upstream waits the maximum, and corrects what is out of range; ours refuses both when it is built.
        checks.put("spring_max_50", (given, expect) -> isRefused(() -> Backoff.exponential(ms(100), ms(50))));
        checks.put(
                "spring_random_min_above_max",
                (given, expect) -> isRefused(() -> Backoff.exponential(
                        ms(given.get("min_ms").asInt()), ms(given.get("max_ms").asInt()))));
        checks.put(
                "spring_invalid_values_corrected",
                (given, expect) ->
                        isRefused(() -> Backoff.exponential(ms(0), ms(0)).multiplier(0.5)));
        checks.put("gax_attempts", (given, expect) -> {
            Backoff backoff = Backoff.exponential(ms(1), ms(8));
            for (int attempt = 1; attempt <= 2; attempt++) {
                assertThat(backoff.ceilingNanos(attempt) / 1e6)
                        .isEqualTo(expect.get(attempt).get("delay_ms").asDouble());
            }
        });
    }

    /** Envoy takes its random number modulo the ceiling; as a share of the ceiling that is our draw. */
    private static void envoy(JsonNode given, JsonNode expect) {
        Backoff backoff = Backoff.exponential(
                ms(given.get("base_ms").asInt()), ms(given.get("max_ms").asInt()));
        for (int i = 0; i < expect.get("delay_ms").size(); i++) {
            double ceiling = backoff.ceilingNanos(i + 1) / 1e6;
            double draw = given.get("random_long").get(i).asLong() % (long) ceiling / ceiling;
            assertThat(delay(backoff, i + 1, draw))
                    .isCloseTo(expect.get("delay_ms").get(i).asDouble(), offset(1e-5));
        }
    }

    private void awsBlog() {
        for (String rule : List.of("exponential", "full", "decorrelated")) {
            checks.put("aws_blog_" + rule, (given, expect) -> {
                Jitter jitter = rule.equals("full")
                        ? Jitter.full()
                        : rule.equals("decorrelated") ? Jitter.decorrelated() : Jitter.none();
                boolean walk = rule.equals("decorrelated");
                Backoff backoff = Backoff.exponential(Duration.ofSeconds(walk ? 5 : 10), Duration.ofSeconds(2000))
                        .jitter(jitter);
                List<Double> delays = new ArrayList<>();
                long previous = -1;
                for (int i = 0; i < 10; i++) {
                    double draw = given.get("uniform01").get(i).asDouble();
                    previous = backoff.delayNanos(i + 1, previous, 1, Draws.always(draw));
                    delays.add(previous / 1e9);
                    assertThat(delays.get(i))
                            .isCloseTo(expect.get("delay").get(i).asDouble(), offset(1e-6));
                }
            });
        }
    }
}
