package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.export.StepFunctionsRetry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sfn.SfnClient;

/** By the real client against a server that speaks JSON 1.0, as Step Functions does. */
class StepFunctionsSettingsTest {

    private static final String ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:m";

    private static final String DEFINITION = """
            {"Comment": "é \\"quoted\\"", "StartAt": "Outer", "Big": 12345678901234567890.50, "States": {
              "Outer": {"Type": "Task", "Resource": "r", "Next": "Fan", "Retry": [
                {"ErrorEquals": ["A"], "MaxAttempts": 9}, {"ErrorEquals": ["States.ALL"]}]},
              "Fan": {"Type": "Parallel", "Next": "Each", "Branches": [
                {"StartAt": "Inner", "States": {"Inner": {"Type": "Task", "Resource": "r", "End": true}}}]},
              "Each": {"Type": "Map", "Next": "Done", "ItemProcessor":
                {"StartAt": "Item", "States": {"Item": {"Type": "Task", "Resource": "r", "End": true}}}},
              "Done": {"Type": "Succeed"}}}""";

    private static Keeper machine() {
        ObjectNode held = Keeper.object("{\"stateMachineArn\":\"" + ARN
                + "\",\"name\":\"m\",\"roleArn\":\"r\",\"type\":\"STANDARD\",\"creationDate\":1}");
        held.put("definition", DEFINITION);
        return new Keeper(held.toString(), StepFunctionsSettingsTest::answer);
    }

    private static Answer answer(Keeper keeper, Request request) {
        JsonNode fields = Keeper.object(request.body());
        assertThat(fields.get("stateMachineArn").asText()).isEqualTo(ARN);
        if (request.operation().equals("DescribeStateMachine")) {
            return keeper.held();
        }
        assertThat(request.operation()).isEqualTo("UpdateStateMachine");
        keeper.merge(fields);
        return Answer.json("{\"updateDate\":2}");
    }

    private static StepFunctionsSettings settings(Keeper keeper) {
        return StepFunctionsSettings.of(keeper.server().client(SfnClient.builder()));
    }

    private static ObjectNode definition(Keeper keeper) {
        return Keeper.object(keeper.document().get("definition").asText());
    }

    @Test
    void theRetryOfAStateIsReplacedAndTheRestOfTheDefinitionStays() {
        try (Keeper keeper = machine()) {
            SettingReport report = settings(keeper)
                    .retry(ARN, "Outer", Keeper.policy(4), "B", "C")
                    .apply(Duration.ZERO);

            ObjectNode now = definition(keeper);
            JsonNode retry = now.at("/States/Outer/Retry");
            assertThat(StepFunctionsRetry.problems(retry.toString())).isEmpty();
            assertThat(retry).hasSize(1);
            assertThat(retry.get(0).get("ErrorEquals")).hasToString("[\"B\",\"C\"]");
            assertThat(retry.get(0).get("MaxAttempts").asInt()).isEqualTo(3);
            assertThat(report.changes())
                    .contains(
                            new SettingDifference("Retry[0].ErrorEquals[0]", "B", "A"),
                            new SettingDifference("Retry[0].MaxAttempts", "3", "9"),
                            new SettingDifference("Retry[1].ErrorEquals[0]", "nothing", "States.ALL"));
            ((ObjectNode) now.at("/States/Outer")).remove("Retry");
            ObjectNode before = Keeper.object(DEFINITION);
            ((ObjectNode) before.at("/States/Outer")).remove("Retry");
            assertThat(now).isEqualTo(before);
            assertThat(keeper.document().get("definition").asText()).contains("12345678901234567890.50");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Inner", "Item", "Each", "Fan"})
    void aStateInsideOfAnotherIsFoundByItsName(String state) {
        try (Keeper keeper = machine()) {
            ServiceSetting setting = settings(keeper).retry(ARN, state, Keeper.policy(4));

            assertThat(setting.apply(Duration.ZERO).written()).isTrue();
            assertThat(setting.compare().isHeld()).isTrue();
            assertThat(definition(keeper).findValues("Retry")).hasSize(2);
        }
    }

    @Test
    void aPolicyOfOneAttemptIsHeldAsNoRetry() {
        try (Keeper keeper = machine()) {
            settings(keeper).retry(ARN, "Outer", Keeper.policy(1), "A").apply(Duration.ZERO);

            assertThat(definition(keeper).at("/States/Outer/Retry"))
                    .hasToString("[{\"ErrorEquals\":[\"A\"],\"MaxAttempts\":0}]");
        }
    }

    @Test
    void aRetryThatTheServiceHoldsOtherwiseIsAnError() {
        try (Keeper keeper = machine()) {
            keeper.twist(kept -> kept.put(
                    "definition", kept.get("definition").asText().replace("\"MaxAttempts\":3", "\"MaxAttempts\":2")));
            ServiceSetting setting = settings(keeper).retry(ARN, "Outer", Keeper.policy(4), "A");

            assertThatThrownBy(() -> setting.apply(Duration.ZERO))
                    .hasMessage("state machine " + ARN
                            + ", state Outer: Retry[0].MaxAttempts: 2 (expected: 3, as it was sent)");
        }
    }

    @Test
    void aStateThatIsNotThereOrTakesNoRetryIsRefusedBeforeAWrite() {
        try (Keeper keeper = machine()) {
            assertThatThrownBy(() -> settings(keeper)
                            .retry(ARN, "None", Keeper.policy(4))
                            .apply())
                    .hasMessageEndingWith(
                            "state None: 0 states of that name (expected: one; names are distinct in the whole state"
                                    + " machine)");
            assertThatThrownBy(() -> settings(keeper)
                            .retry(ARN, "Done", Keeper.policy(4))
                            .apply())
                    .hasMessageEndingWith(
                            "state Done: Type: Succeed (expected: Task, Parallel or Map, which alone are retried)");
            assertThat(keeper.writes()).isEmpty();
        }
    }
}
