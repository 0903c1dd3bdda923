package io.forbear.retry.core.budget;

import static io.forbear.retry.Criticality.NORMAL;
import static io.forbear.retry.error.ErrorCategory.NETWORK_ERROR;
import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TIMEOUT;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.RetryBudget;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testsupport.Vectors;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Single operations on the quotas of six SDKs. */
class QuotaPrimitiveVectorsTest {

    private final ManualClock clock = new ManualClock();

    @TestFactory
    Stream<DynamicTest> primitives() {
        return Vectors.tests("g1_aws_retry_spec/retry_quota_token_bucket.json", this::primitive);
    }

    private void primitive(JsonNode testCase) {
        switch (testCase.get("id").asText()) {
            case "quotachecker_20_costs" -> costs(testCase);
            case "kt_bucket_defaults" -> kotlinDefaults(testCase.get("expect"));
            case "kt_bucket_wait_for_capacity" -> kotlinWait();
            case "kt_bucket_success_increment" -> kotlinIncrement(testCase);
            case "kt_bucket_cost_by_error_type" -> kotlinCosts(testCase);
            case "kt_bucket_circuit_breaker_mode" -> kotlinRefusal();
            case "rs_bucket10_two_permits" -> twoPermits(testCase);
            case "rs_convert_fraction" -> fractions(testCase);
            case "rs_time_and_success_rewards" -> timeAndSuccess();
            case "rs_negative_refill_rate" -> refillRates(testCase);
            case "js_quota_full_drain" -> fullDrain(testCase);
            case "cio_partitions_and_costs" -> partitions(testCase);
            default -> steps(testCase, budget(testCase.get("given")));
        }
    }

    private RetryBudget budget(JsonNode given) {
        QuotaSpec spec = given.path("spec_version").asText().equals("2.1")
                ? RetryBudgets.awsQuota()
                : RetryBudgets.awsQuotaClassic();
        if (given.has("retry_cost")) {
            spec = spec.cost(TRANSIENT, given.get("retry_cost").asDouble());
        }
        if (given.has("timeout_retry_cost")) {
            spec = spec.cost(TIMEOUT, given.get("timeout_retry_cost").asDouble());
        }
        return spec.capacity(given.get("capacity").asInt())
                .successCredit(given.path("success_reward").asDouble(1))
                .create(clock);
    }

    private static long take(RetryBudget budget, ErrorCategory category) {
        return budget.tryWithdraw(category, NORMAL, 0);
    }

    private static int drain(RetryBudget budget, ErrorCategory category) {
        int grants = 0;
        while (take(budget, category) >= 0) {
            grants++;
        }
        return grants;
    }

    private static void steps(JsonNode testCase, RetryBudget budget) {
        long taken = 0;
        for (JsonNode step : testCase.get("steps")) {
            for (int i = 0; i < step.path("repeat").asInt(1); i++) {
                taken = step(step, budget, taken);
            }
            if (step.has("balance")) {
                assertThat(budget.balance() / 1000)
                        .as("%s", step)
                        .isEqualTo(step.get("balance").asLong());
            }
        }
    }

    private static long step(JsonNode step, RetryBudget budget, long taken) {
        switch (step.get("op").asText()) {
            case "acquire", "acquire_for_error" -> {
                boolean timeout = step.path("error_kind").asText().equals("transient");
                long got = take(budget, timeout ? TIMEOUT : TRANSIENT);
                assertThat(got >= 0)
                        .as("%s", step)
                        .isEqualTo(step.path("expect_ok").asBoolean(true));
                return got;
            }
            case "release" -> budget.refund(step.get("amount").asLong() * 1000);
            case "release_on_response" -> {
                if (step.get("status").asInt() == 200) {
                    budget.callSucceeded(taken);
                } else {
                    budget.callFailed(taken);
                }
            }
            case "reward", "release_default" -> budget.callSucceeded(0);
            case "is_full" ->
                assertThat(budget.balance() / 1000 == budget.capacity() / 1000)
                        .isEqualTo(step.get("expect").asBoolean());
            case "is_empty" ->
                assertThat(budget.balance() < 1000).isEqualTo(step.get("expect").asBoolean());
            case "acquire_until_denied" ->
                assertThat(drain(budget, TRANSIENT))
                        .isEqualTo(step.get("grants").asInt());
            default -> throw new IllegalArgumentException(step.toString());
        }
        return taken;
    }

    private static void costs(JsonNode testCase) {
        QuotaSpec spec = RetryBudgets.awsQuotaClassic();
        assertThat(spec.terms.cost(SERVER_ERROR))
                .isEqualTo(testCase.get("expect").get(0).asLong() * 1000);
        assertThat(spec.terms.cost(TIMEOUT))
                .isEqualTo(testCase.get("expect").get(1).asLong() * 1000);
    }

    private static void kotlinDefaults(JsonNode expect) {
        QuotaSpec spec = RetryBudgets.awsQuotaClassic();
        assertThat(spec.capacityMilli()).isEqualTo(expect.get("max_capacity").asLong() * 1000);
        assertThat(spec.terms.cost(TRANSIENT))
                .isEqualTo(expect.get("retry_cost").asLong() * 1000);
        assertThat(spec.terms.cost(TIMEOUT))
                .isEqualTo(expect.get("timeout_retry_cost").asLong() * 1000);
        assertThat(spec.successCreditMilli())
                .isEqualTo(expect.get("initial_try_success_increment").asLong() * 1000);
    }

