package io.forbear.retry.grpc;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.Backoff;
import io.forbear.retry.Criticality;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.error.ErrorClassifier;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A policy as a service config: read by gRPC's own parser, and the channel then makes the attempts of the policy. */
class ServiceConfigTest extends GrpcTestBase {

    /** What is no part of a policy, and so never in a config. */
    private static final int NEVER_SAID = 2;

    private static RetryPolicy.Builder quick() {
        return RetryPolicy.builder()
                .backoff(Backoff.exponential(ofMillis(1), ofMillis(4)).jitter(Jitter.proportional(0.2)));
    }

    private Channel exported(ServiceConfig config) {
        return open(server.channel().defaultServiceConfig(config.toMap()));
    }

    private static void block(Channel channel, MethodDescriptor<String, String> method) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS);
        ClientCalls.blockingUnaryCall(channel, method, options, "a book");
    }

    private int requests(Channel channel) {
        int before = server.received().size();
        assertThat(catchThrowable(() -> block(channel, Calls.FIND))).isInstanceOf(StatusRuntimeException.class);
        return server.received().size() - before;
    }

    @ParameterizedTest
    @EnumSource(names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void theChannelMakesAsManyAttemptsAsTheAdapterForEachStatus(Code code) {
        server.always(CountingServer.status(code));
        RetryPolicy policy = quick().maxAttempts(4).build();

        int byChannel = requests(exported(ServiceConfig.of(policy)));
        int byAdapter =
                requests(byAdapter(Retries.named("orders").policy(policy).withoutBudget()));

        assertThat(byChannel).isEqualTo(byAdapter).isEqualTo(code == Code.UNAVAILABLE ? 4 : 1);
    }

    private Channel byAdapter(Retries.Builder service) {
        Retry retry = open(service.withoutCircuitBreaker().build());
        return ClientInterceptors.intercept(open(server.channel().disableRetry()), GrpcRetry.over(retry));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "5, 5", "8, 5"})
    void theChannelMakesAsManyAttemptsAsThePolicySaysUpToFive(int attempts, int expected) {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        ServiceConfig config = ServiceConfig.of(quick().maxAttempts(attempts).build());

        assertThat(requests(exported(config))).isEqualTo(expected);
        assertThat(config.unsaid().stream().anyMatch(lost -> lost.startsWith("maxAttempts: 8 (gRPC: 5")))
                .isEqualTo(attempts == 8);
    }

    @Test
    void theThrottleOfTheChannelIsThatOfTheBudget() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        RetryPolicy policy = quick().maxAttempts(3).build();
        Channel byChannel = exported(ServiceConfig.of(policy).throttling(10, 0.1));
        Channel byAdapter =
                byAdapter(Retries.named("orders").policy(policy).budget(RetryBudgets.grpcThrottle(10, 0.1)));
        for (int call = 1; call <= 6; call++) {
            assertThat(requests(byChannel)).as("call %s", call).isEqualTo(requests(byAdapter));
        }
    }

    @Test
    void aRuleOfTheClassifierForAStatusIsSaid() {
        ErrorClassifier aborted = ErrorClassifier.builder()
                .on(
                        StatusRuntimeException.class,
                        thrown -> thrown.getStatus().getCode() == Code.ABORTED
                                ? Classification.of(ErrorCategory.TRANSIENT)
                                : null)
                .build();
        server.always(CountingServer.status(Code.ABORTED));

        ServiceConfig config =
                ServiceConfig.of(quick().maxAttempts(3).classifier(aborted).build());

        assertThat(requests(exported(config))).isEqualTo(3);
        assertThat(config.toJson()).contains("\"retryableStatusCodes\":[\"ABORTED\",\"UNAVAILABLE\"]");
    }

    @Test
    void theConfigIsForOneMethodWhereItSaysSo() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        ServiceConfig config = ServiceConfig.of(quick().maxAttempts(3).build()).forMethod(Calls.SERVICE, "Create");
        Channel channel = exported(config);

        assertThat(requests(channel)).isEqualTo(1);
        assertThat(catchThrowable(() -> block(channel, Calls.CREATE))).isNotNull();
        assertThat(server.received()).hasSize(4);
    }

    @Test
    void theDeadlineOfThePolicyIsTheTimeoutOfTheMethod() {
        RetryPolicy policy = quick().deadline(ofSeconds(70)).build();
        block(exported(ServiceConfig.of(policy).forService(Calls.SERVICE)), Calls.FIND);

        assertThat(server.received().get(0).millisLeft()).isBetween(1L, 70_000L);
    }

    @Test
    void writesTheSameAsJson() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(3)
                .backoff(Backoff.exponential(ofSeconds(1), ofSeconds(120)).multiplier(1.6))
                .deadline(ofMillis(2_500))
                .build();

        assertThat(ServiceConfig.of(policy)
                        .forService("a.\"B\"")
                        .throttling(2, 1)
                        .toJson())
                .isEqualTo("{\"methodConfig\":[{\"name\":[{\"service\":\"a.\\\"B\\\"\"}],\"retryPolicy\":"
                        + "{\"backoffMultiplier\":1.6,\"initialBackoff\":\"1s\",\"maxAttempts\":3,"
                        + "\"maxBackoff\":\"120s\",\"retryableStatusCodes\":[\"UNAVAILABLE\"]},"
                        + "\"timeout\":\"2.5s\"}],\"retryThrottling\":{\"maxTokens\":2,\"tokenRatio\":1}}");
    }

    @Test
    void ofAPolicyThatAChannelCanFollowOnlyTheRestIsUnsaid() {
        List<String> unsaid = ServiceConfig.of(quick().maxAttempts(3)
                        .maxAttempts(Criticality.SHEDDABLE, 3)
                        .build())
                .throttling(10, 0.1)
                .unsaid();

        assertThat(unsaid)
                .hasSize(NEVER_SAID)
                .containsExactly(
                        "pushback: PushbackPolicy(max PT1M, beyond GIVE_UP)"
                                + " (gRPC: any wait that the server asks for, within the deadline)",
                        "budget, circuit breaker, gate: those of a Retry"
                                + " (gRPC: retryThrottling {\"maxTokens\":10,\"tokenRatio\":0.1})");
    }

    @Test
    void eachPartThatAChannelCannotFollowIsNamed() {
        RetryPolicy policy = RetryPolicy.builder()
                .maxAttempts(6)
                .maxAttempts(Criticality.SHEDDABLE, 2)
                .backoff(Backoff.linear(ofMillis(10), ofSeconds(1)))
                .on(ErrorCategory.SERVER_ERROR, rule -> rule.backoff(Backoff.fixed(ofSeconds(2))))
                .attemptTimeout(ofMillis(300))
                .classifyResult(String.class, text -> null)
                .refuseNested()
                .build();

        assertThat(ServiceConfig.of(policy).unsaid())
                .extracting(lost -> lost.substring(0, lost.indexOf(" (gRPC: ")))
                .containsExactly(
                        "maxAttempts: 6",
                        "maxAttempts: 2 for SHEDDABLE calls that end with SERVER_ERROR",
                        "backoff: " + policy.backoff(),
                        "jitter: full",
                        "backoff: " + Backoff.fixed(ofSeconds(2)) + " after SERVER_ERROR",
                        "attemptTimeout: PT0.3S",
                        "refuseNested: true",
                        "classifyResult: a rule for responses",
                        "pushback: PushbackPolicy(max PT1M, beyond GIVE_UP)",
                        "budget, circuit breaker, gate: those of a Retry");
    }

    @Test
    void aPolicyThatDoesNotRetryIsSaidByAConfigWithoutRetries() {
        Map<String, RetryPolicy> policies = Map.of(
                "nonIdempotent: ", quick().nonIdempotent().build(),
                "retryPolicy: left out, for maxAttempts is 1",
                        quick().maxAttempts(1).build(),
                "retryPolicy: left out, for the policy is not enabled",
                        quick().enabled(false).build(),
                "retryPolicy: left out, for no status is retried",
                        quick().maxAttempts(3)
                                .on(ErrorCategory.SERVER_ERROR, rule -> rule.retryable(false))
                                .build());
        policies.forEach((said, policy) -> {
            ServiceConfig config = ServiceConfig.of(policy);

            assertThat(config.toJson()).as(said).isEqualTo("{\"methodConfig\":[{\"name\":[{}]}]}");
            assertThat(config.unsaid()).as(said).anyMatch(lost -> lost.startsWith(said));
        });
    }

    @Test
    void gRpcsParserTakesTheConfigOfEachBackoff() {
        List<Backoff> backoffs = List.of(
                Backoff.none(),
                Backoff.fixed(Duration.ZERO),
                Backoff.fixed(ofSeconds(3)),
                Backoff.linear(Duration.ofNanos(1), Duration.ofDays(1)),
                Backoff.exponential(Duration.ofNanos(1), Duration.ofNanos(7)),
                Backoff.exponential(Duration.ofDays(1), Duration.ofDays(365)).multiplier(10),
                Backoff.adaptive(ofMillis(20), ofSeconds(2)),
                Backoff.custom(failed -> ofMillis(failed % 2), ofMillis(5)));
        for (Backoff backoff : backoffs) {
            ServiceConfig config = ServiceConfig.of(
                    RetryPolicy.builder().maxAttempts(4).backoff(backoff).build());
            ManagedChannel channel = Grpc.newChannelBuilder("127.0.0.1:1", InsecureChannelCredentials.create())
                    .defaultServiceConfig(config.toMap())
                    .build();
            channel.shutdownNow();
        }
    }

    @Test
    void gRpcsParserRefusesAConfigThatIsNone() {
        Map<String, Object> wrong = Map.of(
                "methodConfig", List.of(Map.of("name", List.of(Map.of()), "retryPolicy", Map.of("maxAttempts", 1.0))));

        assertThat(catchThrowable(() -> open(server.channel().defaultServiceConfig(wrong))))
                .as("so the tests above would fail")
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.1, maxTokens: 0 (expected: 1 to 1000)",
        "1001, 0.1, maxTokens: 1001 (expected: 1 to 1000)",
        "10, 0, tokenRatio: 0.0 (expected: at least 0.001)",
        "10, NaN, tokenRatio: NaN (expected: at least 0.001)"
    })
    void aThrottleOutOfRangeIsRefused(int tokens, double ratio, String message) {
        assertThat(catchThrowable(() -> ServiceConfig.of(quick().build()).throttling(tokens, ratio)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
