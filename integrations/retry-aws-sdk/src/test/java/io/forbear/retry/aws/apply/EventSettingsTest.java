package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer.Request;
import io.forbear.retry.export.ExportedPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.GetScheduleResponse;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;

/** EventBridge (JSON 1.1) and its scheduler (rest-json), by their real clients. */
class EventSettingsTest {

    private static final String DEAD = "arn:aws:sqs:us-east-1:123456789012:dead";
    private static final ExportedPolicy POLICY = Keeper.policy(500, Duration.ofSeconds(5), Duration.ofHours(1));

    private static final String TARGETS = """
            {"Targets": [{"Id": "a", "Arn": "arn:a"},
             {"Id": "b", "Arn": "arn:b", "InputPath": "$.x", "SqsParameters": {"MessageGroupId": "g"},
              "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 70}}]}""";

    /** One target a page. */
    private static Answer rule(Keeper keeper, Request request) {
        JsonNode fields = Keeper.object(request.body());
        assertThat(fields.get("Rule").asText()).isEqualTo("r");
        JsonNode targets = keeper.document().get("Targets");
        if (request.operation().equals("ListTargetsByRule")) {
            int page = fields.path("NextToken").asInt(0);
            String next = page + 1 < targets.size() ? ",\"NextToken\":\"" + (page + 1) + "\"" : "";
            return Answer.json("{\"Targets\":[" + targets.get(page) + "]" + next + "}");
        }
        ObjectNode document = keeper.document();
        JsonNode put = fields.get("Targets").get(0);
        if (put.get("Id").asText().equals("a")) {
            return Answer.json("{\"FailedEntryCount\":1,\"FailedEntries\":[{\"TargetId\":\"a\","
                    + "\"ErrorCode\":\"ConcurrentModificationException\",\"ErrorMessage\":\"busy\"}]}");
        }
        ((ArrayNode) document.get("Targets")).set(1, put);
        keeper.keep(document);
        return Answer.json("{\"FailedEntryCount\":0,\"FailedEntries\":[]}");
    }

    private static EventBridgeSettings events(Keeper keeper) {
        return EventBridgeSettings.of(keeper.server().client(EventBridgeClient.builder()));
    }

    @Test
    void aTargetKeepsAllButItsRetryPolicyAndItsDeadLetters() {
        try (Keeper keeper = new Keeper(TARGETS, EventSettingsTest::rule)) {
            SettingReport report =
                    events(keeper).target("bus", "r", "b", POLICY, DEAD).apply(Duration.ZERO);

            assertThat(report.place()).isEqualTo("rule r of bus bus, target b");
            assertThat(report.changes())
                    .containsExactlyInAnyOrder(
                            new SettingDifference("RetryPolicy.MaximumRetryAttempts", "185", "3"),
                            new SettingDifference("RetryPolicy.MaximumEventAgeInSeconds", "3600", "70"),
                            new SettingDifference("DeadLetterConfig.Arn", DEAD, "nothing"));
            assertThat(report.export().clamped()).hasToString("[MaximumRetryAttempts: 499 became 185]");
            assertThat(keeper.document().get("Targets").get(1))
                    .isEqualTo(Keeper.object("{\"Id\":\"b\",\"Arn\":\"arn:b\",\"InputPath\":\"$.x\","
                            + "\"SqsParameters\":{\"MessageGroupId\":\"g\"},\"DeadLetterConfig\":{\"Arn\":\"" + DEAD
                            + "\"},\"RetryPolicy\":{\"MaximumRetryAttempts\":185,\"MaximumEventAgeInSeconds\":3600}}"));
        }
    }

    @Test
    void anAgeThatThePolicyDoesNotSayStaysAtTheTarget() {
        try (Keeper keeper = new Keeper(TARGETS, EventSettingsTest::rule)) {
            ServiceSetting setting = events(keeper).target(null, "r", "b", Keeper.policy(5));

            assertThat(setting.apply(Duration.ZERO).changes())
                    .containsExactly(new SettingDifference("RetryPolicy.MaximumRetryAttempts", "4", "3"));
            assertThat(keeper.document().at("/Targets/1/RetryPolicy"))
                    .hasToString("{\"MaximumRetryAttempts\":4,\"MaximumEventAgeInSeconds\":70}");
        }
    }