    /** This budget refuses, and that of Kotlin waits: the tokens are there after the second for which Kotlin waits. */
    private void kotlinWait() {
        RetryBudget budget = RetryBudgets.tokenBucket(10)
                .refill(10, Duration.ofSeconds(1))
                .cost(TRANSIENT, 10)
                .create(clock);

        assertThat(take(budget, TRANSIENT)).isEqualTo(10_000);
        assertThat(budget.balance()).isZero();
        clock.advance(Duration.ofMillis(999));
        assertThat(take(budget, TRANSIENT)).isEqualTo(RetryBudget.REFUSED);
        clock.advance(Duration.ofMillis(1));
        assertThat(take(budget, TRANSIENT)).isEqualTo(10_000);
    }

    private void kotlinIncrement(JsonNode testCase) {
        RetryBudget budget = RetryBudgets.awsQuotaClassic()
                .capacity(10)
                .initial(5) // the rest after the first attempt, which is free here
                .successCredit(3)
                .create(clock);

        budget.callSucceeded(0);

        assertThat(budget.balance())
                .isEqualTo(testCase.get("steps").get(1).get("balance").asLong() * 1000);
    }

    private void kotlinCosts(JsonNode testCase) {
        QuotaSpec spec = RetryBudgets.awsQuotaClassic()
                .capacity(10)
                .cost(RATE_LIMIT, 3)
                .cost(TIMEOUT, 3)
                .cost(NETWORK_ERROR, 2)
                .cost(SERVER_ERROR, 2);
        ErrorCategory[] categories = {RATE_LIMIT, TIMEOUT, NETWORK_ERROR, SERVER_ERROR};
        for (int i = 0; i < categories.length; i++) {
            RetryBudget budget = spec.create(clock);
            take(budget, categories[i]);
            assertThat(budget.balance()).isEqualTo(testCase.get("expect").get(i).asLong() * 1000);
        }
    }

    private void kotlinRefusal() {
        RetryBudget budget =
                RetryBudgets.awsQuotaClassic().capacity(10).cost(TRANSIENT, 10).create(clock);

        assertThat(take(budget, TRANSIENT)).isEqualTo(10_000);
        assertThat(budget.balance()).isZero();
        assertThat(take(budget, TRANSIENT)).isEqualTo(RetryBudget.REFUSED);
    }

    private void twoPermits(JsonNode testCase) {
        RetryBudget budget = RetryBudgets.awsQuotaClassic().capacity(10).create(clock);

        assertThat(drain(budget, RATE_LIMIT))
                .isEqualTo(testCase.get("expect").get("granted").asInt());
    }

    /** Stricter: NaN is refused where it enters, and never reaches a balance. */
    private void fractions(JsonNode testCase) {
        for (int i = 0; i < testCase.get("input").size(); i++) {
            JsonNode input = testCase.get("input").get(i);
            QuotaSpec spec = RetryBudgets.awsQuotaClassic().capacity(10).initial(0);
            if (input.isTextual()) {
                assertThatThrownBy(() -> spec.successCredit(Double.parseDouble(input.asText())))
                        .isInstanceOf(IllegalArgumentException.class);
                continue;
            }
            RetryBudget budget = spec.successCredit(input.asDouble()).create(clock);
            budget.callSucceeded(0);
            JsonNode expect = testCase.get("expect").get(i);
            assertThat(budget.balance() / 1000).isEqualTo(expect.get(0).asLong());
            assertThat(budget.balance() % 1000)
                    .isEqualTo(Math.round(expect.get(1).asDouble() * 1000));
        }
    }

    /** No budget here is refilled by both time and calls: the test adds two halves. */
    private void timeAndSuccess() {
        RetryBudget bySuccess = RetryBudgets.awsQuota()
                .capacity(100)
                .initial(0)
                .successCredit(0.5)
                .create(clock);
        RetryBudget byTime = RetryBudgets.tokenBucket(100)
                .initial(0)
                .refill(1, Duration.ofSeconds(1))
                .create(clock);

        bySuccess.callSucceeded(0);
        bySuccess.callSucceeded(0);
        clock.advance(Duration.ofSeconds(2));

        assertThat(bySuccess.balance() + byTime.balance()).isEqualTo(3000);
    }

    /** Stricter: a rate that refills nothing is refused. */
    private static void refillRates(JsonNode testCase) {
        for (JsonNode input : testCase.get("input")) {
            if (input.asDouble() > 0) {
                assertThat(RetryBudgets.tokenBucket(10)
                                .refill(input.asDouble(), Duration.ofSeconds(1))
                                .refillMilli())
                        .isEqualTo(Math.round(input.asDouble() * 1000));
            } else {
                assertThatThrownBy(() -> RetryBudgets.tokenBucket(10).refill(input.asDouble(), Duration.ofSeconds(1)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private void fullDrain(JsonNode testCase) {
        ErrorCategory[] categories = {TRANSIENT, TIMEOUT};
        for (int i = 0; i < categories.length; i++) {
            assertThat(drain(RetryBudgets.awsQuotaClassic().create(clock), categories[i]))
                    .isEqualTo(testCase.get("expect")
                            .get(i)
                            .get("grants_until_empty")
                            .asInt());
        }
    }

    private void partitions(JsonNode testCase) {
        QuotaSpec spec = RetryBudgets.awsQuotaClassic().capacity(15).cost(TRANSIENT, 10);
        RetryBudget first = spec.create(clock);
        RetryBudget second = spec.create(clock);
        for (JsonNode step : testCase.get("steps")) {
            RetryBudget budget = step.get("partition").asText().equals("A") ? first : second;
            ErrorCategory category = step.get("error").asText().equals("transient") ? TRANSIENT : SERVER_ERROR;
            assertThat(take(budget, category) >= 0)
                    .as("%s", step)
                    .isEqualTo(step.get("expect_ok").asBoolean());
        }
    }
}
