package io.forbear.retry.core.budget;

import static io.forbear.retry.error.ErrorCategory.CLIENT_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cases of the AWS retry specification that concern the quota. Other tests check delays and attempts. */
class AwsVectorsTest {

    @TestFactory
    Stream<DynamicTest> standard20() {
        return Vectors.tests("g1_aws_retry_spec/standard_v2_0.json", AwsVectorsTest::standard);
    }

    @TestFactory
    Stream<DynamicTest> standard21() {
        return Vectors.tests("g1_aws_retry_spec/standard_v2_1.json", AwsVectorsTest::standard);
    }

    @TestFactory
    Stream<DynamicTest> costsOfTimelines() {
        return Vectors.tests("g1_aws_retry_spec/delay_and_cost_timelines.json", AwsVectorsTest::timeline);
    }

    @TestFactory
    Stream<DynamicTest> statesOfTheJavaSdk() {
        return Vectors.tests("g1_aws_retry_spec/java_v2_strategy_states.json", AwsVectorsTest::state);
    }

    private static QuotaSpec quota(JsonNode given) {
        QuotaSpec spec = given.path("spec_version").asText().equals("2.1")
                ? RetryBudgets.awsQuota()
                : RetryBudgets.awsQuotaClassic();
        int tokens = given.path("initial_retry_tokens").asInt(500);
        return tokens * 1000L >= spec.terms.cost(TRANSIENT) ? spec.capacity(tokens) : spec.initial(tokens);
    }

    private static void standard(JsonNode testCase) {
        JsonNode given = testCase.get("given");
        QuotaDriver driver = new QuotaDriver(
                quota(given).create(new ManualClock()),
                given.path("max_attempts").asInt());
        if (testCase.has("sequence")) {
            sequence(testCase, driver);
        } else if (testCase.has("steps")) {
            testCase.get("steps").forEach(step -> standardStep(step, driver));
        } else if (testCase.get("id").asText().equals("aws20_rust_partitions")) {
            partitions(testCase);
        } else {
            attemptsOnly(testCase, given);
        }
    }

    private static void standardStep(JsonNode step, QuotaDriver driver) {
        String outcome = "";
        if (step.has("call")) {
            for (int i = 0; i < step.path("repeat").asInt(1); i++) {
                for (JsonNode status : step.get("call")) {
                    outcome = driver.failed(SERVER_ERROR, status.asInt() >= 500);
                }
                assertThat(driver.attempts()).isEqualTo(step.get("attempts").asInt());
            }
        } else {
            outcome = play(step, driver);
        }
        assertThat(outcome).as("%s", step).isEqualTo(step.get("outcome").asText());
        if (step.has("retry_quota")) {
            assertThat(driver.tokens())
                    .as("%s", step)
                    .isEqualTo(step.get("retry_quota").asDouble());
        }
    }

    private static String play(JsonNode step, QuotaDriver driver) {
        if (step.has("classified_as")) {
            return driver.failed(SERVER_ERROR, true);
        }
        if (step.path("status").asInt() == 200 || step.path("result").asText().equals("ok")) {
            return driver.succeeded();
        }
        if (step.path("error_code").asText().equals("Throttling")) {
            return driver.failed(RATE_LIMIT, true);
        }
        if (step.path("error_kind").asText().equals("transient")) {
            return driver.failed(TIMEOUT, true); // what costs 10 in 2.0
        }
        int status = step.path("status").asInt(500);
        return driver.failed(status >= 500 ? SERVER_ERROR : CLIENT_ERROR, status >= 500);
    }

    private static void sequence(JsonNode testCase, QuotaDriver driver) {
        String outcome = "";
        for (JsonNode item : testCase.get("sequence")) {
            if (item.isObject()) {
                Map.Entry<String, JsonNode> repeated =
                        item.properties().iterator().next();
                for (int i = 0; i < Integer.parseInt(repeated.getKey()); i++) {
                    for (JsonNode letter : repeated.getValue()) {
                        outcome = letter(letter.asText(), driver);
                    }
                }
            } else {
                outcome = letter(item.asText(), driver);
            }
        }
        JsonNode expect = testCase.get("expect");
        assertThat(driver.lastTokens())
                .isEqualTo(expect.get("last_capacity_acquired").asDouble());
        assertThat(driver.tokens()).isEqualTo(expect.get("quota_remaining").asDouble());
        assertThat(outcome.equals("retry_request") || outcome.equals("success"))
                .isEqualTo(expect.get("last_step_granted_or_succeeded").asBoolean());
    }

    private static String letter(String letter, QuotaDriver driver) {
        return switch (letter) {
            case "S" -> driver.succeeded();
            case "T" -> driver.failed(RATE_LIMIT, true);
            case "N" -> driver.failed(CLIENT_ERROR, false);
            default -> driver.failed(TRANSIENT, true);
        };
    }

