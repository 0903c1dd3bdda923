package io.forbear.retry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.CircuitBreaker;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.DeadlinePassedException;
import io.forbear.retry.FailedResultException;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryListener;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.testkit.ManualRuntime;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no network; the contract of {@code retry-it} has the rest. */
class HttpRetryTest {

    private static final URI HERE = URI.create("http://127.0.0.1/");
    private static final HttpRequest GET = HttpRequest.newBuilder(HERE).build();

    private final ManualRuntime time = new ManualRuntime();
    private final StubClient client = new StubClient();
    private Retry retry;

    private record Response<T>(int statusCode, T body) implements HttpResponse<T> {
        @Override
        public HttpRequest request() {
            return GET;
        }

        @Override
        public Optional<HttpResponse<T>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return Optional.empty();
        }

        @Override
        public URI uri() {
            return HERE;
        }

        @Override
        public HttpClient.Version version() {
            return HttpClient.Version.HTTP_1_1;
        }
    }

    private HttpRetry over(RetryPolicy.Builder policy) {
        retry = Retries.named("orders")
                .policy(policy.build())
                .withoutBudget()
                .runtime(time.runtime())
                .build();
        return HttpRetry.over(client, retry);
    }

    private HttpRetry http() {
        return over(RetryPolicy.builder().backoff(Backoff.none()));
    }

    private void answers(int status, Object body) {
        client.answer = CompletableFuture.completedFuture(new Response<>(status, body));
    }

    @AfterEach
    void closes() {
        if (retry != null) {
            retry.close();
        }
    }

    @Test
    void aFirstAttemptSendsTheVeryRequestOfTheCaller() throws Exception {
        answers(200, "ok");

        HttpResponse<String> response = http().send(GET, BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("ok");
        assertThat(client.sent).containsExactly(GET);
        assertThat(client.sent.get(0)).isSameAs(GET);
    }

    @Test
    void aFutureThatIsDoneAtOnceIsDoneAtOnce() {
        answers(200, "ok");

        assertThat(http().sendAsync(GET, BodyHandlers.ofString()))
                .isCompletedWithValueMatching(r -> r.statusCode() == 200);
        assertThat(retry.snapshot().calls()).isEqualTo(1);
    }

    @Test
    void aFutureThatIsDoneAtOnceWithAFailedResponseIsRetried() {
        answers(503, "busy");

        HttpResponse<String> last =
                http().sendAsync(GET, BodyHandlers.ofString(), null).join();

        assertThat(last.body()).isEqualTo("busy");
        assertThat(client.sent).hasSize(3);
    }

    @Test
    void pushesGoToTheHandler() {
        answers(200, "ok");

        http().sendAsync(GET, BodyHandlers.ofString(), (initial, pushed, acceptor) -> {});
        http().sendAsync(GET, BodyHandlers.ofString());

        assertThat(client.called).containsExactly("with pushes", "without pushes");
    }

    @Test
    void theRuleOfThePolicyGoesBeforeTheStatus() throws Exception {
        answers(404, "not yet");
        HttpRetry http = over(RetryPolicy.builder()
                .backoff(Backoff.none())
                .classifyResult(
                        HttpResponse.class,
                        response -> response.statusCode() == 404 ? Classification.of(ErrorCategory.TRANSIENT) : null));

        http.send(GET, BodyHandlers.ofString());
        assertThat(client.sent).hasSize(3);

        answers(503, "busy");
        http.send(GET, BodyHandlers.ofString());
        assertThat(client.sent).as("where it has no answer the status decides").hasSize(6);
    }

    @Test
    void theRuleOfThePolicyMayCallAnyResponseASuccess() throws Exception {
        answers(503, "fine");
        HttpRetry http =
                over(RetryPolicy.builder().classifyResult(HttpResponse.class, response -> Classification.success()));

        assertThat(http.send(GET, BodyHandlers.ofString()).body()).isEqualTo("fine");
        assertThat(client.sent).hasSize(1);
        assertThat(retry.snapshot().successes()).isEqualTo(1);
    }

    @Test
    void aCallThatIsRefusedThrowsAnIoException() {
        HttpRetry http = http();
        retry.circuitBreaker().ifPresent(CircuitBreaker::forceOpen);

        assertThatThrownBy(() -> http.send(GET, BodyHandlers.ofString()))
                .isInstanceOf(NoResponseException.class)
                .hasCauseInstanceOf(CircuitOpenException.class);
        assertThat(http.sendAsync(GET, BodyHandlers.ofString()))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(NoResponseException.class);
        assertThatThrownBy(() -> http.with(CallOptions.defaults().deadline(Duration.ZERO))
                        .send(GET, BodyHandlers.ofString()))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(DeadlinePassedException.class);
        assertThat(client.sent).isEmpty();
    }

    @Test
    void aResponseThatIsGoneIsToldAsAnIoException() {
        client.answer = CompletableFuture.completedFuture(new Response<>(503, new ByteArrayInputStream(new byte[3])));
        HttpRetry http = over(RetryPolicy.builder());
        time.sleeper().onSleep(() -> retry.circuitBreaker().ifPresent(CircuitBreaker::forceOpen));

        assertThatThrownBy(() -> http.send(GET, BodyHandlers.ofInputStream()))
                .isInstanceOf(NoResponseException.class)
                .hasCauseInstanceOf(FailedResultException.class);
    }

    @Test
    void aPolicyThatThrowsFailedResultsThrowsThem() {
        answers(503, "busy");
        HttpRetry http = over(RetryPolicy.builder().backoff(Backoff.none()).throwFailedResults());

        assertThatThrownBy(() -> http.send(GET, BodyHandlers.ofString())).isInstanceOf(FailedResultException.class);
    }

    @Test
    void aTimeoutOfThePolicyIsOneOfHttp() {
        HttpRetry http = over(RetryPolicy.builder().maxAttempts(1).attemptTimeout(Duration.ofMillis(5)));

        CompletableFuture<HttpResponse<String>> future = http.sendAsync(GET, BodyHandlers.ofString());
        time.advance(Duration.ofMillis(5));

        assertThat(future)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(java.util.concurrent.ExecutionException.class)
                .withCauseInstanceOf(HttpTimeoutException.class);
        assertThat(client.answer).as("the exchange").isCancelled();
    }

    @Test
    void whoeverEndsTheFutureEndsTheCall() throws Exception {
        HttpRetry http = http();
        CompletableFuture<HttpResponse<String>> cancelled = http.sendAsync(GET, BodyHandlers.ofString());
        cancelled.cancel(true);
        assertThat(client.answer).isCancelled();

        client.answer = new CompletableFuture<>();
        CompletableFuture<HttpResponse<String>> timedOut =
                http.sendAsync(GET, BodyHandlers.ofString()).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(timedOut::join).isInstanceOf(CompletionException.class);
        assertThat(client.answer).as("by the timer's thread, a moment later").failsWithin(Duration.ofSeconds(30));
        assertThat(client.answer).isCancelled();

        client.answer = new CompletableFuture<>();
        http.sendAsync(GET, BodyHandlers.ofString()).complete(new Response<>(200, "instead"));
        assertThat(client.answer).isCancelled();

        client.answer = new CompletableFuture<>();
        http.sendAsync(GET, BodyHandlers.ofString())
                .thenApply(HttpResponse::body)
                .thenApply(String::length)
                .cancel(true);
        assertThat(client.answer).as("by a future that is derived").isCancelled();
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(4);
    }

    @Test
    void aCancelThatComesTooLateLosesNoResponse() {
        List<CompletableFuture<?>> futures = new ArrayList<>();
        Retry recovering = Retries.named("orders")
                .runtime(time.runtime())
                .listener(new RetryListener() {
                    @Override
                    public void onRecovered(String service, int attempts) {
                        futures.forEach(future -> future.cancel(true));
                        futures.forEach(future -> future.completeExceptionally(new IOException("too late")));
                    }
                })
                .build();
        client.answer = CompletableFuture.failedFuture(new IOException("down"));
        CompletableFuture<HttpResponse<String>> future =
                HttpRetry.over(client, recovering).sendAsync(GET, BodyHandlers.ofString());
        futures.add(future);
        client.answer = CompletableFuture.completedFuture(new Response<>(200, "Ada"));

        time.scheduler().runAll();

        assertThat(future)
                .succeedsWithin(Duration.ofSeconds(30))
                .extracting(HttpResponse::body)
                .isEqualTo("Ada");
        recovering.close();
    }

    @Test
    void aResponseThatComesAfterACancelIsClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream body = new ByteArrayInputStream(new byte[3]) {
            @Override
            public void close() {
                closed.countDown();
            }
        };
        client.answer = new CompletableFuture<>() {
            @Override
            public boolean cancel(boolean mayInterrupt) {
                return false; // too late
            }
        };

        http().sendAsync(GET, BodyHandlers.ofInputStream()).cancel(true);
        client.answer.complete(new Response<>(503, body));

        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    static Stream<BodyPublisher> repeatable() throws IOException {
        java.nio.file.Path file = java.nio.file.Files.createTempFile("body", ".txt");
        file.toFile().deleteOnExit();
        return Stream.of(
                BodyPublishers.noBody(),
                BodyPublishers.ofString("x"),
                BodyPublishers.ofByteArray(new byte[1]),
                BodyPublishers.ofByteArray(new byte[3], 1, 1),
                BodyPublishers.ofFile(file),
                RepeatableBody.of(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1]))));
    }

    @ParameterizedTest
    @MethodSource("repeatable")
    void aBodyThatStaysIsSentAgain(BodyPublisher body) throws Exception {
        answers(503, "busy");

        http().send(HttpRequest.newBuilder(HERE).PUT(body).build(), BodyHandlers.ofString());

        assertThat(client.sent).hasSize(3);
    }

    static Stream<BodyPublisher> once() {
        return Stream.of(
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[1])),
                BodyPublishers.fromPublisher(BodyPublishers.ofString("x")),
                BodyPublishers.ofByteArrays(List.of(new byte[1])),
                BodyPublishers.concat(BodyPublishers.ofString("x"), BodyPublishers.ofString("y")));
    }

    @ParameterizedTest
    @MethodSource("once")
    void aBodyOfWhichThatIsNotKnownIsSentOnce(BodyPublisher body) throws Exception {
        answers(503, "busy");

        http().send(HttpRequest.newBuilder(HERE).PUT(body).build(), BodyHandlers.ofString());

        assertThat(client.sent).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    @Test
    void attemptsCarryTheirNumberAndTheTimeThatIsLeft() throws Exception {
        answers(503, "busy");
        HttpRequest request = HttpRequest.newBuilder(HERE)
                .timeout(Duration.ofSeconds(2))
                .header("mine", "kept")
                .build();
        HttpRetry http = over(RetryPolicy.builder()
                        .backoff(Backoff.fixed(Duration.ofSeconds(1)).jitter(Jitter.none())))
                .with(CallOptions.defaults().deadline(Duration.ofMillis(2_500)).upstreamAttempt(2));

        http.send(request, BodyHandlers.ofString());

        assertThat(client.sent)
                .extracting(sent -> sent.headers().firstValue("forbear-attempt").orElse(""))
                .containsExactly("2", "2", "3");
        assertThat(client.sent.get(0).timeout()).hasValue(Duration.ofSeconds(2));
        assertThat(client.sent.get(0).headers().firstValue("forbear-timeout-ms"))
                .hasValue("2000");
        assertThat(client.sent.get(2).timeout()).hasValue(Duration.ofMillis(500));
        assertThat(client.sent).allSatisfy(sent -> {
            assertThat(sent.headers().firstValue("mine")).hasValue("kept");
            assertThat(sent.uri()).isEqualTo(HERE);
            assertThat(sent.method()).isEqualTo("GET");
        });
    }

    /** What is written from Java 26 on says the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyAndAViewOfARequestSayTheSame(boolean copied) {
        HttpRequest request = HttpRequest.newBuilder(HERE)
                .header("a", "1")
                .header("forbear-attempt", "4")
                .expectContinue(true)
                .version(HttpClient.Version.HTTP_1_1)
                .POST(BodyPublishers.ofString("x"))
                .build();

        HttpRequest sent = copied
                ? AttemptRequest.copy(request, 2, Duration.ofMillis(70), null)
                : AttemptRequest.view(request, 2, Duration.ofMillis(70), null);

        assertThat(sent.headers().map())
                .isEqualTo(Map.of(
                        "a", List.of("1"), "forbear-attempt", List.of("4"), "forbear-timeout-ms", List.of("70")));
        assertThat(sent.timeout()).hasValue(Duration.ofMillis(70));
        assertThat(sent.method()).isEqualTo("POST");
        assertThat(sent.expectContinue()).isTrue();
        assertThat(sent.version()).hasValue(HttpClient.Version.HTTP_1_1);
        assertThat(sent.bodyPublisher()).isPresent();
        assertThat(AttemptRequest.view(request, 2, Duration.ZERO, null).timeout())
                .as("a time-out of zero is none to some")
                .hasValue(Duration.ofMillis(1));
    }

    @Test
    void isTheClientInEverythingElse() {
        HttpRetry http = http();

        assertThat(http.connectTimeout()).hasValue(Duration.ofSeconds(7));
        assertThat(http.followRedirects()).isEqualTo(HttpClient.Redirect.NEVER);
        assertThat(http.sslParameters().getCipherSuites()).containsExactly("stub");
        assertThat(http.sslContext()).isSameAs(client.sslContext());
        assertThat(http.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(http.proxy()).isPresent();
        assertThat(http.cookieHandler()).isEmpty();
        assertThat(http.authenticator()).isEmpty();
        assertThat(http.executor()).isEmpty();
        assertThatThrownBy(http::newWebSocketBuilder).isInstanceOf(UnsupportedOperationException.class);
        assertThat(http.retry()).isSameAs(retry);
        assertThat(http).asString().contains("orders");
    }

    @Test
    void theMethodsOfJava21GoToTheClient() throws Exception {
        HttpRetry http = http();
        if (Runtime.version().feature() < 21) {
            assertThatThrownBy(http::shutdown)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("expected: 21");
            assertThatThrownBy(http::isTerminated).isInstanceOf(UnsupportedOperationException.class);
            return;
        }

        http.shutdown();
        http.shutdownNow();
        assertThat(http.isTerminated()).isTrue();
        assertThat(http.awaitTermination(Duration.ofSeconds(1))).isTrue();
        http.close();

        assertThat(client.called)
                .containsExactly("shutdown", "shutdownNow", "isTerminated", "awaitTermination PT1S", "close");
    }

    @Test
    void aViewForAClientCountsForIt() throws Exception {
        answers(200, "ok");
        HttpRetry tenant = http().forClient("tenant");

        tenant.send(GET, BodyHandlers.ofString());
        tenant.send(GET, BodyHandlers.ofString());

        assertThat(tenant.retry().clientSnapshot().orElseThrow().calls()).isEqualTo(2);
    }
}
