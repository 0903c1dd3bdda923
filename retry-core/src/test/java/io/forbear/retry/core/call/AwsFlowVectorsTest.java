package io.forbear.retry.core.call;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.QuotaSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.EngineVectors;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.core.fixture.Flow.Step;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.Pushback;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The AWS retry specification against the engine: outcome, quota and delay after every attempt. */
class AwsFlowVectorsTest {

    /** Where ours waits otherwise, by case and step; docs/internals/vectors.md has the reasons. */
    private static final Map<String, Double> OUR_SECONDS = Map.of(
            "aws20_rust_transient_cost_10_explicit_delay#1", 2.0,
            "aws21_long_polling_backoff_after_throttling_error_when_token_bucket_empty#0", 0.0,
            "aws21_longpoll_operation_sleeps#0", 0.0);

    @TestFactory
    Stream<DynamicTest> standard20() {
        return EngineVectors.tests(
                "g1_aws_retry_spec/standard_v2_0.json", id -> true, 11, AwsFlowVectorsTest::standard);
    }

    @TestFactory
    Stream<DynamicTest> standard21() {
        return EngineVectors.tests(
                "g1_aws_retry_spec/standard_v2_1.json", id -> true, 24, AwsFlowVectorsTest::standard);
    }

    @TestFactory
    Stream<DynamicTest> timelines() {
        return EngineVectors.tests(
                "g1_aws_retry_spec/delay_and_cost_timelines.json", id -> true, 8, AwsFlowVectorsTest::timeline);
    }

    private static void standard(JsonNode one, Shell shell) throws InterruptedException {
        if (one.get("id").asText().equals("aws20_rust_partitions")) {
            partitions(one, shell);
        } else if (one.has("sequence")) {
            sequence(one, shell);
        } else if (one.has("input")) {
            afterSomeAttempts(one, shell);
        } else if (one.at("/steps/0").has("call")) {
            wholeCalls(one, shell);
        } else {
            steps(one, shell);
        }
    }

    private static RetryPolicy policy(JsonNode given) {
        Duration max = Vectors.seconds(given, "max_backoff_s", 20);
        return policy(
                Vectors.seconds(given, "base_delay_s", 1),
                Vectors.seconds(given, "throttling_base_delay_s", 1),
                max,
                given.get("max_attempts").asInt());
    }

    private static RetryPolicy policy(Duration base, Duration throttlingBase, Duration max, int attempts) {
        Duration shorter = throttlingBase.compareTo(max) < 0 ? throttlingBase : max;
        return RetryPolicy.builder()
                .maxAttempts(attempts)
                .backoff(Backoff.exponential(base, max).jitter(Jitter.none()))
                .on(RATE_LIMIT, p -> p.backoff(Backoff.exponential(shorter, max).jitter(Jitter.none())))
                .pushback(p -> p.maxOverBackoff(Duration.ofSeconds(5)))
                .build();
    }

    private static QuotaSpec quota(JsonNode given) {
        QuotaSpec spec = given.path("spec_version").asText().equals("2.1")
                ? RetryBudgets.awsQuota()
                : RetryBudgets.awsQuotaClassic();
        int tokens = given.path("initial_retry_tokens").asInt(500);
        long cost = RetryBudgets.create(spec).tryWithdraw(TRANSIENT, Criticality.NORMAL, 0);
        return tokens * 1000L >= cost ? spec.capacity(tokens) : spec.initial(tokens);
    }

    private static Flow flow(JsonNode one, Shell shell) {
        JsonNode given = one.get("given");
        return new Flow(shell, policy(given), quota(given));
    }

    // ---- cases that tell what happens after each attempt

    private static void steps(JsonNode one, Shell shell) throws InterruptedException {
        Flow flow = flow(one, shell);
        List<Outcome> outcomes = new ArrayList<>();
        one.get("steps").forEach(step -> outcomes.add(outcome(step)));

        flow.play(outcomes);

        for (int i = 0; i < outcomes.size(); i++) {
            JsonNode expected = one.get("steps").get(i);
            Step ours = flow.steps.get(i);
            assertThat(ours.outcome()).isEqualTo(expected.get("outcome").asText());
            if (expected.has("retry_quota")) {
                assertThat(ours.quota()).isEqualTo(expected.get("retry_quota").asDouble());
            }
            JsonNode seconds =
                    expected.path("delay_s").isMissingNode() ? expected.path("slept_s") : expected.get("delay_s");
            assertThat(ours.seconds())
                    .isEqualTo(OUR_SECONDS.getOrDefault(one.get("id").asText() + "#" + i, seconds.asDouble()));
        }
    }

