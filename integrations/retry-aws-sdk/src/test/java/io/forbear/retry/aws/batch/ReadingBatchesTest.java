package io.forbear.retry.aws.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.forbear.retry.BatchResult;
import io.forbear.retry.ItemResult;
import io.forbear.retry.aws.Answer;
import io.forbear.retry.aws.StubServer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.SecretValueEntry;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.xray.XRayClient;
import software.amazon.awssdk.services.xray.model.Trace;

/** Parameters and secrets, which are known by several names, and traces. */
class ReadingBatchesTest {

    private static BatchResult<String, Parameter> parameters(StubServer server, String... names) {
        return SsmBatches.of(server.client(SsmClient.builder()), Retrying.of(3)).getParameters(List.of(names), true);
    }

    private static BatchResult<String, SecretValueEntry> secrets(StubServer server, String... ids) {
        return SecretsManagerBatches.of(server.client(SecretsManagerClient.builder()), Retrying.of(3))
                .getValues(List.of(ids));
    }

    @Test
    void aParameterIsKnownByItsNameItsArnAndItsSelector() {
        String arn = "arn:aws:ssm:us-east-1:1:parameter/b";
        try (StubServer server = StubServer.start(request -> Answer.json("{\"Parameters\":["
                + "{\"Name\":\"a\",\"Selector\":\":3\",\"Value\":\"third\"},"
                + "{\"Name\":\"a\",\"Value\":\"latest\"},"
                + "{\"Name\":\"b\",\"ARN\":\"" + arn + "\",\"Value\":\"by ARN\"}],"
                + "\"InvalidParameters\":[\"none\"]}"))) {
            BatchResult<String, Parameter> result = parameters(server, "a", "none", arn, "a:3");

            assertThat(result.failedItems()).containsExactly("none");
            assertThat(result.failed().get(0).failure()).hasMessage("ssm: InvalidParameter: none");
            assertThat(result.succeeded())
                    .extracting(ItemResult.Success::value)
                    .extracting(Parameter::value)
                    .containsExactly("latest", "by ARN", "third");
            assertThat(server.count()).isEqualTo(1);
        }
    }

    @Test
    void aParameterOfWhichNothingIsSaidIsRefused() {
        try (StubServer server = StubServer.start(request -> Answer.json("{}"))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> parameters(server, "a"))
                    .withMessage("answer: no word on parameter a (expected: one on each name)");
        }
    }

    @Test
    void aSecretIsKnownByItsNameItsArnAndItsArnWithoutTheEndThatTheServiceAdds() {
        String arn = "arn:aws:secretsmanager:us-east-1:1:secret:c-AbCdEf";
        String partial = "arn:aws:secretsmanager:us-east-1:1:secret:d";
        try (StubServer server = StubServer.start(request -> Answer.json("{\"SecretValues\":["
                + "{\"Name\":\"d\",\"ARN\":\"" + partial + "-GhIjKl\",\"SecretString\":\"4\"},"
                + "{\"Name\":\"c\",\"ARN\":\"" + arn + "\",\"SecretString\":\"3\"},"
                + "{\"Name\":\"a\",\"SecretString\":\"1\"}]}"))) {
            assertThat(secrets(server, "a", arn, partial).orElseThrow())
                    .extracting(SecretValueEntry::secretString)
                    .containsExactly("1", "3", "4");
        }
    }

    @Test
    void theFurtherPagesOfAnAnswerAreReadBeforeItIsJudged() {
        try (StubServer server = StubServer.start(request -> Answer.json(
                request.number() == 1
                        ? "{\"SecretValues\":[{\"Name\":\"a\"}],\"NextToken\":\"more\"}"
                        : "{\"SecretValues\":[{\"Name\":\"b\"}]}"))) {
            assertThat(secrets(server, "a", "b").isComplete()).isTrue();
            assertThat(server.count()).isEqualTo(2);
            assertThat(server.requests().get(1).body()).contains("more");
        }
    }

    private static XRayBatches xray(StubServer server) {
        return XRayBatches.of(server.client(XRayClient.builder()), Retrying.of(3));
    }

    @Test
    void tracesAreReadFiveInARequestAndWhatWasNotProcessedGoesAgain() {
        try (StubServer server = StubServer.start(request -> Answer.json(
                switch (request.number()) {
                    case 1 -> "{\"Traces\":[{\"Id\":\"t1\"}],\"UnprocessedTraceIds\":[\"t3\"],\"NextToken\":\"more\"}";
                    case 2 -> "{\"Traces\":[{\"Id\":\"t2\"},{\"Id\":\"t5\"}],\"UnprocessedTraceIds\":[]}";
                    case 3 -> "{\"Traces\":[{\"Id\":\"t3\"}]}";
                    default -> "{\"Traces\":[{\"Id\":\"t6\"}]}";
                }))) {
            BatchResult<String, @Nullable Trace> result =
                    xray(server).getTraces(List.of("t1", "t2", "t3", "t4", "t5", "t6"));

            assertThat(result.orElseThrow())
                    .extracting(trace -> trace == null ? "none" : trace.id())
                    .containsExactly("t1", "t2", "t3", "none", "t5", "t6");
            assertThat(server.requests().get(1).body()).contains("more");
            assertThat(server.requests().get(2).body()).contains("[\"t3\"]");
            assertThat(server.count()).isEqualTo(4);
        }
    }

    @Test
    void aSegmentThatCannotBeReadHasNoIdAndIsKnownIfItIsTheOnlyOne() {
        Answer unreadable = Answer.json("{\"UnprocessedTraceSegments\":[{\"ErrorCode\":\"ParseError\","
                + "\"Message\":\"Invalid segment. ErrorCode: ParseError\"}]}");
        XRayBatches.Segment one = new XRayBatches.Segment("1", "no JSON");
        XRayBatches.Segment other = new XRayBatches.Segment("2", "{}");
        try (StubServer server = StubServer.start(request -> unreadable)) {
            assertThat(xray(server).put(List.of(one)).failedItems()).containsExactly(one);
            assertThatIllegalStateException()
                    .isThrownBy(() -> xray(server).put(List.of(one, other)))
                    .withMessage("answer: ParseError without an id: Invalid segment. ErrorCode: ParseError"
                            + " (expected: the id of each segment that was not processed)");
        }
    }

    @Test
    void aSecretThatFailedInsideTheServiceGoesAgainAlone() {
        try (StubServer server = StubServer.start(request -> Answer.json(
                request.number() == 1
                        ? "{\"SecretValues\":[{\"Name\":\"a\"}],"
                                + "\"Errors\":[{\"SecretId\":\"b\",\"ErrorCode\":\"InternalServiceError\"}]}"
                        : "{\"SecretValues\":[{\"Name\":\"b\"}]}"))) {
            assertThat(secrets(server, "a", "b").isComplete()).isTrue();
            assertThat(server.requests().get(1).body()).contains("\"b\"").doesNotContain("\"a\"");
        }
    }
}
