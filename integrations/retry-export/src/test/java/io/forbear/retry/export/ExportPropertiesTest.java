package io.forbear.retry.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Any policy makes legal settings of every target. */
class ExportPropertiesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Provide
    Arbitrary<ExportedPolicy> policies() {
        return Policies.any();
    }

    @Property(tries = 300)
    void everyTargetTakesAnyPolicyAndItsTextIsReadByAnotherReader(
            @ForAll("policies") ExportedPolicy policy, @ForAll ExportTarget target) throws Exception {
        ExportResult result = target.export(policy);

        switch (target.format()) {
            case "json" -> assertThat(JSON.readTree(result.text())).isNotNull();
            case "yaml" ->
                assertThat(new Load(LoadSettings.builder().build()).loadAllFromString(result.text()))
                        .isNotEmpty();
            default -> assertThat(result.text()).isNotBlank();
        }
        result.clamped().forEach(field -> assertThat(field.from()).isNotEqualByComparingTo(field.to()));
    }

    @Property(tries = 300)
    void aStepFunctionsBlockIsLegalAndMakesAsManyRetries(@ForAll("policies") ExportedPolicy policy) throws Exception {
        ExportResult result = AwsExports.stepFunctions(policy, "States.TaskFailed");
        JsonNode retry = JSON.readTree(result.text());

        assertThat(StepFunctionsRetry.problems(result.text())).isEmpty();
        assertThat(retry.get(0).get("MaxAttempts").asInt()).isEqualTo(policy.attempts() - 1);
        if (policy.attempts() > 1) {
            BigDecimal first = BigDecimal.valueOf(policy.policy().backoff().ceilingNanos(1), 9);
            BigDecimal written = retry.get(0).get("IntervalSeconds").decimalValue();
            // rounded up to the next second, within the range of the field
            assertThat(written.subtract(first).signum() >= 0 || written.intValue() == StepFunctionsRetry.MOST_INTERVAL)
                    .isTrue();
        }
    }
}
