package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptGate;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.gate.AttemptGates;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualClock;
import io.forbear.retry.testkit.RecordingListener;
import io.forbear.retry.testkit.RetryEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What one call on the builder of a client installs. */
@Timeout(120)
class AwsRetriesTest {

    private static final Answer OK = Answer.ok("sqs");
    private static final Answer ERROR = Answer.error("sqs", 500, "InternalServerError", Map.of());

    private static Retries.Builder service(RetryPolicy.Builder policy) {
        return Retries.named("sqs")
                .policy(policy.backoff(Backoff.none()).build())
                .withoutBudget()
                .withoutCircuitBreaker();
    }

    private static SqsClient sqs(ScriptedHttp http, AwsRetries retries) {
        return Clients.client(SqsClient.builder(), http, Clients.Installer.of(retries));
    }

    /** Sees the request as the SDK takes it. */
    private static final class Requests implements ExecutionInterceptor {
        final List<SdkRequest> seen = new CopyOnWriteArrayList<>();

        @Override
        public void beforeMarshalling(Context.BeforeMarshalling context, ExecutionAttributes attributes) {
            seen.add(context.request());
        }

        Duration callTimeout() {
            return seen.get(0)
                    .overrideConfiguration()
                    .orElseThrow()
                    .apiCallTimeout()
                    .orElse(null);
        }

        Duration attemptTimeout() {
            return seen.get(0)
                    .overrideConfiguration()
                    .orElseThrow()
                    .apiCallAttemptTimeout()
                    .orElse(null);
        }
    }

    @Test
    void whatTheBuilderHadBeforeStaysAndTheOlderRetriesGo() {
        Requests other = new Requests();
        SqsClientBuilder builder = SqsClient.builder()
                .overrideConfiguration(o -> o.addExecutionInterceptor(other).putHeader("x-mine", "1"));
        AwsRetries.legacy().applyTo(builder);
        AwsRetries retries = AwsRetries.standard();

        retries.applyTo(builder);

        ClientOverrideConfiguration after = builder.overrideConfiguration();
        assertThat(after.headers()).containsEntry("x-mine", List.of("1"));
        assertThat(after.executionInterceptors()).hasSize(2).contains(other);
        assertThat(after.retryStrategy()).containsSame(retries.strategy());
    }

