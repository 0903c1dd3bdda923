package io.forbear.retry.lab.plan;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forbear.retry.Criticality;
import io.forbear.retry.core.config.RetryConfig;
import io.forbear.retry.core.sla.Latency;
import io.forbear.retry.core.sla.SlaTarget;
import io.forbear.retry.export.ExportTarget;
import io.forbear.retry.lab.simulate.Scenario.FleetShape;
import java.io.StringReader;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The forms in which a plan leaves the lab. */
class PolicyExportTest {

    private static final FleetShape FLEET = new FleetShape(20, 50, 0.7);

    static Stream<PolicyPlan> plans() {
        Latency latency = new Latency(ofMillis(20), ofMillis(60));
        SlaTarget usual = new SlaTarget(
                "orders", 0.9995, ofSeconds(2), latency, 0.02, Criticality.NORMAL, FLEET.callsPerClient());
        return Stream.of(usual, usual.errorRate(0.4), usual.deadline(ofMillis(1)))
                .map(target -> PolicyPlan.of(new PlanRequest(target, FLEET)));
    }

    private static String text(PolicyPlan plan, int form) {
        return PolicyExport.all().get(form).text(plan);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void thePropertiesAreReadByTheParser(PolicyPlan plan) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(text(plan, 1)));

        assertThat(RetryConfig.of(properties).service("orders").policy().toString())
                .isEqualTo(plan.policy().policy().toString());
    }

    @ParameterizedTest
    @MethodSource("plans")
    void theServiceConfigIsWhatGrpcReads(PolicyPlan plan) throws Exception {
        JsonNode config = new ObjectMapper().readTree(text(plan, 2));
        JsonNode method = config.path("methodConfig").path(0);
        JsonNode retries = method.path("retryPolicy");

        assertThat(method.path("timeout").asText()).matches("\\d+(\\.\\d{1,9})?s");
        assertThat(retries.isMissingNode()).isEqualTo(plan.attempts() == 1);
        if (plan.attempts() > 1) {
            assertThat(retries.path("maxAttempts").asInt()).isBetween(2, 5);
            assertThat(retries.path("initialBackoff").asText()).matches("0\\.\\d{1,9}s");
            assertThat(retries.path("retryableStatusCodes")).hasSize(1);
            assertThat(config.path("retryThrottling").path("tokenRatio").asDouble())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(ExportTarget.class)
    void aPlanGoesToEveryTarget(ExportTarget target) {
        plans().forEach(plan ->
                assertThat(PolicyExport.exported(plan, target).text()).isNotBlank());
    }

    @Test
    void theAwsSettingsHaveAttemptsAndTimeouts() {
        assertThat(text(plans().findFirst().orElseThrow(), 3))
                .contains(
                        "AWS_RETRY_MODE=standard",
                        "AWS_MAX_ATTEMPTS=2",
                        "apiCallAttemptTimeout(Duration.ofMillis(120))");
    }
}
