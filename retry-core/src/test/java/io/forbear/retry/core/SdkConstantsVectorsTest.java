package io.forbear.retry.core;

import static io.forbear.retry.error.ErrorCategory.RATE_LIMIT;
import static io.forbear.retry.error.ErrorCategory.SERVER_ERROR;
import static io.forbear.retry.error.ErrorCategory.TRANSIENT;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.budget.QuotaSpec;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.core.fixture.Flow;
import io.forbear.retry.core.fixture.Flow.Outcome;
import io.forbear.retry.core.fixture.Flow.Shell;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.Pushback;
import io.forbear.retry.testsupport.Vectors;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The constants of the AWS SDKs, against our defaults and presets; for DynamoDB, against a policy that says them. */
class SdkConstantsVectorsTest {

    /** Settings that only an SDK has; docs/internals/vectors.md has the reasons. */
    private static final Set<String> OF_AN_SDK = Set.of(
            "default_mode",
            "LimitExceededException_retryable",
            "sts_IdpCommunicationError_retryable",
            "long_polling_operations");

    private record Row(String sdk, String setting, String before, String after) {

        static Row of(String line) {
            String[] cells = line.split(",", 6);
            return new Row(cells[0], cells[3], cells[4], cells[5].replace("\"", ""));
        }

        String id() {
            return sdk + " " + setting;
        }
    }

    @TestFactory
    Stream<DynamicTest> constants() {
        List<Row> rows = Vectors.rows("g1_aws_retry_spec/sdk_constants.csv", 44).stream()
                .map(Row::of)
                .toList();
        List<Row> ours =
                rows.stream().filter(row -> !OF_AN_SDK.contains(row.setting())).toList();
        assertThat(ours).hasSize(40);
        return Vectors.tests(ours, Row::id, SdkConstantsVectorsTest::check);
    }

    /** The SDKs' backoff as a user writes it: our defaults wait longer, see docs/guide/defaults.md. */
    private static RetryPolicy.Builder sdk() {
        return RetryPolicy.builder()
                .backoff(Backoff.exponential(ofMillis(50), ofSeconds(20)))
                .on(RATE_LIMIT, p -> p.backoff(Backoff.exponential(ofSeconds(1), ofSeconds(20))));
    }

    private static void check(Row row) throws InterruptedException {
        RetryPolicy defaults = sdk().build();
        switch (row.setting()) {
            case "base_delay_ms" -> isFirstDelay(defaults, SERVER_ERROR, row.after());
            case "throttling_base_delay_ms" -> isFirstDelay(defaults, RATE_LIMIT, row.after());
            case "max_attempts" -> makesAttempts(defaults, row.after());
            case "dynamodb_base_delay_ms" -> isFirstDelay(dynamo(row.after(), 4), SERVER_ERROR, row.after());
            case "dynamodb_throttling_base_delay_ms" -> isFirstDelay(dynamo("25", 4), RATE_LIMIT, row.after());
            case "dynamodb_max_attempts" -> makesAttempts(dynamo("25", Integer.parseInt(row.after())), row.after());
            case "quota" ->
                assertThat(RetryBudgets.create(RetryBudgets.awsQuota()).capacity())
                        .isEqualTo(milli(row.after()));
            case "max_backoff_ms" -> capComesBeforeJitter(row.after());
            case "retry_after_header" -> pushbackIsBounded();
            default -> costs(row);
        }
    }

    private static long milli(String tokens) {
        return Long.parseLong(tokens) * 1_000;
    }

    private static RetryPolicy dynamo(String baseMillis, int attempts) {
        return sdk().maxAttempts(attempts)
                .backoff(Backoff.exponential(ofMillis(Long.parseLong(baseMillis)), ofSeconds(20)))
                .build();
    }

    /** Full jitter draws half of it here. */
    private static void isFirstDelay(RetryPolicy policy, ErrorCategory category, String millis)
            throws InterruptedException {
        Flow flow = new Flow(Shell.DECISIONS, policy);
        flow.call(List.of(Outcome.failure(Classification.of(category))).iterator());
        assertThat(flow.steps.get(0).seconds() * 2_000).isEqualTo(Double.parseDouble(millis));
    }

    private static void makesAttempts(RetryPolicy policy, String attempts) throws InterruptedException {
        Flow flow = new Flow(Shell.BLOCKING, policy);
        flow.call(Collections.nCopies(99, Outcome.failure(Classification.of(SERVER_ERROR)))
                .iterator());
        assertThat(flow.numbers).hasSize(Integer.parseInt(attempts));
    }

    /** The classic costs are the figures before 2.1, save where an SDK had its own or none. */
    private static void costs(Row row) {
        boolean throttling = row.setting().startsWith("throttling");
        ErrorCategory category = throttling ? RATE_LIMIT : TRANSIENT;
        assertThat(row.setting()).isIn("retry_cost", "transient_cost", "throttling_cost", "throttling_retry_cost");
        assertThat(cost(RetryBudgets.awsQuota(), category)).isEqualTo(milli(row.after()));
        if (!row.before().isEmpty() && !row.setting().equals("transient_cost")) {
            assertThat(cost(RetryBudgets.awsQuotaClassic(), category)).isEqualTo(milli(row.before()));
        }
    }

    private static long cost(QuotaSpec quota, ErrorCategory category) {
        return RetryBudgets.create(quota).tryWithdraw(category, Criticality.NORMAL, 0);
    }

    private static void capComesBeforeJitter(String value) throws InterruptedException {
        Backoff backoff = sdk().build().backoff();
        assertThat(value).isEqualTo(backoff.max().toMillis() + " (applied before jitter)");
        Flow flow = new Flow(Shell.ASYNC, sdk().maxAttempts(40).build());
        flow.call(Collections.nCopies(39, Outcome.failure(Classification.of(SERVER_ERROR)))
                .iterator());
        assertThat(flow.steps.get(38).seconds()).as("half of the cap").isEqualTo(10);
    }

    private static void pushbackIsBounded() throws InterruptedException {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(2)
                .backoff(Backoff.exponential(ofMillis(50), ofSeconds(20)).jitter(Jitter.none()))
                .pushback(p -> p.maxOverBackoff(ofSeconds(5)))
                .build();
        String[] headers = {"60000", "5051", "5049", "1500", "50", "49", "0", "-1", "junk", "", null};
        double[] seconds = {5.05, 5.05, 5.049, 1.5, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05};
        for (int i = 0; i < headers.length; i++) {
            Flow flow = new Flow(Shell.DECISIONS, policy);
            Classification failure = Classification.of(SERVER_ERROR).pushback(Pushback.amzRetryAfter(headers[i]));
            flow.call(List.of(Outcome.failure(failure)).iterator());
            assertThat(flow.steps.get(0).seconds()).as("header %s", headers[i]).isEqualTo(seconds[i]);
        }
    }
}