    private static Outcome outcome(JsonNode step) {
        if (step.has("classified_as")) {
            return Outcome.badResult(Classification.of(SERVER_ERROR));
        }
        if (step.path("result").asText().equals("ok")) {
            return Outcome.SUCCESS;
        }
        Classification what =
                step.has("error_kind") ? kind(step.get("error_kind").asText()) : response(step);
        if (what == null) {
            return Outcome.SUCCESS;
        }
        if (step.has("suggested_delay_s")) {
            what = what.pushback(Vectors.seconds(step, "suggested_delay_s", 0));
        }
        String header = step.at("/headers/x-amz-retry-after").textValue();
        return Outcome.failure(what.pushback(Pushback.amzRetryAfter(header)));
    }

    private static Classification kind(String kind) {
        return switch (kind) {
            case "transient" -> Classification.of(TIMEOUT); // what costs 10 in 2.0
            case "throttling" -> Classification.of(RATE_LIMIT);
            case "client" -> Classification.of(CLIENT_ERROR).retryable();
            default -> Classification.of(SERVER_ERROR);
        };
    }

    private static @Nullable Classification response(JsonNode step) {
        if (step.path("error_code").asText().equals("Throttling")) {
            return Classification.of(RATE_LIMIT);
        }
        Classification found = Classification.ofHttpStatus(step.get("status").asInt());
        return found.isSuccess() ? null : found;
    }

    // ---- cases that tell the end of many calls

    private static void sequence(JsonNode one, Shell shell) throws InterruptedException {
        Flow flow = flow(one, shell);
        List<Outcome> outcomes = new ArrayList<>();
        for (JsonNode item : one.get("sequence")) {
            if (item.isTextual()) {
                outcomes.add(letter(item.asText()));
            }
            item.properties().forEach(repeated -> {
                for (int i = 0; i < Integer.parseInt(repeated.getKey()); i++) {
                    repeated.getValue().forEach(letter -> outcomes.add(letter(letter.asText())));
                }
            });
        }

        flow.play(outcomes);

        JsonNode expect = one.get("expect");
        Step last = flow.steps.get(outcomes.size() - 1);
        boolean wentWell =
                last.outcome().equals("retry_request") || last.outcome().equals("success");
        assertThat(wentWell)
                .isEqualTo(expect.get("last_step_granted_or_succeeded").asBoolean());
        assertThat(last.quota()).isEqualTo(expect.get("quota_remaining").asDouble());
        assertThat(wentWell ? lastTaken(flow, outcomes.size()) : 0)
                .isEqualTo(expect.get("last_capacity_acquired").asDouble());
        assertThat(last.seconds() > 0)
                .as("waits after a refusal")
                .isEqualTo(last.outcome().equals("retry_request"));
    }

    /** What the last retry took: the quota before it less the quota after it. */
    private static double lastTaken(Flow flow, int steps) {
        for (int i = steps - 1; i >= 0; i--) {
            if (flow.steps.get(i).outcome().equals("retry_request")) {
                return (i == 0 ? 500 : flow.steps.get(i - 1).quota())
                        - flow.steps.get(i).quota();
            }
        }
        return 0;
    }

    private static Outcome letter(String letter) {
        return switch (letter) {
            case "S" -> Outcome.SUCCESS;
            case "T" -> Outcome.failure(Classification.of(RATE_LIMIT));
            case "N" -> Outcome.failure(Classification.of(CLIENT_ERROR));
            default -> Outcome.failure(Classification.of(TRANSIENT));
        };
    }

