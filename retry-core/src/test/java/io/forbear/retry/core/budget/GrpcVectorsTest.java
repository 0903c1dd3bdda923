package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.core.internal.FedBudget;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The token count of gRFC A6, with reported calls and with a feed. */
class GrpcVectorsTest {

    private final ManualClock clock = new ManualClock();

    @TestFactory
    Stream<DynamicTest> told() {
        return Vectors.tests("g3_grpc_a6/throttle_token_count.json", testCase -> check(testCase, false));
    }

    @TestFactory
    Stream<DynamicTest> fed() {
        return Vectors.tests("g3_grpc_a6/throttle_token_count.json", testCase -> check(testCase, true));
    }

    private void check(JsonNode testCase, boolean fed) {
        JsonNode given = testCase.path("given");
        switch (testCase.get("id").asText()) {
            case "a6_threshold_rule" -> threshold(testCase);
            case "core_config_replacement" -> // a new configuration keeps the throttle here: both report to it
                steps(testCase, RetryBudgets.grpcThrottle(10, 3.0).initial(7.5), "tokens_new", fed, 2);
            case "java_throttle_4_0_8" -> steps(testCase, spec(given), "tokens", fed, 0);
            default -> stream(testCase, spec(given));
        }
    }

    private static GrpcThrottleSpec spec(JsonNode given) {
        return RetryBudgets.grpcThrottle(
                given.get("max_tokens").asInt(), given.get("token_ratio").asDouble());
    }

    private static boolean allowed(RetryBudget budget) {
        long got = budget.tryWithdraw(TRANSIENT, NORMAL, 0);
        assertThat(got).isIn(0L, RetryBudget.REFUSED);
        return got == 0;
    }

    private void steps(JsonNode testCase, GrpcThrottleSpec spec, String tokens, boolean fed, int skipped) {
        FedBudget budget = (FedBudget) spec.create(clock);
        ManualFeed feed = new ManualFeed();
        budget.feed(feed, this);
        for (int i = skipped; i < testCase.get("steps").size(); i++) {
            JsonNode step = testCase.get("steps").get(i);
            if (step.get("event").asText().equals("failure")) {
                budget.attemptFailed(SERVER_ERROR, true);
            } else if (fed) {
                feed.succeedAtOnce(1);
            } else {
                budget.callSucceeded(0);
            }
            assertThat(budget.balance())
                    .as("%s", step)
                    .isEqualTo(Math.round(step.get(tokens).asDouble() * 1000));
            assertThat(allowed(budget))
                    .as("%s", step)
                    .isEqualTo(step.get("retry_allowed").asBoolean());
        }
    }

    private void threshold(JsonNode testCase) {
        for (int i = 0; i < testCase.get("input").size(); i++) {
            JsonNode input = testCase.get("input").get(i);
            RetryBudget budget = RetryBudgets.grpcThrottle(
                            input.get("max_tokens").asInt(), 0.1)
                    .initial(input.get("tokens").asDouble())
                    .create(clock);
            assertThat(allowed(budget))
                    .as("%s", input)
                    .isEqualTo(testCase.get("expect").get(i).asBoolean());
        }
    }

    /** A pushback that forbids the retry counts as a retryable failure. */
    private void stream(JsonNode testCase, GrpcThrottleSpec spec) {
        RetryBudget budget = spec.create(clock);
        budget.attemptFailed(SERVER_ERROR, true);
        assertThat(budget.balance())
                .isEqualTo(testCase.get("given").get("tokens_before").asLong() * 1000);
        JsonNode input = testCase.get("input");
        boolean counts = input.get("status").asText().equals("UNAVAILABLE") || input.has("pushback");

        budget.attemptFailed(SERVER_ERROR, counts);

        JsonNode expect = testCase.get("expect");
        assertThat(budget.balance()).isEqualTo(expect.get("tokens_after").asLong() * 1000);
        assertThat(allowed(budget)).isEqualTo(expect.get("retry_allowed_after").asBoolean());
    }
}
