package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.forbear.retry.Backoff;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testsupport.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;

/**
 * What was observed of the SDK 2.57.8, tried on this module: modes and attempts are read where the SDK reads them, and
 * what its pipeline does to a strategy of one's own is met by {@link ContractTest}, whose tests are run here by the
 * cases that they answer.
 */
class SdkPipelineVectorsTest {

    private static final String FILE = "g9_aws_services/sdk_pipeline_observed.json";

    @TempDir
    static Path folder;

    private static final ContractTest CONTRACT = new ContractTest();

    /** The tests that do what the "must" of a case says. */
    private static final Map<String, List<Executable>> PIPELINE = Map.ofEntries(
            Map.entry("sdk_pipe_two_then_ok", List.of(SdkPipelineVectorsTest::twoThenOk)),
            Map.entry(
                    "sdk_pipe_suppressed",
                    List.of(CONTRACT::theReasonForStoppingIsTheFirstSuppressedExceptionOfTheFailure)),
            Map.entry(
                    "sdk_pipe_refused_reason_lost",
                    List.of(CONTRACT::theReasonIsGivenWhereTheBreakerOpensBeforeTheWait)),
            Map.entry(
                    "sdk_pipe_acquire_refused_sync",
                    List.of(CONTRACT::aRefusedFirstAttemptIsAnSdkClientExceptionInASynchronousClient)),
            Map.entry(
                    "sdk_pipe_acquire_sdk_exception",
                    List.of(
                            CONTRACT::aRefusedFirstAttemptIsAnSdkClientExceptionInASynchronousClient,
                            CONTRACT::aRefusedFirstAttemptIsAnSdkClientExceptionInAnAsynchronousClient)),
            Map.entry("sdk_pipe_success_throws_sdk", List.of(CONTRACT::recordSuccessNeverThrowsInASynchronousClient)),
            Map.entry(
                    "sdk_pipe_success_throws_async", List.of(CONTRACT::recordSuccessNeverThrowsInAnAsynchronousClient)),
            Map.entry("sdk_pipe_no_predicates", List.of(SdkPipelineVectorsTest::noPredicates)),
            Map.entry("sdk_pipe_hint_seconds", List.of(CONTRACT::theHintIsReadFromTheResponseInASynchronousClient)),
            Map.entry("sdk_pipe_hint_async", List.of(CONTRACT::theHintIsReadFromTheResponseInAnAsynchronousClient)),
            Map.entry(
                    "sdk_pipe_hint_amz_with_switch",
                    List.of(
                            CONTRACT::theHintIsReadFromTheResponseInASynchronousClient,
                            CONTRACT::theRulesOf2026FollowAHintForFiveSecondsMoreThanTheBackoff)),
            Map.entry(
                    "sdk_pipe_call_timeout_in_backoff",
                    List.of(CONTRACT::aCallWhoseTimeIsOverInTheWaitHoldsNothingAndKeepsItsLastFailure)),
            Map.entry(
                    "sdk_pipe_call_timeout_in_backoff_async",
                    List.of(CONTRACT::aRefreshAfterTheTimeOfTheCallIsOverCostsNothing)),
            Map.entry("sdk_pipe_http_client_bug", List.of(CONTRACT::aCallThatTheHttpClientBreaksHoldsNothing)),
            Map.entry(
                    "sdk_pipe_stream_read_once",
                    List.of(CONTRACT::aStreamThatCannotBeReadTwiceIsGrantedARetryThatIsNeverSent)),
            Map.entry("sdk_pipe_long_polling", List.of(CONTRACT::aLongPollWaitsOnceBeforeItFailsUnderTheRulesOf2026)),
            Map.entry("sdk_pipe_close", List.of(CONTRACT::aStrategyThatClientsShareSurvivesTheCloseOfOne)),
            Map.entry("sdk_pipe_quota_2_0", List.of(() -> quota(false, 500, "InternalServerError", 80, 180))),
            Map.entry(
                    "sdk_pipe_interceptor_order",
                    List.of(SdkPipelineVectorsTest::theInterceptorComesBeforeTheStrategy)),
            Map.entry(
                    "sdk_pipe_interceptor_sees_every_end",
                    List.of(
                            CONTRACT::aCallWhoseTimeIsOverInTheWaitHoldsNothingAndKeepsItsLastFailure,
                            CONTRACT::aCallThatTheHttpClientBreaksHoldsNothing,
                            CONTRACT::aRefusedFirstAttemptIsAnSdkClientExceptionInASynchronousClient)),
            Map.entry(
                    "sdk_pipe_interceptor_async_call_timeout",
                    List.of(CONTRACT::aRefreshAfterTheTimeOfTheCallIsOverCostsNothing)),
            Map.entry("sdk_pipe_async_cancel", List.of(CONTRACT::aCancelStopsARetryThatIsMadeAroundTheClient)),
            Map.entry("sdk_pipe_quota_timeouts_2_0", List.of(() -> quota(false, 0, "", 120, 220))),
            Map.entry(
                    "sdk_pipe_quota_throttling_2_1", List.of(() -> quota(true, 400, "ThrottlingException", 120, 220))));

