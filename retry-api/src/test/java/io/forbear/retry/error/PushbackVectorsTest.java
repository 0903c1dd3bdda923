package io.forbear.retry.error;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.testsupport.Draws;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Published cases on what servers ask for. */
class PushbackVectorsTest {

    /** Another header, or a choice between two: no reader of ours. */
    private static final Set<String> NOT_OURS =
            Set.of("ra_smithyts_both_first_wins", "ra_envoy_u_past", "ra_envoy_u_now");

    /** Where ours differs, and what it gives, in milliseconds; docs/internals/vectors.md has the reasons. */
    private static final Map<String, Long> OURS = Map.of(
            "ra_urllib3_invalid_2", 1_000L,
            "ra_got_30_days", 2_592_000_000L,
            "ra_got_40_digits", Long.MAX_VALUE / 1_000_000,
            "ra_okhttp_503_other", 1_000L,
            "ra_envoy_s_date",
                    Duration.between(Instant.ofEpochSecond(1_000_000_000), Instant.parse("2020-07-17T11:00:00Z"))
                            .toMillis());

    @TestFactory
    Stream<DynamicTest> retryAfter() {
        return Vectors.tests(
                "g2_error_classification/retry_after_parsing.json",
                id -> !NOT_OURS.contains(id),
                46,
                PushbackVectorsTest::check);
    }

    private static void check(JsonNode one) {
        String id = one.get("id").asText();
        JsonNode expect = one.get("expect");
        JsonNode given = one.get("given");
        if (id.equals("ra_urllib3_max_default")) {
            for (int i = 0; i < 2; i++) {
                long cut = Math.min(
                        21_600_000, millis(one, one.get("header").get(i).asText()));
                assertThat(cut).isEqualTo(expect.at("/delay_s/" + i).asLong() * 1_000);
            }
            return;
        }
        boolean read = given.path("respect_header").asBoolean(true);
        long millis = read ? millis(one, header(one.get("header"), now(given))) : -1;
        if (OURS.containsKey(id)) {
            assertThat(millis).isEqualTo(OURS.get(id));
        } else if (expect.isTextual()) {
            assertThat(millis).isEqualTo(id.equals("ra_okhttp_503_zero") ? 0 : -1);
            boolean retried = !id.equals("ra_got_413_without_header");
            Classification status =
                    Classification.ofHttpStatus(given.get("status").asInt());
            assertThat(status != null && status.category().isRetryableByDefault())
                    .isEqualTo(retried);
        } else {
            expect.properties().forEach(e -> compare(e.getKey(), e.getValue(), capped(millis, given)));
        }
    }

    private static long capped(long millis, JsonNode given) {
        long max = given.has("max_s")
                ? given.get("max_s").asLong() * 1_000
                : given.path("max_ms").asLong(Long.MAX_VALUE);
        return Math.min(millis, max);
    }

    private static void compare(String name, JsonNode value, long millis) {
        long unit = name.contains("_ms") ? 1 : 1_000;
        if (name.equals("computed_delay_ms") || value.isNull() || value.asLong() == 1_234) {
            assertThat(millis).isLessThanOrEqualTo(0); // no pushback: the backoff decides
        } else if (name.endsWith("_min")) {
            assertThat(millis).isGreaterThanOrEqualTo(value.asLong() * unit);
        } else if (name.endsWith("_max")) {
            assertThat(millis).isLessThanOrEqualTo(value.asLong() * unit);
        } else {
            assertThat(millis).isEqualTo(value.asLong() * unit);
        }
    }

    /** The pushback in milliseconds, -1 for none. */
    private static long millis(JsonNode one, @Nullable String header) {
        Pushback pushback;
        if (one.get("id").asText().contains("_grpc_")) {
            pushback = Pushback.grpc(header);
        } else if (one.get("header").has("x-amz-retry-after")) {
            pushback = Pushback.amzRetryAfter(header);
        } else {
            pushback = Pushback.retryAfter(header, null, now(one.get("given")));
        }
        return pushback.isDelay() ? pushback.delayNanos() / 1_000_000 : -1;
    }

    private static Instant now(JsonNode given) {
        if (given.has("now")) {
            return Instant.parse(given.get("now").asText());
        }
        return given.has("now_ms")
                ? Instant.ofEpochMilli(given.get("now_ms").asLong())
                : Instant.ofEpochSecond(given.path("now_epoch_s").asLong(1_000_000_000));
    }

    private static @Nullable String header(JsonNode header, Instant now) {
        if (header.isObject()) {
            JsonNode value = header.path("retry-after");
            return header.has("content-type")
                    ? null
                    : header(value.isMissingNode() ? header.get("x-amz-retry-after") : value, now);
        }
        String text = header.isNull() ? null : header.asText();
        if (text == null || !text.startsWith("<")) {
            return text;
        }
        if (text.equals("<40 digits>")) {
            return "1".repeat(40);
        }
        Instant until = now.plusSeconds(text.contains("30 s") ? 30 : 60);
        return text.contains("ISO")
                ? until.toString()
                : DateTimeFormatter.RFC_1123_DATE_TIME.format(until.atOffset(ZoneOffset.UTC));
    }

    @TestFactory
    Stream<DynamicTest> grpcPushbackAndBackoff() {
        Set<String> ids = Set.of(
                "java_exp_backoff_cap_max_attempts",
                "java_pushback_empty",
                "go_pushback_minus_one",
                "go_pushback_xxx",
                "a6_backoff_bounds");
        return Vectors.tests("g3_grpc_a6/retry_flow_and_pushback.json", ids::contains, 5, one -> {
            if (one.has("header")) {
                assertThat(Pushback.grpc(one.at("/header/value").asText())).isSameAs(Pushback.doNotRetry());
            } else if (one.at("/failures/0").has("pushback_ms")) {
                assertThat(Pushback.grpc(one.at("/failures/0/pushback_ms").asText()))
                        .isSameAs(Pushback.doNotRetry());
            } else {
                grpcBackoff(one.get("given"), one.get("expect"));
            }
        });
    }

    /** Ours keeps the delay within the maximum, so the upper factor holds below the cap alone. */
    private static void grpcBackoff(JsonNode given, JsonNode expect) {
        Backoff backoff = Backoff.exponential(
                        seconds(given.get("initial_backoff_s")), seconds(given.get("max_backoff_s")))
                .multiplier(given.get("multiplier").asDouble())
                .jitter(Jitter.proportional(0.2));
        JsonNode nominal = expect.path("nominal_s").isMissingNode() ? expect.get("delays_s") : expect.get("nominal_s");
        for (int i = 0; i < nominal.size(); i++) {
            double ceiling = nominal.get(i).asDouble() * 1e9;
            assertThat((double) backoff.ceilingNanos(i + 1)).isEqualTo(ceiling);
            assertThat((double) backoff.delayNanos(i + 1, -1, 1, Draws.always(0)))
                    .isCloseTo(ceiling * 0.8, org.assertj.core.data.Offset.offset(2.0));
            assertThat((double) backoff.delayNanos(i + 1, -1, 1, Draws.always(Math.nextDown(1.0))))
                    .isCloseTo(
                            Math.min(ceiling * 1.2, backoff.max().toNanos()), org.assertj.core.data.Offset.offset(2.0));
        }
    }

    private static Duration seconds(JsonNode value) {
        return Duration.ofNanos(Math.round(value.asDouble() * 1e9));
    }
}
