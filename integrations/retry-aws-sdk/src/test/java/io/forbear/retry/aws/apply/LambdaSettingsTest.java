package io.forbear.retry.aws.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer.Request;
import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.LambdaException;

/** By the real client against a server that speaks rest-json, as Lambda does. */
class LambdaSettingsTest {

    private static final String INVOKE = "/2019-09-25/functions/f/event-invoke-config";
    private static final String MAPPING = "/2015-03-31/event-source-mappings/u";

    /** A PUT replaces the config, a POST changes what it names; neither takes values out of range. */
    private static Answer invokeConfig(Keeper keeper, Request request) {
        assertThat(request.uri().getPath()).isEqualTo(INVOKE);
        if (request.method().equals("GET")) {
            return keeper.document().isEmpty() ? Keeper.notFound("lambda") : keeper.held();
        }
        ObjectNode fields = Keeper.object(request.body());
        if (fields.path("MaximumRetryAttempts").asInt() > 2
                || fields.path("MaximumEventAgeInSeconds").asInt(60) < 60) {
            return Keeper.refused("lambda");
        }
        if (request.method().equals("POST")) {
            return keeper.document().isEmpty() ? Keeper.notFound("lambda") : keeper.merge(fields);
        }
        return keeper.keep(fields);
    }

    private static Answer mapping(Keeper keeper, Request request) {
        assertThat(request.uri().getPath()).isEqualTo(MAPPING);
        return request.method().equals("GET") ? keeper.held() : keeper.merge(Keeper.object(request.body()));
    }

    private static LambdaSettings settings(Keeper keeper) {
        return LambdaSettings.of(keeper.server().client(LambdaClient.builder()));
    }

    @Test
    void aFunctionWithoutAConfigGetsOne() {
        try (Keeper keeper = new Keeper("{}", LambdaSettingsTest::invokeConfig)) {
            SettingReport report = settings(keeper)
                    .asynchronousInvocation("f", Keeper.policy(9, Duration.ofSeconds(5), Duration.ofSeconds(10)))
                    .apply(Duration.ZERO);

            assertThat(keeper.document())
                    .isEqualTo(Keeper.object("{\"MaximumRetryAttempts\":2,\"MaximumEventAgeInSeconds\":60}"));
            assertThat(report.place()).isEqualTo("function f");
            assertThat(report.export().clamped())
                    .hasToString("[MaximumRetryAttempts: 8 became 2, MaximumEventAgeInSeconds: 10 became 60]");
        }
    }

    @Test
    void aConfigKeepsItsDestinationsAndWhatThePolicyDoesNotSay() {
        String before = "{\"MaximumRetryAttempts\":2,\"MaximumEventAgeInSeconds\":300,"
                + "\"DestinationConfig\":{\"OnFailure\":{\"Destination\":\"arn:d\"}}}";
        try (Keeper keeper = new Keeper(before, LambdaSettingsTest::invokeConfig)) {
            SettingReport report = settings(keeper)
                    .asynchronousInvocation("f", Keeper.policy(2))
                    .apply(Duration.ZERO);

            assertThat(report.changes()).containsExactly(new SettingDifference("MaximumRetryAttempts", "1", "2"));
            assertThat(keeper.document())
                    .isEqualTo(
                            Keeper.object(before.replace("\"MaximumRetryAttempts\":2", "\"MaximumRetryAttempts\":1")));
        }
    }

    @Test
    void aServiceThatHoldsSomethingElseIsAnErrorThatNamesFieldHeldAndSentValue() {
        try (Keeper keeper = new Keeper("{}", LambdaSettingsTest::invokeConfig)) {
            keeper.twist(kept -> kept.put("MaximumRetryAttempts", 0));
            ServiceSetting setting = settings(keeper).asynchronousInvocation("f", Keeper.policy(2));

            assertThatThrownBy(() -> setting.apply(Duration.ofMillis(120)))
                    .isInstanceOfSatisfying(SettingNotHeldException.class, error -> {
                        assertThat(error.place()).isEqualTo("function f");
                        assertThat(error.differences())
                                .containsExactly(new SettingDifference("MaximumRetryAttempts", "1", "0"));
                    })
                    .hasMessage("function f: MaximumRetryAttempts: 0 (expected: 1, as it was sent)");
            assertThat(keeper.writes()).hasSize(1);
            // before the write, the write, after it; on a quick machine after 50 ms and after all of the time too
            assertThat(keeper.server().count()).isBetween(3, 5);
        }
    }

