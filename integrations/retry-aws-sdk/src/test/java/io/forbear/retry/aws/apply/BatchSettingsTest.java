package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.batch.BatchClient;
import software.amazon.awssdk.services.batch.model.RegisterJobDefinitionRequest;

/** By the real client against a server that speaks rest-json, as Batch does. */
class BatchSettingsTest {

    private static final String HELD = """
            {"jobDefinitions": [
              {"jobDefinitionName": "j", "revision": 1, "status": "ACTIVE", "type": "container",
               "jobDefinitionArn": "arn:1"},
              {"jobDefinitionName": "j", "revision": 2, "status": "ACTIVE", "type": "container",
               "jobDefinitionArn": "arn:2", "parameters": {"p": "v"}, "schedulingPriority": 7,
               "containerProperties": {"image": "i", "command": ["c"]}, "propagateTags": true,
               "retryStrategy": {"attempts": 1}, "timeout": {"attemptDurationSeconds": 90}, "tags": {"t": "v"},
               "platformCapabilities": ["FARGATE"]}]}""";

    /** One definition a page, as a definition of many revisions may have several. */
    private static Answer answer(Keeper keeper, Request request) {
        JsonNode fields = Keeper.object(request.body());
        ObjectNode document = keeper.document();
        ArrayNode all = (ArrayNode) document.get("jobDefinitions");
        if (request.uri().getPath().equals("/v1/describejobdefinitions")) {
            assertThat(fields.get("status").asText()).isEqualTo("ACTIVE");
            int page = fields.path("nextToken").asInt(0);
            String next = page + 1 < all.size() ? ",\"nextToken\":\"" + (page + 1) + "\"" : "";
            return Answer.json("{\"jobDefinitions\":[" + (all.isEmpty() ? "" : all.get(page)) + "]" + next + "}");
        }
        assertThat(request.uri().getPath()).isEqualTo("/v1/registerjobdefinition");
        int revision = all.size() + 1;
        // the service writes actions in lower case
        String kept = fields.toString().replace("\"RETRY\"", "\"retry\"").replace("\"EXIT\"", "\"exit\"");
        all.insert(
                0,
                Keeper.object(kept)
                        .put("revision", revision)
                        .put("status", "ACTIVE")
                        .put("jobDefinitionArn", "arn:" + revision));
        keeper.keep(document);
        return Answer.json("{\"jobDefinitionName\":\"j\",\"jobDefinitionArn\":\"arn:" + revision + "\",\"revision\":"
                + revision + "}");
    }

    private static BatchSettings settings(Keeper keeper) {
        return BatchSettings.of(keeper.server().client(BatchClient.builder()));
    }

    @Test
    void aChangeIsANewRevisionWithAllThatTheNewestOneHas() {
        try (Keeper keeper = new Keeper(HELD, BatchSettingsTest::answer)) {
            ServiceSetting setting = settings(keeper)
                    .retryStrategy("j", Keeper.policy(20), List.of(Map.of("onStatusReason", "Host EC2*")));

            SettingReport report = setting.apply(Duration.ZERO);

            assertThat(report.export().clamped()).hasToString("[attempts: 20 became 10]");
            assertThat(report.changes())
                    .contains(
                            new SettingDifference("retryStrategy.attempts", "10", "1"),
                            new SettingDifference("retryStrategy.evaluateOnExit[1].action", "EXIT", "nothing"));
            JsonNode all = keeper.document().get("jobDefinitions");
            assertThat(all).hasSize(3);
            ObjectNode newest = all.get(0).deepCopy();
            ObjectNode before = all.get(2).deepCopy();
            assertThat(newest.get("revision").asInt()).isEqualTo(3);
            newest.remove(List.of("revision", "jobDefinitionArn", "retryStrategy"));
            before.remove(List.of("revision", "jobDefinitionArn", "retryStrategy"));
            assertThat(newest).isEqualTo(before);
            assertThat(setting.apply(Duration.ZERO).written())
                    .as("no revision for nothing")
                    .isFalse();
            assertThat(keeper.document().get("jobDefinitions")).hasSize(3);
        }
    }

    @Test
    void conditionsThatThePolicyDoesNotHaveAreDifferences() {
        String held = HELD.replace(
                "{\"attempts\": 1}",
                "{\"attempts\": 3, \"evaluateOnExit\": [{\"onExitCode\": \"1\", \"action\": \"EXIT\"}]}");
        try (Keeper keeper = new Keeper(held, BatchSettingsTest::answer)) {
            SettingReport report =
                    settings(keeper).retryStrategy("j", Keeper.policy(3)).compare();

            assertThat(report.changes())
                    .containsExactly(
                            new SettingDifference("retryStrategy.evaluateOnExit[0].onExitCode", "nothing", "1"),
                            new SettingDifference("retryStrategy.evaluateOnExit[0].action", "nothing", "EXIT"));
        }
    }

    @Test
    void theTimeoutIsSetAloneAndLeftAloneWhereThePolicyHasNone() {
        try (Keeper keeper = new Keeper(HELD, BatchSettingsTest::answer)) {
            assertThat(settings(keeper).timeout("j", Keeper.policy(3)).apply().written())
                    .isFalse();

            SettingReport report = settings(keeper)
                    .timeout("j", Keeper.policy(3, Duration.ofSeconds(5), Duration.ofHours(1)))
                    .apply(Duration.ZERO);

            assertThat(report.changes())
                    .containsExactly(new SettingDifference("timeout.attemptDurationSeconds", "60", "90"));
            assertThat(keeper.document()
                            .at("/jobDefinitions/0/retryStrategy/attempts")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRevisionThatTheServiceHoldsOtherwiseIsAnError() {
        try (Keeper keeper = new Keeper(HELD, BatchSettingsTest::answer)) {
            keeper.twist(kept -> ((ObjectNode) kept.at("/jobDefinitions/0/retryStrategy")).put("attempts", 2));
            ServiceSetting setting = settings(keeper).retryStrategy("j", Keeper.policy(3));

            assertThatThrownBy(() -> setting.apply(Duration.ZERO))
                    .hasMessage("job definition j: retryStrategy.attempts: 2 (expected: 3, as it was sent)");
        }
    }

    @Test
    void aJobDefinitionWithoutARevisionIsRefused() {
        try (Keeper keeper = new Keeper("{\"jobDefinitions\":[]}", BatchSettingsTest::answer)) {
            ServiceSetting setting = settings(keeper).retryStrategy("j", Keeper.policy(3));

            assertThatThrownBy(setting::apply)
                    .hasMessage("job definition j: no revision (expected: one that is active)");
        }
    }

    /** Of a newer SDK: a field that a registration takes and this module does not know would be lost. */
    @Test
    void everyFieldOfARegistrationIsKnown() {
        assertThat(RegisterJobDefinitionRequest.builder().build().sdkFields().stream()
                        .map(SdkField::locationName))
                .containsExactlyInAnyOrder(
                        "jobDefinitionName",
                        "type",
                        "parameters",
                        "schedulingPriority",
                        "containerProperties",
                        "nodeProperties",
                        "retryStrategy",
                        "propagateTags",
                        "timeout",
                        "tags",
                        "platformCapabilities",
                        "eksProperties",
                        "ecsProperties",
                        "consumableResourceProperties");
    }
}