    private static void wholeCalls(JsonNode one, Shell shell) throws InterruptedException {
        Flow flow = flow(one, shell);
        for (JsonNode step : one.get("steps")) {
            List<Outcome> outcomes = new ArrayList<>();
            step.get("call")
                    .forEach(status -> outcomes.add(
                            Outcome.failure(Objects.requireNonNull(Classification.ofHttpStatus(status.asInt())))));
            for (int i = 0; i < step.path("repeat").asInt(1); i++) {
                int before = flow.numbers.size();
                flow.call(outcomes.iterator());
                assertThat(flow.last().outcome()).isEqualTo(step.get("outcome").asText());
                assertThat(flow.numbers.size() - before)
                        .isEqualTo(step.get("attempts").asInt());
            }
            assertThat(flow.tokens()).isEqualTo(step.path("retry_quota").asDouble());
        }
    }

    // ---- cases that tell what follows after so many attempts

    private static void afterSomeAttempts(JsonNode one, Shell shell) throws InterruptedException {
        for (int i = 0; i < one.get("input").size(); i++) {
            JsonNode input = one.get("input").get(i);
            int attempts =
                    input.path("attempts_so_far").asInt(input.path("attempt").asInt());
            Outcome failure = Outcome.failure(kind(input.path("error_kind").asText("server")));
            Flow flow = flow(one, shell);

            flow.call(Collections.nCopies(attempts, failure).iterator());

            Step last = flow.steps.get(attempts - 1);
            JsonNode expect = one.get("expect");
            String granted = expect.path(i).asBoolean() ? "retry_request" : "max_attempts_exceeded";
            assertThat(last.outcome()).isEqualTo(expect.path("outcome").asText(expect.isArray() ? granted : ""));
            if (expect.has("delay_s")) {
                assertThat(last.seconds()).isEqualTo(expect.get("delay_s").asDouble());
            }
        }
    }

    /**
     * One quota for each service: the second client of a service finds it empty. There a 503 costs what a timeout
     * costs.
     */
    private static void partitions(JsonNode one, Shell shell) throws InterruptedException {
        JsonNode given = one.get("given");
        Map<String, Flow> services = new HashMap<>();
        for (int i = 0; i < one.get("input").size(); i++) {
            Flow service = services.computeIfAbsent(
                    one.at("/input/" + i + "/partition").asText(),
                    name -> new Flow(shell, policy(given), quota(given).cost(SERVER_ERROR, 10)));
            int before = service.numbers.size();
            service.call(Collections.nCopies(1_000, Outcome.failure(Classification.of(SERVER_ERROR)))
                    .iterator());
            JsonNode expect = one.get("expect").get(i);
            int exactly = expect.path("attempts").asInt();
            assertThat(service.numbers.size() - before)
                    .isBetween(
                            expect.path("attempts_min").asInt(exactly),
                            expect.path("attempts_max").asInt(exactly));
        }
    }

    // ---- errors of alternating types

    private static void timeline(JsonNode one, Shell shell) throws InterruptedException {
        JsonNode rows = one.get("rows");
        RetryPolicy policy = policy(
                Duration.ofMillis(one.get("base_ms").asLong()),
                Duration.ofMillis(one.get("throttling_base_ms").asLong()),
                Duration.ofMillis(one.get("max_ms").asLong()),
                rows.size());
        boolean legacy = one.get("spec").asText().equals("legacy");
        Flow flow = new Flow(
                shell, policy, legacy ? RetryBudgets.awsQuotaClassic().cost(TRANSIENT, 10) : RetryBudgets.awsQuota());
        List<Outcome> outcomes = new ArrayList<>();
        for (int row = 1; row < rows.size(); row++) {
            boolean throttled = rows.get(row).get(0).asText().equals("THROTTLING");
            outcomes.add(Outcome.failure(Classification.of(throttled ? RATE_LIMIT : TRANSIENT)));
        }

        flow.call(outcomes.iterator());

        double before = 500;
        for (int row = 1; row < rows.size(); row++) {
            Step step = flow.steps.get(row - 1);
            assertThat(step.outcome()).isEqualTo("retry_request");
            assertThat(before - step.quota()).isEqualTo(rows.get(row).get(2).asDouble());
            assertThat(step.seconds() * 1_000).isEqualTo(rows.get(row).get(3).asDouble());
            before = step.quota();
        }
        assertThat(before).isEqualTo(one.at("/expect/capacity_at_end").asDouble());
    }
}