    @TestFactory
    Stream<DynamicTest> pipeline() {
        return Vectors.tests(FILE, id -> id.startsWith("sdk_pipe_"), 24, one -> {
            for (Executable check : PIPELINE.get(Vectors.id(one))) {
                check.execute();
            }
        });
    }

    /** Retries of a mode that do not wait. */
    private static AwsRetries quick(boolean rules2026) {
        return AwsRetries.named("sqs")
                .rules2026(rules2026)
                .engine(engine -> engine.policy(RetryPolicy.builder()
                        .backoff(Backoff.none())
                        .on(ErrorCategory.RATE_LIMIT, c -> c.backoff(Backoff.none()))
                        .build()))
                .build();
    }

    private static void twoThenOk() {
        Recording recording = new Recording(quick(false).strategy());
        Answer error = Answer.error("sqs", 500, "InternalServerError", Map.of());
        ScriptedHttp http = ScriptedHttp.of(error, error, Answer.ok("sqs"));

        Clients.of("sqs", http, Clients.Installer.of(recording)).make("SendMessage");

        assertThat(http.headers("amz-sdk-request"))
                .containsExactly("attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3");
        assertThat(recording.callbacks()).containsExactly("acquire GLOBAL", "refresh", "refresh", "success");
    }

    private static void noPredicates() {
        ScriptedHttp http = ScriptedHttp.of(Answer.error("sqs", 400, "ValidationException", Map.of()));

        assertThatThrownBy(() -> Clients.of("sqs", http, Clients.Installer.of(quick(false)))
                        .make("SendMessage"))
                .isInstanceOf(SdkServiceException.class);
        assertThat(http.requests()).hasSize(1);
    }

    private static void quota(boolean rules2026, int status, String code, int calls, int requests) {
        ScriptedHttp http = ScriptedHttp.of(
                status == 0
                        ? Answer.broken(new SocketTimeoutException("Read timed out"))
                        : Answer.error("sqs", status, code, Map.of()));
        Clients.Call call = Clients.of("sqs", http, Clients.Installer.of(quick(rules2026)));

        for (int i = 0; i < calls; i++) {
            assertThat(catchThrowable(() -> call.make("SendMessage"))).isNotNull();
        }

        assertThat(http.requests()).hasSize(requests);
    }

    private static void theInterceptorComesBeforeTheStrategy() {
        List<String> order = new CopyOnWriteArrayList<>();
        AwsRetries retries = quick(false);
        Recording recording = new Recording(retries.strategy());
        ExecutionInterceptor recorder = new ExecutionInterceptor() {
            @Override
            public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
                order.add("modifyHttpRequest " + recording.callbacks().size());
                return context.httpRequest();
            }

            @Override
            public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
                order.add("beforeTransmission " + recording.callbacks().size());
            }

