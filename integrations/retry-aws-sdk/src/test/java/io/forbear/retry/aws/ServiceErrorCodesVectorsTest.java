package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.forbear.retry.redis.RedisClassifier;
import io.forbear.retry.testsupport.Vectors;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.retries.DefaultRetryStrategy;

/**
 * What each error of each service is: thrown by the real client of the service, which reads it in its own protocol. The
 * columns that say what the SDK does itself are held by the rules of the SDK, {@link AwsClassifier#sdk()}.
 */
class ServiceErrorCodesVectorsTest {

    private static final String FILE = "g9_aws_services/service_error_codes.json";

    @TestFactory
    Stream<DynamicTest> errorOfAService() {
        return Vectors.tests(FILE, ServiceErrorCodesVectorsTest::check);
    }

    private static void check(JsonNode one) {
        JsonNode given = one.get("given");
        switch (given.get("service").asText()) {
            case "redis" ->
                holds(one, RedisClassifier.ofReply(given.get("reply").asText()));
            case "apigateway-data" ->
                holds(
                        one,
                        AwsClassifier.ofApiGateway(
                                given.get("http_status").asInt(),
                                given.path("body").asText(null)));
            default -> {
                Map<String, String> headers = new HashMap<>();
                given.path("headers")
                        .properties()
                        .forEach(header ->
                                headers.put(header.getKey(), header.getValue().asText()));
                checkClient(one, given, headers);
            }
        }
    }

    private static void checkClient(JsonNode one, JsonNode given, Map<String, String> headers) {
        String service = given.get("service").asText();
        int status = given.get("http_status").asInt();
        String code = given.path("error_code").asText(null);
        Answer answer = code == null
                ? new Answer(status, headers, "{}".getBytes(StandardCharsets.UTF_8), null)
                : Answer.error(service, status, code, headers);
        ScriptedHttp http = ScriptedHttp.of(answer);
        Clients.Call call = Clients.of(service, http, Clients.Installer.of(DefaultRetryStrategy.doNotRetry()));
        if (code == null) {
            SdkResponse response = call.make(given.get("operation").asText());
            holds(one, AwsClassifier.ofResponse(response));
            return;
        }

        Throwable failure =
                catchThrowable(() -> call.make(given.get("operation").asText()));

        assertThat(http.requests()).hasSize(1);
        JsonNode seen = one.get("expect").get("code_seen");
        assertThat(((AwsServiceException) failure).awsErrorDetails().errorCode())
                .isEqualTo(seen == null ? code : seen.asText());
        holds(one, classified(AwsClassifier.services(), failure));
        if (one.has("sdk_2_57_8")) {
            followsTheSdk(one.get("sdk_2_57_8"), failure);
        }
    }

    private static Classification classified(ErrorClassifier classifier, Throwable failure) {
        return Objects.requireNonNull(classifier.classify(failure));
    }

    private static void followsTheSdk(JsonNode sdk, Throwable failure) {
        Classification old = classified(AwsClassifier.sdk(), failure);
        Classification rules2026 = classified(AwsClassifier.sdk().rules2026(), failure);

        assertThat(isRetried(old)).as("standard").isEqualTo(sdk.get("standard").asBoolean());
        assertThat(isRetried(old)).as("legacy").isEqualTo(sdk.get("legacy").asBoolean());
        assertThat(isRetried(rules2026))
                .as("2026")
                .isEqualTo(sdk.get("standard_2026").asBoolean());
        assertThat(isThrottled(old))
                .as("throttling")
                .isEqualTo(sdk.get("throttling_backoff").asBoolean());
        assertThat(isThrottled(rules2026))
                .as("throttling 2026")
                .isEqualTo(sdk.get("throttling_backoff_2026").asBoolean());
    }

    private static void holds(JsonNode one, Classification found) {
        JsonNode expect = one.get("expect");
        if (expect.get("retryable").isBoolean()) {
            assertThat(isRetried(found))
                    .as("retryable")
                    .isEqualTo(expect.get("retryable").asBoolean());
        }
        if (expect.path("throttling").isBoolean()) {
            assertThat(isThrottled(found))
                    .as("throttling")
                    .isEqualTo(expect.get("throttling").asBoolean());
        }
        List<String> categories = expect.has("category")
                ? List.of(expect.get("category").asText())
                : Vectors.each(expect.get("category_any")).map(JsonNode::asText).toList();
        assertThat(categories).contains(found.category().name());
        if (expect.has("pushback_ms")) {
            assertThat(Duration.ofNanos(found.pushbackNanos()))
                    .hasMillis(expect.get("pushback_ms").asInt());
        }
        if (expect.path("not_executed").asBoolean()) {
            assertThat(found.isNotExecuted()).as("not executed").isTrue();
        }
    }

    private static boolean isRetried(Classification found) {
        return found.isRetryable(found.category() != ErrorCategory.CLIENT_ERROR);
    }

    private static boolean isThrottled(Classification found) {
        return found.category() == ErrorCategory.RATE_LIMIT;
    }
}
