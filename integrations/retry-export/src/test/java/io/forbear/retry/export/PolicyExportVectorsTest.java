package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.Backoff;
import io.forbear.retry.Jitter;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.testsupport.Vectors;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A policy in the retry settings of AWS services: values, what is clamped, and that what is lost is said. */
class PolicyExportVectorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> policyInTheSettingsOfAService() {
        return Vectors.tests("g9_aws_services/policy_export.json", PolicyExportVectorsTest::check);
    }

    private static void check(JsonNode one) throws Exception {
        JsonNode given = one.get("given");
        JsonNode expect = one.get("expect");
        if (expect.path("rejected").asBoolean()) {
            assertThat(catchThrowable(() -> export(given)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: ");
            return;
        }
        ExportResult result = export(given);

        assertThat(plain(JSON.readTree(result.text()))).isEqualTo(plain(expect.get("block")));
        assertThat(result.clamped().stream().map(PolicyExportVectorsTest::shown))
                .containsExactlyElementsOf(Vectors.each(expect.get("clamped"))
                        .map(PolicyExportVectorsTest::shown)
                        .toList());
        if (expect.has("lossy")) {
            assertThat(result.lossy()).hasSameSizeAs(each(expect.get("lossy")));
        }
        if (expect.has("dropped")) {
            assertThat(result.dropped()).hasSameSizeAs(each(expect.get("dropped")));
        }
    }

    private static String shown(ExportResult.Clamped field) {
        return field.field() + " " + number(field.from()) + " " + number(field.to());
    }

    private static String shown(JsonNode field) {
        return field.get("field").asText() + " " + number(field.get("from").decimalValue()) + " "
                + number(field.get("to").decimalValue());
    }

    private static List<JsonNode> each(JsonNode array) {
        return Vectors.each(array).toList();
    }

    private static BigDecimal number(BigDecimal value) {
        return new BigDecimal(value.stripTrailingZeros().toPlainString());
    }

    /** Numbers by value. */
    private static Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> fields = new HashMap<>();
            node.properties().forEach(field -> fields.put(field.getKey(), plain(field.getValue())));
            return fields;
        }
        if (node.isArray()) {
            return Vectors.each(node).map(PolicyExportVectorsTest::plain).toList();
        }
        return node.isNumber() ? number(node.decimalValue()) : node.asText();
    }

    private static ExportResult export(JsonNode given) {
        ExportedPolicy policy = policy(given);
        String deadLetter = given.path("dead_letter_arn").asText();
        String target = given.get("target").asText();
        return switch (target) {
            case "stepfunctions.Retry" ->
                AwsExports.stepFunctions(
                        policy,
                        Vectors.each(given.get("ErrorEquals"))
                                .map(JsonNode::asText)
                                .toArray(String[]::new));
            case "eventbridge.RetryPolicy" -> AwsExports.eventBridge(policy);
            case "scheduler.RetryPolicy" -> AwsExports.scheduler(policy);
            case "lambda.FunctionEventInvokeConfig" -> AwsExports.lambdaInvoke(policy);
            case "lambda.EventSourceMapping" ->
                AwsExports.lambdaEventSource(
                        policy, EventSource.of(given.get("source").asText()));
            case "sqs.RedrivePolicy" ->
                given.has("queue_arn")
                        ? AwsExports.sqsRedrive(policy, given.get("queue_arn").asText(), deadLetter)
                        : AwsExports.sqsRedrive(policy, deadLetter);
            case "batch.RetryStrategy" -> AwsExports.batch(policy, conditions(given.path("retry_on")));
            case "batch.JobTimeout" -> AwsExports.batchTimeout(policy);
            case "apigateway.Integration" -> AwsExports.apiGateway(policy);
            default -> throw new IllegalArgumentException("target: " + target + " (expected: one that is known)");
        };
    }

    private static List<Map<String, String>> conditions(JsonNode retryOn) {
        List<Map<String, String>> conditions = new ArrayList<>();
        for (JsonNode condition : retryOn) {
            Map<String, String> fields = new HashMap<>();
            condition
                    .properties()
                    .forEach(
                            field -> fields.put(field.getKey(), field.getValue().asText()));
            conditions.add(fields);
        }
        return conditions;
    }

    private static ExportedPolicy policy(JsonNode given) {
        RetryPolicy.Builder policy = RetryPolicy.builder();
        JsonNode said = given.path("policy");
        if (said.has("max_attempts")) {
            policy.maxAttempts(said.get("max_attempts").asInt());
            policy.backoff(backoff(said.get("backoff")));
        }
        if (said.has("deadline_ms")) {
            policy.deadline(millis(said.get("deadline_ms")));
        }
        if (given.has("attempt_timeout_ms")) {
            policy.attemptTimeout(millis(given.get("attempt_timeout_ms")));
        }
        ExportedPolicy exported = ExportedPolicy.of("orders", policy.build());
        if (said.has("budget")) {
            String share = said.get("budget").asText().replace("ratio ", "");
            exported = exported.budget(RetryBudgets.ratio(Double.parseDouble(share)));
        }
        if (said.has("circuit_breaker")) {
            exported = exported.circuitBreaker(CircuitBreakers.failureRate(
                    Double.parseDouble(said.get("circuit_breaker").asText())));
        }
        return exported;
    }

    private static Backoff backoff(JsonNode said) {
        Duration base = millis(said.get("base_ms"));
        Backoff backoff =
                switch (said.get("kind").asText()) {
                    case "fixed" -> Backoff.fixed(base);
                    case "linear" -> Backoff.linear(base, millis(said.get("max_ms")));
                    default ->
                        Backoff.exponential(base, millis(said.get("max_ms")))
                                .multiplier(said.get("multiplier").asDouble());
                };
        return backoff.jitter(
                switch (said.get("jitter").asText()) {
                    case "none" -> Jitter.none();
                    case "full" -> Jitter.full();
                    case "equal" -> Jitter.equal();
                    case "decorrelated" -> Jitter.decorrelated();
                    default ->
                        throw new IllegalArgumentException("jitter: " + said.get("jitter") + " (expected: known)");
                });
    }

    private static Duration millis(JsonNode number) {
        return Duration.ofMillis(number.asLong());
    }
}