            @Override
            public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
                order.add("afterExecution " + recording.callbacks().size());
            }
        };
        SqsClientBuilder builder = SqsClient.builder()
                .httpClient(ScriptedHttp.of(Answer.ok("sqs")))
                .overrideConfiguration(o -> o.retryStrategy(recording).addExecutionInterceptor(recorder));

        Clients.client(builder, Clients.Installer.none(), URI.create("http://localhost:1"))
                .listQueues();

        assertThat(order).containsExactly("modifyHttpRequest 0", "beforeTransmission 1", "afterExecution 2");
    }

    // ---- where mode and attempts come from

    @TestFactory
    Stream<DynamicTest> resolution() {
        return Vectors.tests(FILE, id -> id.startsWith("sdk_mode_"), 17, SdkPipelineVectorsTest::resolve);
    }

    private static void resolve(JsonNode one) throws Exception {
        JsonNode given = one.get("given");
        Map<String, String> environment = texts(given.path("environment"));
        Map<String, String> properties = texts(given.path("system_properties"));
        Map<String, String> before = new HashMap<>();
        properties.forEach((name, value) -> before.put(name, System.getProperty(name)));
        try {
            properties.forEach(System::setProperty);
            AwsRetryConfigManager.Builder builder = AwsRetryConfigManager.builder()
                    .environment(environment::get)
                    .profileFile(() -> profiles(texts(given.path("profile"))));
            check(
                    one,
                    given.get("service").asText(),
                    builder,
                    given.path("code").asText());
        } finally {
            before.forEach((name, value) -> {
                if (value == null) {
                    System.clearProperty(name);
                } else {
                    System.setProperty(name, value);
                }
            });
        }
    }

    private static void check(JsonNode one, String service, AwsRetryConfigManager.Builder builder, String code)
            throws Exception {
        JsonNode expect = one.get("expect");
        if (expect.has("error")) {
            assertThat(catchThrowable(builder::build).getClass().getSimpleName())
                    .isEqualTo(expect.get("error").asText());
            return;
        }
        if (code.contains("retryPolicy(none)")) {
            lastOneWins(expect);
            return;
        }
        if (code.startsWith("defaultsMode")) {
            builder.defaultMode(AwsRetryMode.STANDARD);
        } else if (code.contains("standardRetryStrategy")) {
            builder.mode(AwsRetryMode.STANDARD);
        }
        AwsRetryConfigManager config = builder.change(b -> b.engine(engine -> engine.sleeper(nanos -> {})))
                .build();
        int attempts = honoured(one, expect.get("max_attempts").asInt());

        assertThat(config.mode()).hasToString(expect.get("mode").asText().toUpperCase(Locale.ROOT));
        assertThat(config.retriesFor(service).strategy().maxAttempts()).isEqualTo(attempts);
        assertThat(requestsOfAFailingCall(service, config)).isEqualTo(attempts);
    }

    /** The one case in which ours differs: the client of DynamoDB honours the setting. */
    private static int honoured(JsonNode one, int published) {
        return one.has("divergence") ? 7 : published;
    }

    private static int requestsOfAFailingCall(String service, AwsRetryConfigManager config) {
        Answer error = Answer.error(service, 500, "InternalServerError", Map.of());
        ScriptedHttp http = ScriptedHttp.of(error);
        Recording recording = new Recording(config.retriesFor(service).strategy());
        assertThat(catchThrowable(() -> Clients.of(service, http, Clients.Installer.of(recording))
                        .make("")))
                .isInstanceOf(SdkServiceException.class);
        return http.requests().size();
    }

    /** A policy that is set after this module's strategy takes its place: it is said on the page. */
    @SuppressWarnings("deprecation") // the SDK's own, older way
    private static void lastOneWins(JsonNode expect) {
        ScriptedHttp http = ScriptedHttp.of(Answer.error("sqs", 500, "InternalServerError", Map.of()));
        SqsClientBuilder builder = AwsRetries.of(quick(false).retry()).applyTo(SqsClient.builder());
        builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                .retryPolicy(software.amazon.awssdk.core.retry.RetryPolicy.none())
                .build());

        assertThat(catchThrowable(() ->
                        Clients.client(builder, http, Clients.Installer.none()).listQueues()))
                .isNotNull();

        assertThat(http.requests())
                .hasSize(expect.get("http_requests_when_all_500").asInt());
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new HashMap<>();
        node.properties().forEach(one -> texts.put(one.getKey(), one.getValue().asText()));
        return texts;
    }

    private static ProfileFile profiles(Map<String, String> settings) {
        String text = settings.entrySet().stream()
                .map(one -> one.getKey() + " = " + one.getValue())
                .collect(Collectors.joining("\n", "[default]\n", "\n"));
        try {
            Path file = Files.writeString(Files.createTempFile(folder, "config", ""), text);
            return ProfileFile.builder()
                    .content(file)
                    .type(ProfileFile.Type.CONFIGURATION)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
