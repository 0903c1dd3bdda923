package io.forbear.retry.lab.plan;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.Criticality;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.config.ServiceConfig;
import io.forbear.retry.error.ErrorCategory;
import java.io.StringReader;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyExportTest {

    static Stream<PolicyPlan> plans() {
        Latency latency = new Latency(ofMillis(20), ofMillis(60));
        PlanRequest usual = PlannerTest.request(0.9995, ofSeconds(2), latency, 0.02);
        return Stream.of(
                        usual,
                        usual.errorRate(0.2),
                        usual.errorRate(0.4),
                        usual.criticality(Criticality.CRITICAL),
                        usual.deadline(ofMillis(250))
                                .criticality(Criticality.SHEDDABLE)
                                .errorRate(0.03),
                        usual.deadline(ofMillis(1)))
                .map(Planner::plan);
    }

    private static ServiceConfig config(PolicyPlan plan) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(new PropertiesExport().text(plan)));
        return RetryConfig.of(properties).service("orders");
    }

    private static Class<?> compiled(PolicyPlan plan, Path folder) throws Exception {
        JavaExport export = new JavaExport();
        Path file = Files.writeString(folder.resolve(export.file(plan)), export.text(plan));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-Xlint:all", "-Werror", "-proc:none", "-d", folder.toString(), file.toString());
        assertThat(failed).as(export.text(plan)).isZero();
        URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        return loader.loadClass("OrdersRetry");
    }

    private static Object call(Class<?> type, String method) throws Exception {
        return type.getMethod(method).invoke(null);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theJavaCompilesAndIsThePolicyThatTheRegistryReads(PolicyPlan plan, @TempDir Path folder) throws Exception {
        Class<?> code = compiled(plan, folder);
        RetryPolicy policy = (RetryPolicy) call(code, "policy");
        ServiceConfig text = config(plan);

        assertThat(policy.toString()).isEqualTo(text.policy().toString());
        assertThat(policy.maxAttempts()).isEqualTo(text.policy().maxAttempts()).isEqualTo(plan.attempts());
        assertThat(policy.deadlineNanos())
                .isEqualTo(text.policy().deadlineNanos())
                .isEqualTo(plan.request().deadline().toNanos());
        assertThat(policy.attemptTimeoutNanos())
                .isEqualTo(text.policy().attemptTimeoutNanos())
                .isEqualTo(plan.attemptTimeout().toNanos());
        assertThat(policy.backoff().base()).isEqualTo(plan.firstBackoff());
        for (ErrorCategory category : ErrorCategory.values()) {
            assertThat(policy.backoff(category)).isEqualTo(text.policy().backoff(category));
        }
        assertThat(call(code, "budget")).isEqualTo(text.budget());
        assertThat(text.circuitBreaker()).isEqualTo(CircuitBreakers.standard());
        try (Retry retry = (Retry) call(code, "retry")) {
            assertThat(retry.call(() -> "made")).isEqualTo("made");
        }
    }

    @Test
    void someOfThesePlansHaveABackoffOfTheirOwnAndSomeAnotherBudget() {
        assertThat(plans()).anyMatch(plan -> !plan.hasUsualBackoff());
        assertThat(plans()).anyMatch(plan -> plan.budgetRatio() > 0.2);
        assertThat(plans()).anyMatch(plan -> plan.budgetRatio() < 0.2);
        assertThat(plans()).anyMatch(plan -> plan.attempts() == 1);
    }

    @Test
    void callsThatAreNotNormalAreMarkedInCode() {
        PolicyPlan plan = plans().filter(one -> one.request().criticality() == Criticality.CRITICAL)
                .findFirst()
                .orElseThrow();

        assertThat(new JavaExport().text(plan))
                .contains(".with(CallOptions.defaults().criticality(Criticality.CRITICAL))");
        assertThat(new PropertiesExport().text(plan)).startsWith("# no key says that calls are critical");
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theServiceConfigIsWhatGrpcReads(PolicyPlan plan) throws Exception {
        JsonNode config = new ObjectMapper().readTree(new GrpcExport().text(plan));
        JsonNode method = config.path("methodConfig").path(0);
        JsonNode retries = method.path("retryPolicy");

        assertThat(method.path("timeout").asText()).matches("\\d+(\\.\\d{1,9})?s");
        assertThat(retries.isMissingNode()).isEqualTo(plan.attempts() == 1);
        if (plan.attempts() > 1) {
            assertThat(retries.path("maxAttempts").asInt()).isBetween(2, 5);
            assertThat(retries.path("initialBackoff").asText()).matches("0\\.\\d{1,9}s");
            assertThat(retries.path("retryableStatusCodes")).hasSize(1);
        }
        assertThat(config.path("retryThrottling").path("tokenRatio").asDouble()).isPositive();
    }

    @Test
    void theAwsSettingsHaveAttemptsAndTimeouts() {
        PolicyPlan plan = plans().findFirst().orElseThrow();

        assertThat(new AwsExport().text(plan))
                .contains(
                        "AWS_RETRY_MODE=standard",
                        "AWS_MAX_ATTEMPTS=2",
                        "apiCallAttemptTimeout(Duration.ofMillis(120))");
    }
}