    /** One quota per service: the second client of a service finds it empty. */
    private static void partitions(JsonNode testCase) {
        RetryBudget first = RetryBudgets.awsQuotaClassic().create(new ManualClock());
        RetryBudget second = RetryBudgets.awsQuotaClassic().create(new ManualClock());
        RetryBudget[] budgets = {first, first, second};
        for (int i = 0; i < budgets.length; i++) {
            QuotaDriver driver = new QuotaDriver(budgets[i], 1000);
            while (driver.failed(TIMEOUT, true).equals("retry_request")) {
                assertThat(driver.attempts()).isLessThan(100);
            }
            JsonNode expect = testCase.get("expect").get(i);
            int least =
                    expect.path("attempts_min").asInt(expect.path("attempts").asInt());
            int most = expect.path("attempts_max").asInt(expect.path("attempts").asInt());
            assertThat(driver.attempts()).isBetween(least, most);
        }
    }

    /** The case gives a number of attempts and no quota; a full quota never refuses. */
    private static void attemptsOnly(JsonNode testCase, JsonNode given) {
        for (JsonNode input : testCase.get("input")) {
            int sofar =
                    input.path("attempts_so_far").asInt(input.path("attempt").asInt());
            QuotaDriver driver = new QuotaDriver(
                    quota(given).create(new ManualClock()),
                    given.get("max_attempts").asInt());
            for (int i = 1; i < sofar; i++) {
                assertThat(driver.failed(SERVER_ERROR, true)).isEqualTo("retry_request");
            }
            String expected = sofar < given.get("max_attempts").asInt() ? "retry_request" : "max_attempts_exceeded";
            assertThat(driver.failed(SERVER_ERROR, true)).isEqualTo(expected);
        }
    }

    private static void timeline(JsonNode testCase) {
        boolean legacy = testCase.get("spec").asText().equals("legacy");
        QuotaSpec spec = legacy ? RetryBudgets.awsQuotaClassic().cost(TRANSIENT, 10) : RetryBudgets.awsQuota();
        QuotaDriver driver = new QuotaDriver(spec.create(new ManualClock()), Integer.MAX_VALUE);
        for (JsonNode row : testCase.get("rows")) {
            if (!row.get(2).isNull()) {
                ErrorCategory category = row.get(0).asText().equals("THROTTLING") ? RATE_LIMIT : TRANSIENT;
                assertThat(driver.failed(category, true)).isEqualTo("retry_request");
                assertThat(driver.lastTokens())
                        .as("%s", row)
                        .isEqualTo(row.get(2).asDouble());
            }
        }
        assertThat(driver.tokens())
                .isEqualTo(testCase.get("expect").get("capacity_at_end").asDouble());
    }

    private static void state(JsonNode testCase) {
        JsonNode given = testCase.get("given");
        RetryBudget quota = stateQuota(given);
        QuotaDriver driver = new QuotaDriver(quota, given.get("max_attempts").asInt());
        String outcome = "";
        for (JsonNode letter : testCase.get("sequence")) {
            if (outcome.equals("max_attempts_exceeded")) {
                break; // the SDK's token takes no further failure
            }
            outcome = letter(letter.asText(), driver);
        }
        String expected =
                switch (testCase.get("expect").get("state").asText()) {
                    case "SUCCEEDED" -> "success";
                    case "MAX_RETRIES_REACHED" -> "max_attempts_exceeded";
                    case "NON_RETRYABLE_EXCEPTION" -> "fail_request";
                    default -> "retry_quota_exceeded";
                };
        JsonNode expect = testCase.get("expect");
        assertThat(outcome).isEqualTo(expected);
        assertThat(quota.balance()).isEqualTo(expect.get("capacity_remaining").asLong() * 1000);
        if (expect.has("last_capacity_acquired")) {
            assertThat(driver.lastTokens())
                    .isEqualTo(expect.get("last_capacity_acquired").asDouble());
        }
    }

    private static RetryBudget stateQuota(JsonNode given) {
        if (!given.path("circuit_breaker").asBoolean(true)) {
            // a quota that the SDK has switched off is one without costs here
            return RetryBudgets.awsQuota()
                    .capacity(given.get("bucket").asInt())
                    .cost(TRANSIENT, 0)
                    .cost(RATE_LIMIT, 0)
                    .create(new ManualClock());
        }
        QuotaSpec spec = RetryBudgets.awsQuotaClassic()
                .capacity(given.get("bucket").asInt())
                .cost(TRANSIENT, given.get("exception_cost").asDouble())
                .cost(RATE_LIMIT, given.path("throttling_cost").asDouble(5));
        return spec.create(new ManualClock());
    }
}
