package io.forbear.retry.aws.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Jitter;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The visibility time-out of SQS as a backoff: receive count and chance to seconds. */
class SqsVisibilityScheduleVectorsTest {

    private static final String FILE = "g9_aws_services/sqs_visibility_schedule.json";

    @TestFactory
    Stream<DynamicTest> timeout() {
        return Vectors.tests(FILE, one -> {
            JsonNode given = one.get("given");
            JsonNode expect = one.get("expect");
            switch (given.get("kind").asText()) {
                case "exponential" ->
                    drawn(
                            VisibilityBackoff.exponential(
                                    seconds(given, "initial_s"),
                                    given.get("multiplier").asDouble(),
                                    seconds(given, "max_s")),
                            given,
                            expect);
                case "linear" ->
                    drawn(
                            VisibilityBackoff.linear(
                                    seconds(given, "initial_s"),
                                    seconds(given, "increment_s"),
                                    seconds(given, "max_s")),
                            given,
                            expect);
                case "table" -> table(given, expect);
                case "remaining" ->
                    assertThat(VisibilityBackoff.cutToLeft(
                                    given.get("asked_s").asLong(), seconds(given, "elapsed_since_receive_s")))
                            .isEqualTo(expect.get("visibility_timeout_s").asInt());
                case "validate_configured_timeout" -> validate(given, expect);
                default -> throw new AssertionError(given.get("kind"));
            }
        });
    }

    private static Duration seconds(JsonNode given, String name) {
        return Duration.ofSeconds(given.get(name).asLong());
    }

    private static void drawn(VisibilityBackoff backoff, JsonNode given, JsonNode expect) {
        int count = given.get("receive_count").asInt();
        double share = given.path("random_r").asDouble(0.5);
        holds(backoff, count, share, expect.get("visibility_timeout_s"));
        holds(backoff.jitter(Jitter.full()), count, share, expect.get("full_jitter_s"));
        holds(backoff.jitter(Jitter.equal()), count, share, expect.get("half_jitter_s"));
    }

    private static void holds(VisibilityBackoff backoff, int count, double share, JsonNode expected) {
        if (expected != null) {
            assertThat(backoff.seconds(count, new Share(share)))
                    .as("%s", backoff)
                    .isEqualTo(OptionalInt.of(expected.asInt()));
        }
    }

    private static void table(JsonNode given, JsonNode expect) {
        Map<Integer, Duration> table = new HashMap<>();
        given.get("table")
                .properties()
                .forEach(entry -> table.put(
                        Integer.valueOf(entry.getKey()),
                        Duration.ofSeconds(entry.getValue().asLong())));

        OptionalInt found = VisibilityBackoff.table(table)
                .seconds(given.get("receive_count").asInt(), new Share(0.5));

        assertThat(found.isPresent())
                .isEqualTo(expect.get("change_visibility_called").asBoolean());
        assertThat(found)
                .isEqualTo(
                        expect.get("visibility_timeout_s").isNull()
                                ? OptionalInt.empty()
                                : OptionalInt.of(
                                        expect.get("visibility_timeout_s").asInt()));
    }

    private static void validate(JsonNode given, JsonNode expect) {
        Duration timeout = seconds(given, "timeout_s");
        if (expect.get("accepted").asBoolean()) {
            assertThat(VisibilityBackoff.fixed(timeout).seconds(1, new Share(0.5)))
                    .hasValue((int) timeout.getSeconds());
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VisibilityBackoff.fixed(timeout))
                    .withMessage("timeout: " + timeout + " (expected: PT1S to PT12H)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> VisibilityBackoff.exponential(Duration.ofSeconds(1), 2, timeout))
                    .withMessage("max: " + timeout + " (expected: PT1S to PT12H)");
        }
    }

    /** Chance that always draws the same share of what is asked for. */
    private record Share(double share) implements RandomGenerator {

        @Override
        public long nextLong() {
            throw new UnsupportedOperationException("whole numbers are drawn within bounds");
        }

        @Override
        public int nextInt(int bound) {
            return (int) (share * bound);
        }

        @Override
        public int nextInt(int origin, int bound) {
            return origin + nextInt(bound - origin);
        }
    }
}