    @Test
    void aTargetThatWasNotTakenIsAnErrorThoughTheStatusIs200() {
        try (Keeper keeper = new Keeper(TARGETS, EventSettingsTest::rule)) {
            ServiceSetting setting = events(keeper).target(null, "r", "a", Keeper.policy(5));

            assertThatThrownBy(setting::apply)
                    .hasMessage("rule r, target a: ConcurrentModificationException: busy"
                            + " (expected: a target that is taken)");
        }
    }

    @Test
    void aTargetThatTheRuleDoesNotHaveIsRefused() {
        try (Keeper keeper = new Keeper(TARGETS, EventSettingsTest::rule)) {
            ServiceSetting setting = events(keeper).target(null, "r", "c", Keeper.policy(5));

            assertThatThrownBy(setting::apply)
                    .hasMessage("rule r, target c: no such target (expected: one that the rule has)");
            assertThat(keeper.server().count()).isEqualTo(2);
        }
    }

    @Test
    void aTargetThatTheServiceHoldsOtherwiseIsAnError() {
        try (Keeper keeper = new Keeper(TARGETS, EventSettingsTest::rule)) {
            keeper.twist(
                    kept -> ((ObjectNode) kept.at("/Targets/1/RetryPolicy")).put("MaximumEventAgeInSeconds", 86400));
            ServiceSetting setting = events(keeper).target(null, "r", "b", POLICY);

            assertThatThrownBy(() -> setting.apply(Duration.ZERO))
                    .hasMessage("rule r, target b: RetryPolicy.MaximumEventAgeInSeconds: 86400"
                            + " (expected: 3600, as it was sent)");
        }
    }

    private static Answer schedule(Keeper keeper, Request request) {
        assertThat(request.uri().getPath()).isEqualTo("/schedules/s");
        if (request.method().equals("GET")) {
            assertThat(request.uri().getQuery()).isEqualTo("groupName=g");
            return keeper.held();
        }
        ObjectNode put = Keeper.object(request.body());
        put.remove("ClientToken");
        keeper.keep(put.put("Name", "s"));
        return Answer.json("{\"ScheduleArn\":\"arn\"}");
    }

    @Test
    void aScheduleIsWrittenAsAWholeWithAllThatItHas() {
        String before = """
                {"Name": "s", "GroupName": "g", "ScheduleExpression": "rate(1 day)", "State": "DISABLED",
                 "ScheduleExpressionTimezone": "Europe/Berlin", "Description": "d", "KmsKeyArn": "k",
                 "StartDate": 1.8E9, "EndDate": 1.9E9, "ActionAfterCompletion": "DELETE",
                 "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
                 "Target": {"Arn": "a", "RoleArn": "r", "Input": "{}",
                   "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 3600}}}""";
        try (Keeper keeper = new Keeper(before, EventSettingsTest::schedule)) {
            SchedulerSettings settings = SchedulerSettings.of(keeper.server().client(SchedulerClient.builder()));

            SettingReport report = settings.schedule("g", "s", POLICY, DEAD).apply(Duration.ZERO);

            assertThat(report.place()).isEqualTo("schedule s of group g");
            assertThat(report.changes())
                    .containsExactlyInAnyOrder(
                            new SettingDifference("RetryPolicy.MaximumRetryAttempts", "185", "1"),
                            new SettingDifference("DeadLetterConfig.Arn", DEAD, "nothing"));
            ObjectNode wanted = Keeper.object(before);
            ((ObjectNode) wanted.at("/Target/RetryPolicy")).put("MaximumRetryAttempts", 185);
            ((ObjectNode) wanted.get("Target")).putObject("DeadLetterConfig").put("Arn", DEAD);
            assertThat(keeper.document()).isEqualTo(wanted);
            assertThat(settings.schedule("g", "s", POLICY).compare().isHeld()).isTrue();
        }
    }

    /** Of a newer SDK: a field that an update takes and this module does not know would be lost. */
    @Test
    void everyFieldOfAnUpdateOfAScheduleIsKnown() {
        assertThat(UpdateScheduleRequest.builder().build().sdkFields().stream()
                        .map(SdkField::memberName)
                        .filter(name -> !name.equals("ClientToken")))
                .containsExactlyInAnyOrder(
                        "ActionAfterCompletion",
                        "Description",
                        "EndDate",
                        "FlexibleTimeWindow",
                        "GroupName",
                        "KmsKeyArn",
                        "Name",
                        "ScheduleExpression",
                        "ScheduleExpressionTimezone",
                        "StartDate",
                        "State",
                        "Target");
        assertThat(SchedulerSettings.whole(GetScheduleResponse.builder().build())
                        .build())
                .isEqualTo(UpdateScheduleRequest.builder().build());
    }
}
