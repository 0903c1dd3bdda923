package io.forbear.retry.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.FailedAttempt;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * What the pipeline of the SDK asks of a strategy that is not its own: each point by a real client, synchronous over a
 * scripted network, asynchronous over a server on this machine.
 */
@Timeout(120)
class ContractTest {

    private static final Answer OK = Answer.ok("sqs");
    private static final Answer ERROR = Answer.error("sqs", 500, "InternalServerError", Map.of());

    // ---- parts

    /** A policy that does not wait. */
    private static RetryPolicy.Builder quick() {
        return RetryPolicy.builder()
                .backoff(Backoff.none())
                .on(ErrorCategory.RATE_LIMIT, c -> c.backoff(Backoff.none()));
    }

    private static Retry retry() {
        return Retries.named("sqs")
                .policy(quick().build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .build();
    }

    private static Retry waiting(Duration delay, RetryListener listener) {
        Backoff fixed = Backoff.fixed(delay).jitter(Jitter.none());
        return Retries.named("sqs")
                .policy(RetryPolicy.builder().backoff(fixed).build())
                .budget(RetryBudgets.awsQuota())
                .circuitBreaker(CircuitBreakers.standard().failuresInARow(3))
                .listener(listener)
                .build();
    }

    private static SqsClient sync(SdkHttpClient http, AwsRetries retries) {
        return Clients.client(SqsClient.builder(), http, Clients.Installer.of(retries));
    }

    private static SqsAsyncClient async(Loopback server, AwsRetries retries) {
        return async(server, SqsAsyncClient.builder(), retries);
    }

    private static SqsAsyncClient async(Loopback server, SqsAsyncClientBuilder builder, AwsRetries retries) {
        return Clients.client(builder, Clients.Installer.of(retries), server.uri());
    }

    private static <T> T within(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private static Throwable failureOf(CompletableFuture<?> future) {
        return catchThrowableOfType(ExecutionException.class, () -> within(future))
                .getCause();
    }

    /** A retry whose calls break on one method. */
    private static Retry breaking(String method, Throwable thrown) {
        Retry real = retry();
        return proxy(
                Retry.class,
                real,
                "begin",
                () -> proxy(RetryCall.class, real.begin(), method, () -> {
                    throw thrown;
                }));
    }

    private interface Action {
        Object run() throws Throwable;
    }

    private static <T> T proxy(Class<T> type, T real, String method, Action instead) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, args) -> {
            if (called.getName().equals(method)) {
                return instead.run();
            }
            if (called.getName().equals("with")) {
                return self; // the views of a call are not what is tested
            }
            try {
                return called.invoke(real, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    /** Loads what a first call loads, so that the time limit of a later one is not spent on it. */
    private static void loadClasses() throws Exception {
        sync(ScriptedHttp.of(ERROR, OK), AwsRetries.of(retry())).listQueues();
        try (Loopback server = Loopback.start(ERROR, OK);
                SqsAsyncClient sqs = async(server, AwsRetries.of(retry()))) {
            within(sqs.listQueues());
        }
    }

    /** Opens once a call has been stopped. */
    private static final class Stops implements RetryListener {
        final CountDownLatch stopped = new CountDownLatch(1);

        @Override
        public void onStop(FailedAttempt failed, StopReason reason) {
            stopped.countDown();
        }
    }

    // ---- 1

    @Test
    void recordSuccessNeverThrowsInASynchronousClient() {
        ScriptedHttp http = ScriptedHttp.of(OK);
        SqsClient sqs = sync(http, AwsRetries.of(breaking("succeeded", SdkClientException.create("broken"))));

        ListQueuesResponse response = sqs.listQueues();

        assertThat(response.sdkHttpResponse().statusCode()).isEqualTo(200);
        assertThat(http.requests()).hasSize(1);
    }

    @Test
    void recordSuccessNeverThrowsInAnAsynchronousClient() throws Exception {
        try (Loopback server = Loopback.start(OK);
                SqsAsyncClient sqs =
                        async(server, AwsRetries.of(breaking("succeeded", new AssertionError("broken"))))) {

            assertThat(within(sqs.listQueues()).queueUrls()).isEmpty();
            assertThat(server.attempts()).hasSize(1);
        }
    }

    // ---- 2

    @Test
    void whateverBreaksInARefreshTheCallerSeesTheErrorOfTheService() {
        ScriptedHttp http = ScriptedHttp.of(ERROR);
        IllegalStateException broken = new IllegalStateException("broken");
        SqsClient sqs = sync(http, AwsRetries.of(breaking("failed", broken)));

        Throwable failure = catchThrowable(sqs::listQueues);

        assertThat(failure).isInstanceOf(SqsException.class);
        assertThat(failure.getSuppressed()).contains(broken);
        assertThat(http.requests()).hasSize(1);
    }

    // ---- 3

    @Test
    void theReasonForStoppingIsTheFirstSuppressedExceptionOfTheFailure() {
        ScriptedHttp http = ScriptedHttp.of(ERROR);

        SqsException failure = catchThrowableOfType(
                SqsException.class, () -> sync(http, AwsRetries.of(retry())).listQueues());

        assertThat(failure.numAttempts()).isEqualTo(3);
        assertThat(failure.getSuppressed()).hasSize(3);
        assertThat(failure.getSuppressed()[0]).isInstanceOfSatisfying(RetryStopped.class, why -> {
            assertThat(why.reason()).isEqualTo(StopReason.ATTEMPTS_EXHAUSTED);
            assertThat(why.attempts()).isEqualTo(3);
        });
        assertThat(failure.getSuppressed()[1]).hasMessageContaining("Request attempt 1 failure");
    }

    @Test
    void theReasonIsGivenWhereTheBreakerOpensBeforeTheWait() {
        Retry[] retry = new Retry[1];
        retry[0] = Retries.named("sqs")
                .policy(quick().build())
                .withoutBudget()
                .listener(new RetryListener() {
                    @Override
                    public void onRetry(FailedAttempt failed, Duration delay) {
                        retry[0].circuitBreaker().ifPresent(CircuitBreaker::forceOpen);
                    }
                })
                .build();

        Throwable failure = catchThrowable(
                () -> sync(ScriptedHttp.of(ERROR), AwsRetries.of(retry[0])).listQueues());

        assertThat(failure.getSuppressed()[0])
                .isInstanceOfSatisfying(
                        RetryStopped.class, why -> assertThat(why.reason()).isEqualTo(StopReason.CIRCUIT_OPEN));
    }

    // ---- 4

    @Test
    void aRefusedFirstAttemptIsAnSdkClientExceptionInASynchronousClient() {
        ScriptedHttp http = ScriptedHttp.of(OK);
        Retry retry = Retries.named("sqs").build();
        retry.circuitBreaker().ifPresent(CircuitBreaker::forceOpen);

        assertThatThrownBy(() -> sync(http, AwsRetries.of(retry)).listQueues())
                .isInstanceOf(SdkClientException.class)
                .hasMessageContaining("Sqs ListQueues")
                .hasCauseInstanceOf(CircuitOpenException.class);
        assertThat(http.requests()).isEmpty();
    }

    @Test
    void aRefusedFirstAttemptIsAnSdkClientExceptionInAnAsynchronousClient() {
        Retry retry = Retries.named("sqs").build();
        retry.circuitBreaker().ifPresent(CircuitBreaker::forceOpen);
        try (Loopback server = Loopback.start(OK);
                SqsAsyncClient sqs = async(server, AwsRetries.of(retry))) {

            assertThat(failureOf(sqs.listQueues()))
                    .isInstanceOf(SdkClientException.class)
                    .hasCauseInstanceOf(CircuitOpenException.class);
            assertThat(server.attempts()).isEmpty();
        }
    }

    // ---- 5

    @Test
    void aCallThatTheHttpClientBreaksHoldsNothing() {
        Retry retry = retry();
        ScriptedHttp http = new ScriptedHttp(number -> {
            throw new IllegalStateException("a bug of the client");
        });

        assertThatThrownBy(() -> sync(http, AwsRetries.of(retry)).listQueues())
                .isInstanceOf(IllegalStateException.class);

        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aCallWhoseTimeIsOverInTheWaitHoldsNothingAndKeepsItsLastFailure() throws Exception {
        loadClasses();
        Retry retry = waiting(Duration.ofMinutes(1), new RetryListener() {});
        SqsClientBuilder builder =
                SqsClient.builder().overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(1500)));
        SqsClient sqs = Clients.client(builder, ScriptedHttp.of(ERROR), Clients.Installer.of(AwsRetries.of(retry)));

        Throwable failure = catchThrowable(sqs::listQueues);

        assertThat(failure).isInstanceOf(ApiCallTimeoutException.class);
        assertThat(failure.getSuppressed()).hasAtLeastOneElementOfType(SqsException.class);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aStreamThatCannotBeReadTwiceIsGrantedARetryThatIsNeverSent() {
        ScriptedHttp http = ScriptedHttp.of(Answer.error("s3", 503, "SlowDown", Map.of()), Answer.ok("s3"));
        Retry retry = retry();
        S3Client s3 = Clients.client(
                S3Client.builder().forcePathStyle(true), http, Clients.Installer.of(AwsRetries.of(retry)));
        InputStream once = new ByteArrayInputStream(new byte[] {1}) {
            @Override
            public boolean markSupported() {
                return false;
            }

            @Override
            public synchronized void reset() {
                throw new UnsupportedOperationException();
            }
        };

        assertThatThrownBy(() -> s3.putObject(r -> r.bucket("bucket").key("k"), RequestBody.fromInputStream(once, 1)))
                .isInstanceOf(IllegalStateException.class);

        assertThat(http.requests()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void anInterruptedCallHoldsNothing() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        Retry retry = waiting(Duration.ofMinutes(1), new RetryListener() {
            @Override
            public void onRetry(FailedAttempt failed, Duration delay) {
                waits.countDown();
            }
        });
        SqsClient sqs = sync(ScriptedHttp.of(ERROR), AwsRetries.of(retry));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Throwable> failure = thread.submit(() -> catchThrowable(sqs::listQueues));
            assertThat(waits.await(60, TimeUnit.SECONDS)).isTrue();
            thread.shutdownNow();

            assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(SdkClientException.class);
        } finally {
            thread.shutdownNow();
        }
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    // ---- 6

    @Test
    void aRefreshAfterTheTimeOfTheCallIsOverCostsNothing() throws Exception {
        loadClasses();
        Stops stops = new Stops();
        Retry retry = waiting(Duration.ofSeconds(3), stops);
        SqsAsyncClientBuilder builder =
                SqsAsyncClient.builder().overrideConfiguration(o -> o.apiCallTimeout(Duration.ofMillis(1500)));
        try (Loopback server = Loopback.start(ERROR);
                SqsAsyncClient sqs = async(server, builder, AwsRetries.of(retry))) {

            assertThat(failureOf(sqs.listQueues())).isInstanceOf(ApiCallTimeoutException.class);
            double paid = retry.snapshot().budgetRemaining();
            assertThat(stops.stopped.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
            assertThat(retry.snapshot().budgetRemaining()).isGreaterThanOrEqualTo(paid);
            assertThat(retry.snapshot().failedAttempts(ErrorCategory.SERVER_ERROR))
                    .isEqualTo(1);
            assertThat(retry.snapshot().failedAttempts(ErrorCategory.CLIENT_ERROR))
                    .isZero();
            assertThat(server.attempts()).hasSize(1);
        }
    }

    // ---- 7

    @Test
    void aCancelStopsARetryThatIsMadeAroundTheClient() throws Exception {
        CountDownLatch waits = new CountDownLatch(1);
        Stops stops = new Stops();
        Retry retry = Retries.named("sqs")
                .policy(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofMinutes(1)).jitter(Jitter.none()))
                        .classifier(AwsClassifier.services())
                        .build())
                .listener(stops)
                .listener(new RetryListener() {
                    @Override
                    public void onRetry(FailedAttempt failed, Duration delay) {
                        waits.countDown();
                    }
                })
                .build();
        try (Loopback server = Loopback.start(ERROR);
                SqsAsyncClient sqs = Clients.client(
                        SqsAsyncClient.builder(),
                        Clients.Installer.of(DefaultRetryStrategy.doNotRetry()),
                        server.uri())) {

            CompletableFuture<ListQueuesResponse> call = retry.callAsync(sqs::listQueues);
            assertThat(waits.await(60, TimeUnit.SECONDS)).isTrue();
            call.cancel(true);

            assertThatThrownBy(() -> within(call)).isInstanceOf(CancellationException.class);
            assertThat(stops.stopped.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
            assertThat(server.attempts()).hasSize(1);
        }
    }

    // ---- 8

    private static Recording recorded(AwsRetries retries) {
        return new Recording(retries.strategy());
    }

    @Test
    void theHintIsReadFromTheResponseInASynchronousClient() {
        Recording seconds = recorded(AwsRetries.of(retry()));
        Recording millis = recorded(AwsRetries.of(retry()));

        Clients.of("sqs", ScriptedHttp.of(hint("Retry-After", "2"), OK), Clients.Installer.of(seconds))
                .make("SendMessage");
        Clients.of("sqs", ScriptedHttp.of(hint("x-amz-retry-after", "1500"), OK), Clients.Installer.of(millis))
                .make("SendMessage");

        assertThat(seconds.delays()).containsExactly(Duration.ofSeconds(2));
        assertThat(millis.delays()).containsExactly(Duration.ofMillis(1500));
    }

    @Test
    void theHintIsReadFromTheResponseInAnAsynchronousClient() throws Exception {
        Recording millis = recorded(AwsRetries.of(retry()));
        try (Loopback server = Loopback.start(hint("x-amz-retry-after", "1500"), hint("Retry-After", "2"), OK);
                SqsAsyncClient sqs =
                        Clients.client(SqsAsyncClient.builder(), Clients.Installer.of(millis), server.uri())) {

            within(sqs.listQueues());

            assertThat(millis.delays()).containsExactly(Duration.ofMillis(1500), Duration.ofSeconds(2));
        }
    }

    @Test
    void theRulesOf2026FollowAHintForFiveSecondsMoreThanTheBackoff() {
        AwsRetries retries = AwsRetries.named("sqs").rules2026(true).build();
        Recording recording = recorded(retries);

        Clients.of("sqs", ScriptedHttp.of(hint("x-amz-retry-after", "60000"), OK), Clients.Installer.of(recording))
                .make("SendMessage");

        assertThat(recording.delays().get(0)).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5050));
    }

    private static Answer hint(String header, String value) {
        return Answer.error("sqs", 503, "ServiceUnavailable", Map.of(header, value));
    }

    // ---- 9

    @Test
    void anAttemptThatTimedOutIsRetriedByAnAsynchronousClient() throws Exception {
        loadClasses();
        CountDownLatch end = new CountDownLatch(1);
        Retry retry = retry();
        SqsAsyncClientBuilder builder =
                SqsAsyncClient.builder().overrideConfiguration(o -> o.apiCallAttemptTimeout(Duration.ofSeconds(2)));
        try (Loopback server = Loopback.start(number -> number == 1 ? late(end) : OK);
                SqsAsyncClient sqs = async(server, builder, AwsRetries.of(retry))) {

            within(sqs.listQueues());

            assertThat(server.attempts()).hasSize(2);
            assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
        } finally {
            end.countDown();
        }
    }

    private static Answer late(CountDownLatch end) {
        try {
            end.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return OK;
    }

    @Test
    void anAsynchronousClientWaitsAtLeastTenMillisecondsAfterAnAttemptThatTimedOut() throws Exception {
        AwsRetries retries = AwsRetries.of(retry());
        RetryToken token = retries.strategy()
                .acquireInitialToken(AcquireInitialTokenRequest.create("GLOBAL"))
                .token();
        SdkClientException disguised = SdkClientException.create(
                "Unable to execute HTTP request: aborted",
                new IOException("aborted", ApiCallAttemptTimeoutException.create(100)));

        Duration delay = within(retries.strategy().refreshRetryTokenAsync(refresh(token, disguised)))
                .delay();

        assertThat(delay).isEqualTo(Duration.ofMillis(10));
        assertThat(AwsClassifier.sdk().classify(disguised))
                .isEqualTo(Classification.of(ErrorCategory.TIMEOUT).retryable());
    }

    private static RefreshRetryTokenRequest refresh(RetryToken token, Throwable failure) {
        return RefreshRetryTokenRequest.builder()
                .token(token)
                .failure(failure)
                .suggestedDelay(Duration.ZERO)
                .build();
    }

    // ---- 10

    @Test
    void aStrategyThatClientsShareSurvivesTheCloseOfOne() {
        AwsRetries shared = AwsRetries.of(retry());
        ScriptedHttp http = ScriptedHttp.of(ERROR, OK);
        sync(ScriptedHttp.of(OK), shared).close();

        sync(http, shared).listQueues();

        assertThat(http.requests()).hasSize(2);
    }

    // ---- 11

    @Test
    void aLongPollWaitsOnceBeforeItFailsUnderTheRulesOf2026() {
        Recording recording = recorded(withoutTokens(true));

        assertThatThrownBy(() -> Clients.of("sqs", ScriptedHttp.of(throttle()), Clients.Installer.of(recording))
                        .make("ReceiveMessage"))
                .isInstanceOf(SqsException.class)
                .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessageContaining("BUDGET_EXHAUSTED"));

        assertThat(recording.refusals()).singleElement().satisfies(refused -> assertThat(refused.delay())
                .hasValueSatisfying(delay -> assertThat(delay).isBetween(Duration.ZERO, Duration.ofSeconds(1))));
    }

    @Test
    void otherCallsAndTheOlderRulesFailAtOnce() {
        Recording sends = recorded(withoutTokens(true));
        Recording older = recorded(withoutTokens(false));

        assertThatThrownBy(() -> Clients.of("sqs", ScriptedHttp.of(throttle()), Clients.Installer.of(sends))
                        .make("SendMessage"))
                .isInstanceOf(SqsException.class);
        assertThatThrownBy(() -> Clients.of("sqs", ScriptedHttp.of(throttle()), Clients.Installer.of(older))
                        .make("ReceiveMessage"))
                .isInstanceOf(SqsException.class);

        assertThat(Stream.of(sends, older).flatMap(r -> r.refusals().stream()))
                .hasSize(2)
                .allSatisfy(refused -> assertThat(refused.delay()).isEmpty());
    }

    private static Answer throttle() {
        return Answer.error("sqs", 400, "ThrottlingException", Map.of());
    }

    private static AwsRetries withoutTokens(boolean rules2026) {
        return AwsRetries.named("sqs")
                .rules2026(rules2026)
                .engine(engine -> engine.budget(RetryBudgets.none()))
                .build();
    }

    // ---- 12

    @Test
    void theServerSeesTheTrueMaximumOfAttempts() {
        ScriptedHttp http = ScriptedHttp.of(ERROR, ERROR, OK);

        sync(http, AwsRetries.of(retry())).listQueues();

        assertThat(http.headers("amz-sdk-request"))
                .containsExactly("attempt=1; max=3", "attempt=2; max=3", "attempt=3; max=3");
        assertThat(http.headers("amz-sdk-invocation-id").stream().distinct()).hasSize(1);
    }

    @Test
    void manyThreadsBeginCallsAtOnce() throws Exception {
        Retry retry = retry();
        ScriptedHttp http = ScriptedHttp.of(OK);
        SqsClient sqs = sync(http, AwsRetries.of(retry));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<ListQueuesResponse>> calls = IntStream.range(0, 200)
                    .<Callable<ListQueuesResponse>>mapToObj(i -> sqs::listQueues)
                    .toList();
            for (Future<ListQueuesResponse> one : threads.invokeAll(calls)) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(retry.snapshot().successes()).isEqualTo(200);
    }

    // ---- 13

    @Test
    void anErrorOfAClassifierEndsTheCallWithTheErrorOfTheService() {
        AssertionError broken = new AssertionError("a bug of the classifier");
        ScriptedHttp http = ScriptedHttp.of(ERROR);
        AwsRetries retries = AwsRetries.of(retry()).classifier(failure -> {
            throw broken;
        });

        Throwable failure = catchThrowable(() -> sync(http, retries).listQueues());

        assertThat(failure).isInstanceOf(SqsException.class);
        assertThat(failure.getSuppressed()).contains(broken);
        assertThat(http.requests()).hasSize(1);
    }

    // ---- beside the thirteen

    @Test
    void theClientsOfAllServicesAskTheStrategy() {
        for (String service : Clients.services()) {
            ScriptedHttp http =
                    ScriptedHttp.of(Answer.error(service, 500, "InternalError", Map.of()), Answer.ok(service));
            Retry retry = retry();

            Clients.of(service, http, Clients.Installer.of(AwsRetries.of(retry)))
                    .make("");

            assertThat(http.requests()).as(service).hasSize(2);
            assertThat(retry.snapshot().recovered()).as(service).isEqualTo(1);
        }
    }

    @Test
    void anErrorInA200IsRetriedByItsCode() {
        Answer inside = new Answer(
                200,
                Map.of("Content-Type", "application/xml"),
                "<Error><Code>InternalError</Code><Message>no</Message></Error>".getBytes(StandardCharsets.UTF_8),
                null);
        ScriptedHttp http = ScriptedHttp.of(inside, Answer.ok("s3").body("<CompleteMultipartUploadResult/>"));
        Retry retry = retry();

        Clients.of("s3", http, Clients.Installer.of(AwsRetries.of(retry))).make("CompleteMultipartUpload");

        assertThat(http.requests()).hasSize(2);
        assertThat(retry.snapshot().failedAttempts(ErrorCategory.SERVER_ERROR)).isEqualTo(1);
    }

    @Test
    void aTimeOutOfTheSocketIsATimeOut() {
        ScriptedHttp http = ScriptedHttp.of(Answer.broken(new SocketTimeoutException("Read timed out")), OK);
        Retry retry = retry();

        sync(http, AwsRetries.of(retry)).listQueues();

        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isEqualTo(1);
    }
}