    @Test
    void theOptionsOfARequestReachTheCall() {
        ScriptedHttp http = ScriptedHttp.of(ERROR);
        Retry retry = service(RetryPolicy.builder()).build();
        SqsClient sqs = sqs(http, AwsRetries.of(retry));

        Throwable failure =
                catchThrowable(() -> sqs.listQueues(r -> r.overrideConfiguration(o -> o.putExecutionAttribute(
                        AwsRetries.CALL_OPTIONS, CallOptions.defaults().nonIdempotent()))));

        assertThat(failure).isInstanceOf(SqsException.class);
        assertThat(http.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_IDEMPOTENT)).isEqualTo(1);
    }

    @Test
    void anOperationThatMustNotRunTwiceIsRepeatedAfterAThrottleOnly() {
        AwsRetries retries = AwsRetries.of(
                        service(RetryPolicy.builder().on(ErrorCategory.RATE_LIMIT, c -> c.backoff(Backoff.none())))
                                .build())
                .options((service, operation) -> operation.equals("ListQueues")
                        ? CallOptions.defaults().nonIdempotent()
                        : CallOptions.defaults());
        ScriptedHttp throttled = ScriptedHttp.of(Answer.error("sqs", 400, "ThrottlingException", Map.of()), OK);
        ScriptedHttp failed = ScriptedHttp.of(ERROR, OK);

        sqs(throttled, retries).listQueues();
        assertThatThrownBy(() -> sqs(failed, retries).listQueues()).isInstanceOf(SqsException.class);

        assertThat(throttled.requests()).hasSize(2);
        assertThat(failed.requests()).hasSize(1);
    }

    @Test
    void eachOperationIsAClient() {
        Retry retry = service(RetryPolicy.builder()).build();
        SqsClient sqs = sqs(ScriptedHttp.of(ERROR, OK), AwsRetries.of(retry).byOperation());

        sqs.listQueues();

        assertThat(retry.forClient("Sqs.ListQueues")
                        .clientSnapshot()
                        .orElseThrow()
                        .successes())
                .isEqualTo(1);
    }

    @Test
    void theDeadlineReachesTheTimeOutsOfTheSdk() {
        Requests requests = new Requests();
        Retry retry = service(
                        RetryPolicy.builder().deadline(Duration.ofSeconds(50)).attemptTimeout(Duration.ofSeconds(20)))
                .build();
        SqsClientBuilder builder = SqsClient.builder().overrideConfiguration(o -> o.addExecutionInterceptor(requests));

        Clients.client(builder, ScriptedHttp.of(OK), Clients.Installer.of(AwsRetries.of(retry)))
                .listQueues();

        assertThat(requests.attemptTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(requests.callTimeout()).isEqualTo(Duration.ofSeconds(50).plus(CallInterceptor.AFTER_DEADLINE));
    }

    @Test
    void timeOutsThatTheUserSetStay() {
        Requests requests = new Requests();
        Retry retry =
                service(RetryPolicy.builder().deadline(Duration.ofSeconds(50))).build();
        SqsClientBuilder builder = SqsClient.builder().overrideConfiguration(o -> o.addExecutionInterceptor(requests)
                .apiCallAttemptTimeout(Duration.ofSeconds(10)));

        Clients.client(builder, ScriptedHttp.of(OK), Clients.Installer.of(AwsRetries.of(retry)))
                .listQueues(r -> r.overrideConfiguration(o -> o.apiCallTimeout(Duration.ofSeconds(70))));

        assertThat(requests.attemptTimeout()).isNull();
        assertThat(requests.callTimeout()).isEqualTo(Duration.ofSeconds(70));
    }

    @Test
    void anAttemptThatHangsIsCutAtTheDeadline() {
        // classes are loaded here, and not in the time of the call
        sqs(ScriptedHttp.of(OK), AwsRetries.of(service(RetryPolicy.builder()).build()))
                .listQueues();
        CountDownLatch end = new CountDownLatch(1);
        Retry retry =
                service(RetryPolicy.builder().deadline(Duration.ofSeconds(2))).build();
        ScriptedHttp http = new ScriptedHttp(number -> {
            try {
                end.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return OK;
        });

        assertThat(catchThrowable(() -> sqs(http, AwsRetries.of(retry)).listQueues()))
                .isInstanceOfAny(ApiCallAttemptTimeoutException.class, ApiCallTimeoutException.class);
        assertThat(http.requests()).hasSize(1);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void aDeadlineThatHasPassedMakesNoRequest() {
        ScriptedHttp http = ScriptedHttp.of(OK);
        SqsClient sqs = sqs(http, AwsRetries.of(service(RetryPolicy.builder()).build()));

        assertThatThrownBy(() -> sqs.listQueues(r -> r.overrideConfiguration(o -> o.putExecutionAttribute(
                        AwsRetries.CALL_OPTIONS, CallOptions.defaults().deadline(Duration.ZERO)))))
                .isInstanceOf(SdkClientException.class)
                .hasMessageContaining("Sqs ListQueues");
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void aRetryInsideARetryIsSeenAsNested() {
        Retry inner = service(RetryPolicy.builder().refuseNested()).build();
        Retry outer = Retries.named("outer")
                .policy(RetryPolicy.builder()
                        .maxAttempts(2)
                        .backoff(Backoff.none())
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
        ScriptedHttp http = ScriptedHttp.of(ERROR);
        SqsClient sqs = sqs(http, AwsRetries.of(inner));

        assertThatThrownBy(() -> outer.call(sqs::listQueues)).isInstanceOf(SqsException.class);

        assertThat(http.requests()).hasSize(4); // three of the first attempt outside, one of the second
    }

    @Test
    void observersSeeEachAttempt() {
        RecordingListener listener = RecordingListener.ofEveryCall();
        Retry retry = service(RetryPolicy.builder()).listener(listener).build();

        sqs(ScriptedHttp.of(ERROR, OK), AwsRetries.of(retry)).listQueues();

        assertThat(listener.events(RetryEvent.AttemptStarted.class)).hasSize(2);
        assertThat(listener.events(RetryEvent.AttemptReturned.class)).hasSize(2);
    }

    @Test
    void theStrategyAloneMakesTheSameDecisions() {
        ScriptedHttp http = ScriptedHttp.of(ERROR, ERROR, OK);
        SqsClientBuilder builder = SqsClient.builder()
                .overrideConfiguration(o -> o.retryStrategy(
                        AwsRetries.of(service(RetryPolicy.builder()).build()).strategy()));

        Clients.client(builder, http, Clients.Installer.none()).listQueues();

        assertThat(http.requests()).hasSize(3);
    }

    /** A gate at which every attempt waits for a moment. */
    private static final class SlowGate implements AttemptGate {
        final AtomicInteger entered = new AtomicInteger();

        @Override
        public boolean isEngaged() {
            return true;
        }

        @Override
        public Place enter() {
            entered.incrementAndGet();
            long until = System.nanoTime() + 20_000_000;
            return new Place() {
                @Override
                public long waitNanos() {
                    return Math.max(0, until - System.nanoTime());
                }

                @Override
                public void leave() {}
            };
        }

        @Override
        public void succeeded(int attempt) {}

        @Override
        public void failed(ErrorCategory category) {}
    }

    @Test
    void attemptsOfASynchronousClientWaitAtTheGate() {
        SlowGate gate = new SlowGate();
        ScriptedHttp http = ScriptedHttp.of(ERROR, OK);
        Retry retry = service(RetryPolicy.builder()).gate(clock -> gate).build();

        sqs(http, AwsRetries.of(retry)).listQueues();

        assertThat(http.requests()).hasSize(2);
        assertThat(gate.entered).hasValue(2);
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void attemptsOfAnAsynchronousClientWaitAtTheGateWithoutAThread() throws Exception {
        SlowGate gate = new SlowGate();
        Retry retry = service(RetryPolicy.builder()).gate(clock -> gate).build();
        try (Loopback server = Loopback.start(ERROR, OK);
                SqsAsyncClient sqs = Clients.client(
                        SqsAsyncClient.builder(), Clients.Installer.of(AwsRetries.of(retry)), server.uri())) {

            sqs.listQueues().get(60, TimeUnit.SECONDS);

            assertThat(server.attempts()).containsExactly("attempt=1; max=3", "attempt=2; max=3");
        }
        assertThat(gate.entered).hasValue(2);
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void aCallThatEndsWhileItWaitsAtTheGateGivesItsPlaceBack() {
        AtomicInteger left = new AtomicInteger();
        AttemptGate.Place never = new AttemptGate.Place() {
            @Override
            public long waitNanos() {
                return 60_000_000_000L;
            }

            @Override
            public void leave() {
                left.incrementAndGet();
            }
        };
        AttemptGate gate = new AttemptGate() {
            @Override
            public boolean isEngaged() {
                return true;
            }

            @Override
            public Place enter() {
                return never;
            }

            @Override
            public void succeeded(int attempt) {}

            @Override
            public void failed(ErrorCategory category) {}
        };
        Retry retry = service(RetryPolicy.builder()).gate(clock -> gate).build();
        CallToken token = new CallToken(retry.begin());
        CompletableFuture<Boolean> wait = token.awaitAsync(Objects.requireNonNull(token.atGate()));

        token.end();
        token.end();

        assertThat(wait).isCompletedExceptionally();
        assertThat(left).hasValue(1);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    /** aws-sdk-java-v2 5123: the mode before this one forgot what it had learned after each call. */
    @Test
    void theLimiterOfTheAdaptiveModeLivesOverCallsAndClients() {
        ManualClock clock = new ManualClock();
        AwsRetries retries = AwsRetries.named("adaptive-calls")
                .mode(AwsRetryMode.ADAPTIVE)
                .maxAttempts(1)
                .engine(engine ->
                        engine.clock(clock).gate(AttemptGates.adaptive().failFast()))
                .build();
        SqsClient throttled = sqs(ScriptedHttp.of(Answer.error("sqs", 400, "ThrottlingException", Map.of())), retries);
        for (int i = 0; i < 8; i++) {
            clock.advanceMillis(300);
            assertThat(catchThrowable(throttled::listQueues)).isNotNull();
        }
        ScriptedHttp other = ScriptedHttp.of(OK);

        assertThatThrownBy(() -> sqs(other, retries).listQueues())
                .isInstanceOf(SdkClientException.class)
                .hasMessageContaining("RATE_LIMITED");
        assertThat(other.requests()).isEmpty();
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> AwsRetries.named(" ").build()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AwsRetries.named("sqs").maxAttempts(0)).hasMessage("maxAttempts: 0 (expected: >= 1)");
        assertThatThrownBy(() -> AwsRetries.standard().strategy().toBuilder())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(AwsRetries.standard().strategy().useClientDefaults()).isFalse();
    }
}