    @Test
    void aFieldThatTheServiceDoesNotKeepIsNothing() {
        try (Keeper keeper = new Keeper("{}", LambdaSettingsTest::invokeConfig)) {
            keeper.twist(kept -> kept.remove("MaximumRetryAttempts"));
            ServiceSetting setting = settings(keeper).asynchronousInvocation("f", Keeper.policy(2));

            assertThatThrownBy(() -> setting.apply(Duration.ZERO))
                    .hasMessage("function f: MaximumRetryAttempts: nothing (expected: 1, as it was sent)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:kinesis:us-east-1:1:stream/s",
        "arn:aws:dynamodb:us-east-1:1:table/t/stream/s",
        "arn:aws:kafka:us-east-1:1:cluster/c"
    })
    void aMappingOfAStreamTakesAttemptsAndAge(String arn) {
        try (Keeper keeper = new Keeper(
                "{\"UUID\":\"u\",\"EventSourceArn\":\"" + arn
                        + "\",\"MaximumRetryAttempts\":-1,\"MaximumRecordAgeInSeconds\":-1,\"BatchSize\":7}",
                LambdaSettingsTest::mapping)) {
            SettingReport report = settings(keeper)
                    .eventSource("u", Keeper.policy(4, Duration.ofSeconds(5), Duration.ofMinutes(10)))
                    .apply(Duration.ZERO);

            assertThat(report.changes())
                    .containsExactly(
                            new SettingDifference("MaximumRetryAttempts", "3", "-1"),
                            new SettingDifference("MaximumRecordAgeInSeconds", "600", "-1"));
            assertThat(keeper.document().get("MaximumRetryAttempts").asInt()).isEqualTo(3);
            assertThat(keeper.document().get("BatchSize").asInt()).isEqualTo(7);
        }
    }

    @Test
    void aMappingIsReadUntilItsUpdateIsDone() {
        try (Keeper keeper = new Keeper(
                "{\"UUID\":\"u\",\"SelfManagedEventSource\":{},\"State\":\"Enabled\",\"MaximumRetryAttempts\":9}",
                new BiFunction<>() {
                    private int reads;

                    @Override
                    public Answer apply(Keeper keeper, Request request) {
                        ObjectNode before = keeper.document();
                        if (request.method().equals("PUT")) {
                            return keeper.merge(Keeper.object(request.body()));
                        }
                        boolean stale = ++reads < 4;
                        return stale
                                ? Answer.json(
                                        before.put("MaximumRetryAttempts", 9).toString())
                                : keeper.held();
                    }
                })) {
            SettingReport report =
                    settings(keeper).eventSource("u", Keeper.policy(4)).apply();

            assertThat(report.written()).isTrue();
            assertThat(keeper.server().count()).isEqualTo(5);
        }
    }

    @Test
    void aMappingOfAQueueTakesNothingAndTheReportSaysWhy() {
        try (Keeper keeper = new Keeper(
                "{\"UUID\":\"u\",\"EventSourceArn\":\"arn:aws:sqs:us-east-1:1:q\"}", LambdaSettingsTest::mapping)) {
            SettingReport report =
                    settings(keeper).eventSource("u", Keeper.policy(4)).apply();

            assertThat(report.written()).isFalse();
            assertThat(report.report()).contains("the redrive policy of the queue says how often");
            assertThat(keeper.writes()).isEmpty();
        }
    }

    @Test
    void aSourceThatIsNotKnownIsRefused() {
        try (Keeper keeper = new Keeper(
                "{\"UUID\":\"u\",\"EventSourceArn\":\"arn:aws:new:us-east-1:1:q\"}", LambdaSettingsTest::mapping)) {
            ServiceSetting setting = settings(keeper).eventSource("u", Keeper.policy(4));

            assertThatThrownBy(setting::compare)
                    .hasMessage("event source mapping u: eventSourceArn: arn:aws:new:us-east-1:1:q"
                            + " (expected: kinesis, dynamodb, kafka, sqs, mq or rds)");
        }
    }

    @Test
    void whatTheServiceRefusesIsItsOwnError() {
        try (Keeper keeper = new Keeper(
                "{}",
                (kept, request) ->
                        request.method().equals("GET") ? Keeper.notFound("lambda") : Keeper.refused("lambda"))) {
            ServiceSetting setting = settings(keeper).asynchronousInvocation("f", Keeper.policy(2));

            assertThatThrownBy(setting::apply).isInstanceOf(LambdaException.class);
        }
    }

    @Test
    void anInterruptEndsTheReadingBackAndStaysSet() {
        try (Keeper keeper = new Keeper(
                "{\"UUID\":\"u\",\"SelfManagedEventSource\":{},\"MaximumRetryAttempts\":9}",
                (kept, request) -> kept.held())) {
            ServiceSetting setting = settings(keeper).eventSource("u", Keeper.policy(4));
            Thread caller = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                while (keeper.server().count() < 3) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
            });
            interrupter.start();

            // in the wait: our error; in a read: the client's own
            assertThatThrownBy(() -> setting.apply(Duration.ofHours(1))).isInstanceOf(RuntimeException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
