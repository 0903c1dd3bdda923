package io.forbear.retry.grpc;

import static io.forbear.retry.grpc.Calls.CREATE;
import static io.forbear.retry.grpc.Calls.FIND;
import static io.forbear.retry.grpc.Calls.WATCH;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forbear.retry.AttemptHeader;
import io.forbear.retry.Backoff;
import io.forbear.retry.CircuitOpenException;
import io.forbear.retry.Jitter;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetryStopped;
import io.forbear.retry.StopReason;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.core.budget.RetryBudgets;
import io.forbear.retry.error.Classification;
import io.forbear.retry.error.ErrorCategory;
import io.forbear.retry.grpc.CountingServer.Received;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unary calls by a retry: against a real server and channels over loopback, counted at the server. */
class GrpcRetryTest extends GrpcTestBase {

    // ---- attempts

    @Test
    void aCallThatSucceedsIsMadeOnceAndLooksAsWithoutRetries() throws Exception {
        Retry retry = service(policy()).build();

        assertThat(call(channel(retry), FIND)).isEqualTo("done");

        assertThat(server.received()).singleElement().satisfies(received -> {
            assertThat(received.request()).isEqualTo("a book");
            assertThat(received.header(AttemptHeader.NAME)).isNull();
        });
        assertThat(retry.snapshot().successes()).isEqualTo(1);
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = "OK", mode = EnumSource.Mode.EXCLUDE)
    void theServerIsReachedAsOftenAsThePolicyDecides(Code code) {
        server.always(CountingServer.status(code));
        Retry retry = service(policy()).build();

        StatusRuntimeException thrown = failure(channel(retry), FIND);

        int expected = code == Code.UNAVAILABLE ? MOST_ATTEMPTS : 1;
        assertThat(server.received()).hasSize(expected);
        assertThat(retry.snapshot().attempts()).isEqualTo(expected);
        assertThat(thrown.getStatus().getCode()).isEqualTo(code);
        assertThat(thrown.getStatus().getDescription()).isEqualTo("as scripted");
    }

    @Test
    void theReasonWhyThereWasNoFurtherAttemptIsTheCause() {
        server.always(CountingServer.status(Code.UNAVAILABLE));

        StatusRuntimeException thrown = failure(channel(service(policy()).build()), FIND);

        assertThat(thrown.getCause())
                .isInstanceOf(RetryStopped.class)
                .hasMessage("orders: stopped after 3 attempts: ATTEMPTS_EXHAUSTED");
    }

    @Test
    void anAttemptAfterAFailureBringsTheResponse() throws Exception {
        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.okAndThen(Code.UNAVAILABLE));
        Retry retry = service(policy()).build();

        assertThat(call(channel(retry), FIND)).isEqualTo("done");

        assertThat(server.received())
                .extracting(received -> received.header(AttemptHeader.NAME))
                .containsExactly(null, "2", "3");
        assertThat(server.received()).extracting(Received::request).containsOnly("a book");
        assertThat(retry.snapshot().recovered()).isEqualTo(1);
    }

    @Test
    void stubsOfAllKindsAreServed() throws Exception {
        Channel channel = channel(Retries.named("orders")
                .policy(policy().backoff(Backoff.fixed(ofMillis(1))).build())
                .withoutBudget()
                .build());
        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.ok("blocking"));
        assertThat(ClientCalls.blockingUnaryCall(channel, FIND, CallOptions.DEFAULT, "a book"))
                .isEqualTo("blocking");

        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.ok("future"));
        assertThat(start(channel, FIND, CallOptions.DEFAULT).get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("future");

        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.ok("asynchronous"));
        CompletableFuture<String> response = new CompletableFuture<>();
        ClientCalls.asyncUnaryCall(channel.newCall(FIND, CallOptions.DEFAULT), "a book", new Told(response));
        assertThat(response.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo("asynchronous");
    }

    private record Told(CompletableFuture<String> response) implements io.grpc.stub.StreamObserver<String> {

        @Override
        public void onNext(String value) {
            response.complete(value);
        }

        @Override
        public void onError(Throwable failure) {
            response.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            response.complete("nothing");
        }
    }

    @Test
    void aResponseThatThePolicyCallsAFailureIsRetriedAndAtTheEndHandedOver() throws Exception {
        List<Object> discarded = new CopyOnWriteArrayList<>();
        RetryPolicy.Builder judging = policy().maxAttempts(2)
                .classifyResult(
                        String.class,
                        text -> text.startsWith("busy") ? Classification.of(ErrorCategory.TRANSIENT) : null)
                .onDiscard(String.class, discarded::add);
        Retry retry = service(judging).build();
        server.script(CountingServer.ok("busy 1"), CountingServer.ok("busy 2"));

        assertThat(call(channel(retry), FIND)).isEqualTo("busy 2");

        assertThat(discarded).containsExactly("busy 1");
        assertThat(retry.snapshot().stopped(StopReason.ATTEMPTS_EXHAUSTED)).isEqualTo(1);
    }

    @Test
    void whatRulesThrowLeavesNoCallWithoutAnEnd() throws Exception {
        RetryPolicy.Builder judging = policy().maxAttempts(2)
                .classifyResult(String.class, text -> {
                    if (text.startsWith("fine")) {
                        throw new AssertionError("rule");
                    }
                    return Classification.of(ErrorCategory.TRANSIENT);
                })
                .onDiscard(String.class, text -> {
                    throw new AssertionError("discard");
                });
        server.script(CountingServer.ok("busy"), CountingServer.ok("fine"));

        assertThat(call(channel(service(judging).build()), FIND)).isEqualTo("fine");
    }

    @Test
    void aFailedResponseIsAStatusWhereThePolicySaysSo() {
        RetryPolicy.Builder judging = policy().classifyResult(
                        String.class, text -> Classification.of(ErrorCategory.TRANSIENT))
                .throwFailedResults();

        StatusRuntimeException thrown = failure(channel(service(judging).build()), FIND);

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.UNKNOWN);
        assertThat(thrown.getCause()).isInstanceOf(io.forbear.retry.FailedResultException.class);
        assertThat(server.received()).hasSize(MOST_ATTEMPTS);
    }

    @Test
    void innerInterceptorsAddTheirHeadersToEachAttemptOnce() throws Exception {
        Metadata.Key<String> token = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
        ClientInterceptor adding = io.grpc.stub.MetadataUtils.newAttachHeadersInterceptor(with(token, "t"));
        ManagedChannel plain = open(server.channel().disableRetry());
        Channel channel = ClientInterceptors.interceptForward(
                plain, GrpcRetry.over(open(service(policy()).build())), adding);
        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.status(Code.UNAVAILABLE));

        call(channel, FIND);

        assertThat(server.received()).hasSize(3).allSatisfy(received -> assertThat(
                        received.headers().getAll(token))
                .containsExactly("t"));
    }

    private static Metadata with(Metadata.Key<String> key, String value) {
        Metadata headers = new Metadata();
        headers.put(key, value);
        return headers;
    }

    @Test
    void anInnerInterceptorThatThrowsEndsTheCallByTheRulesOfThePolicy() {
        ClientInterceptor throwing = new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                throw new IllegalArgumentException("wrong");
            }
        };
        Retry retry = service(policy()).build();
        ManagedChannel plain = open(server.channel());

        StatusRuntimeException thrown =
                failure(ClientInterceptors.interceptForward(plain, GrpcRetry.over(open(retry)), throwing), FIND);

        assertThat(thrown.getCause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(retry.snapshot().attempts()).isEqualTo(1);
        assertThat(server.received()).isEmpty();
    }

    // ---- what may be repeated

    @Test
    void aMethodOfWhichNothingIsSaidIsNotRepeatedOnceTheServerHadIt() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = service(policy()).build();

        failure(channel(retry), CREATE);

        assertThat(server.received()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.NOT_IDEMPOTENT)).isEqualTo(1);
    }

    @Test
    void theUsersWordThatItMayBeRepeatedHoldsForTheRetryTheCallAndTheMethod() throws Exception {
        io.forbear.retry.CallOptions word =
                io.forbear.retry.CallOptions.defaults().idempotent();
        Retry retry = open(service(policy()).build());
        for (int way = 0; way < 3; way++) {
            server.script(CountingServer.status(Code.UNAVAILABLE));
            GrpcRetry interceptor = GrpcRetry.over(way == 0 ? retry.with(word) : retry);
            Channel channel = channel(way == 1 ? interceptor.idempotent(CREATE::equals) : interceptor);
            CallOptions options =
                    way == 2 ? CallOptions.DEFAULT.withOption(GrpcRetry.OPTIONS, word) : CallOptions.DEFAULT;

            assertThat(end(start(channel, CREATE, options))).as("way %s", way).isEqualTo("done");
        }
        assertThat(server.received()).hasSize(6);
    }

    @Test
    void theUsersWordThatItMayNotBeRepeatedGoesBeforeTheProtoFile() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy()).build());
        Channel channel = channel(GrpcRetry.over(
                retry.with(io.forbear.retry.CallOptions.defaults().nonIdempotent())));

        failure(channel, FIND);

        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anyMethodIsRepeatedWhereThereIsNoConnection(boolean transparent) throws IOException {
        int nowhere;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nowhere = closed.getLocalPort();
        }
        var builder = Grpc.newChannelBuilder("127.0.0.1:" + nowhere, InsecureChannelCredentials.create());
        ManagedChannel plain = open(transparent ? builder : builder.disableRetry());
        Retry retry = service(policy()).build();

        StatusRuntimeException thrown =
                failure(ClientInterceptors.intercept(plain, GrpcRetry.over(open(retry))), CREATE);

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(retry.snapshot().attempts()).isEqualTo(MOST_ATTEMPTS);
        assertThat(thrown.getCause().getSuppressed()).hasAtLeastOneElementOfType(RetryStopped.class);
    }

    @Test
    void aMessageThatIsAStreamIsSentOnce() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        MethodDescriptor<InputStream, String> find =
                FIND.toBuilder(new Raw(), FIND.getResponseMarshaller()).build();
        Retry retry = service(policy()).build();
        Channel channel = channel(retry);
        InputStream once = new ByteArrayInputStream("a book".getBytes(StandardCharsets.UTF_8));

        failure(ClientCalls.futureUnaryCall(channel.newCall(find, CallOptions.DEFAULT), once));

        assertThat(server.received()).extracting(Received::request).containsExactly("a book");
        assertThat(retry.snapshot().stopped(StopReason.NOT_REPEATABLE)).isEqualTo(1);
    }

    private static final class Raw implements MethodDescriptor.Marshaller<InputStream> {

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }
    }

    @Test
    void callsThatStreamArePassedThrough() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        GrpcRetry interceptor = GrpcRetry.over(open(service(policy()).build()));
        Channel channel = channel(interceptor);

        Iterator<String> responses =
                ClientCalls.blockingServerStreamingCall(channel, WATCH, CallOptions.DEFAULT, "all");

        assertThat(catchThrowable(responses::hasNext)).isInstanceOf(StatusRuntimeException.class);
        assertThat(server.received()).hasSize(1);
        assertThat(interceptor.passedThrough()).isEqualTo(1);
        assertThat(interceptor.retry().snapshot().calls()).isZero();
    }

    // ---- pushback

    @ParameterizedTest
    @CsvSource({"0, 100", "250, 250", "30000, 30000"})
    void theWaitIsNoShorterThanTheServerAsksFor(String asked, long millis) throws Exception {
        server.script(CountingServer.status(Code.UNAVAILABLE, asked));

        call(channel(service(policy()).build()), FIND);

        assertThat(time.scheduler().delays()).containsExactly(ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", "soon", "99999999999999999999", "3600000"})
    void aServerThatAsksForNoRetryOrForAnHourIsNotCalledAgain(String asked) {
        server.always(CountingServer.status(Code.UNAVAILABLE, asked));
        Retry retry = service(policy()).build();

        failure(channel(retry), FIND);

        assertThat(server.received()).hasSize(1);
        assertThat(retry.snapshot().stopped(StopReason.PUSHED_BACK)).isEqualTo(1);
    }

    @Test
    void exhaustedResourcesAreRetriedWhereTheServerNamesADelay() throws Exception {
        server.script(CountingServer.status(Code.RESOURCE_EXHAUSTED, "500"));

        assertThat(call(channel(service(policy()).build()), FIND)).isEqualTo("done");

        assertThat(time.scheduler().delays()).singleElement().satisfies(delay -> assertThat(delay)
                .isBetween(ofMillis(500), ofMillis(1000)));
    }

    // ---- time

    @Test
    void anAttemptHasTheNearestDeadline() throws Exception {
        CallOptions own = CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.SECONDS);
        Retry retry = open(service(policy()).build());
        Channel channel = channel(GrpcRetry.over(retry));

        end(start(channel, FIND, own));
        end(start(channel(service(policy().attemptTimeout(ofSeconds(50))).build()), FIND, own));
        end(start(channel(service(policy().deadline(ofSeconds(100))).build()), FIND, own));
        end(start(
                channel(GrpcRetry.over(
                        retry.with(io.forbear.retry.CallOptions.defaults().deadline(ofSeconds(30))))),
                FIND,
                own));
        end(start(channel, FIND, CallOptions.DEFAULT));

        List<Long> left = server.received().stream().map(Received::millisLeft).toList();
        assertThat(left.get(0)).isBetween(100_001L, 200_000L);
        assertThat(left.get(1)).isBetween(30_001L, 50_000L);
        assertThat(left.get(2)).isBetween(50_001L, 100_000L);
        assertThat(left.get(3)).isBetween(1L, 30_000L);
        assertThat(left.get(4)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theDeadlineOfTheContextBoundsTheCallToo() throws Exception {
        Channel channel = channel(service(policy()).build());
        var timers = Executors.newSingleThreadScheduledExecutor();
        try (Context.CancellableContext bounded = Context.current().withDeadlineAfter(50, TimeUnit.SECONDS, timers)) {
            end(bounded.call(() -> start(channel, FIND, CallOptions.DEFAULT)));
        } finally {
            timers.shutdownNow();
        }
        assertThat(server.received().get(0).millisLeft()).isLessThanOrEqualTo(50_000);
    }

    @Test
    void noWaitBeginsThatTheDeadlineWouldEnd() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = service(policy().backoff(Backoff.fixed(ofHours(1)).jitter(Jitter.none())))
                .build();

        StatusRuntimeException thrown =
                failure(start(channel(retry), FIND, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS)));

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void anAttemptThatTakesTooLongIsRetriedAndItsStreamCancelled() throws Exception {
        server.script(CountingServer.none());
        Retry retry =
                service(policy().maxAttempts(20).attemptTimeout(ofMillis(300))).build();

        assertThat(call(channel(retry), FIND)).isEqualTo("done");

        assertThat(retry.snapshot().failedAttempts(ErrorCategory.TIMEOUT)).isPositive();
        await(() -> server.cancelled() > 0);
    }

    /** Its deadline is on real time, its wait, which would be over after that, on virtual time. */
    @Test
    void aCallThatTakesTooLongEndsWithItsDeadline() throws Exception {
        Retry retry = service(policy().backoff(Backoff.fixed(ofSeconds(1)).jitter(Jitter.none())))
                .build();
        Channel channel = channel(retry);
        call(channel, FIND); // connects, which is not to be a part of the time
        server.always(CountingServer.none());

        StatusRuntimeException thrown =
                failure(start(channel, FIND, CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS)));

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(server.received()).hasSize(2);
        assertThat(retry.snapshot().stopped(StopReason.DEADLINE_EXCEEDED)).isEqualTo(1);
    }

    @Test
    void aCallWhoseDeadlineHasPassedIsNotMade() {
        Retry retry = service(policy()).build();

        StatusRuntimeException thrown =
                failure(start(channel(retry), FIND, CallOptions.DEFAULT.withDeadlineAfter(-1, TimeUnit.SECONDS)));

        assertThat(thrown.getStatus().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(server.received()).isEmpty();
    }

    @Test
    void aCallThatWaitsForReadyGoesOnWaiting() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        ManagedChannel plain = open(Grpc.newChannelBuilder("127.0.0.1:" + port, InsecureChannelCredentials.create()));
        Retry retry = service(policy()).build();
        Future<String> future = start(
                ClientInterceptors.intercept(plain, GrpcRetry.over(open(retry))),
                FIND,
                CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(LONG.toSeconds(), TimeUnit.SECONDS));
        await(() -> plain.getState(false) == ConnectivityState.TRANSIENT_FAILURE);

        assertThat(future).isNotDone();
        assertThat(retry.snapshot().attempts()).isLessThanOrEqualTo(1);
        assertThat(time.scheduler().pending()).isZero();
        future.cancel(true);
        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
    }

    @Test
    void virtualTimeDrivesAllWaits() throws Exception {
        server.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.status(Code.UNAVAILABLE));
        RetryPolicy.Builder hours = policy().backoff(Backoff.fixed(ofHours(1)).jitter(Jitter.none()));

        assertThat(call(channel(service(hours).build()), FIND)).isEqualTo("done");

        assertThat(time.scheduler().delays()).containsExactly(ofHours(1), ofHours(1));
    }

    // ---- the wait holds nothing

    @Test
    void anotherCallIsServedDuringAWaitThoughTheServerTakesOneStreamAtATime() throws Exception {
        CountingServer single = open(CountingServer.ofOneStreamAtATime());
        single.script(CountingServer.status(Code.UNAVAILABLE), CountingServer.ok("other"));
        Channel channel = ClientInterceptors.intercept(
                open(single.channel().disableRetry()),
                GrpcRetry.over(open(service(policy()).build())));
        Future<String> future = start(channel, FIND, CallOptions.DEFAULT);
        await(() -> time.scheduler().pending() > 0);

        assertThat(start(channel, CREATE, CallOptions.DEFAULT).get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isEqualTo("other");
        assertThat(end(future)).isEqualTo("done");
        assertThat(single.received()).extracting(Received::method).containsExactly("Find", "Create", "Find");
    }

    @Test
    void noThreadOfTheChannelWaitsBetweenAttempts() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        opened(one);
        server.script(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy()).build());
        Channel channel = ClientInterceptors.intercept(
                open(server.channel().disableRetry().executor(one)), GrpcRetry.over(retry));
        Future<String> future = start(channel, FIND, CallOptions.DEFAULT.withExecutor(one));
        await(() -> time.scheduler().pending() > 0);
        CountDownLatch free = new CountDownLatch(1);
        one.execute(free::countDown);

        assertThat(free.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(future).isNotDone();
        assertThat(end(future)).isEqualTo("done");
    }

    private void opened(ExecutorService executor) {
        open((AutoCloseable) executor::shutdownNow);
    }

    @Test
    void theCallerIsToldOnTheExecutorOfTheCall() throws Exception {
        List<String> threads = new CopyOnWriteArrayList<>();
        ExecutorService own = Executors.newSingleThreadExecutor(task -> new Thread(task, "own"));
        opened(own);
        server.script(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = service(policy().backoff(Backoff.fixed(ofHours(1)))).build();
        ClientCall<String, String> call = channel(retry).newCall(FIND, CallOptions.DEFAULT.withExecutor(own));
        CompletableFuture<Status> closed = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        threads.add(Thread.currentThread().getName());
                        closed.complete(status);
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage("a book");
        call.halfClose();
        await(() -> time.scheduler().pending() > 0);

        call.cancel("enough", null);

        assertThat(closed.get(LONG.toSeconds(), TimeUnit.SECONDS).getCode()).isEqualTo(Code.CANCELLED);
        assertThat(threads).containsExactly("own");
    }

    // ---- cancel and interrupt

    @Test
    void aCancelDuringTheWaitEndsTheCallAtOnce() throws Exception {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = service(policy()).build();
        Future<String> future = start(channel(retry), FIND, CallOptions.DEFAULT);
        await(() -> time.scheduler().pending() > 0);

        future.cancel(true);

        // by the thread that has set the timer, where it has not let go of the call yet
        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        await(() -> time.scheduler().pending() == 0);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void aCancelDuringAnAttemptEndsTheCallAndTheStream() throws Exception {
        server.always(CountingServer.none());
        Retry retry = service(policy()).build();
        Future<String> future = start(channel(retry), FIND, CallOptions.DEFAULT);
        await(() -> server.received().size() == 1);

        future.cancel(true);

        await(() -> retry.snapshot().stopped(StopReason.CANCELLED) == 1);
        await(() -> server.cancelled() == 1);
        assertThat(time.scheduler().pending()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aContextThatIsCancelledEndsTheAttemptAndTheWait(boolean waiting) throws Exception {
        server.always(waiting ? CountingServer.status(Code.UNAVAILABLE) : CountingServer.none());
        Retry retry = service(policy()).build();
        Channel channel = channel(retry);
        Context.CancellableContext context = Context.current().withCancellation();
        Future<String> future = context.call(() -> start(channel, FIND, CallOptions.DEFAULT));
        await(() -> waiting ? time.scheduler().pending() > 0 : server.received().size() == 1);

        context.cancel(new IllegalStateException("no more"));

        assertThat(failure(future).getStatus().getCode()).isEqualTo(Code.CANCELLED);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
        assertThat(time.scheduler().pending()).isZero();
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void anInterruptEndsTheBlockingCallThatWaits() throws Exception {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = service(policy()).build();
        Channel channel = channel(retry);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            thrown.set(
                    catchThrowable(() -> ClientCalls.blockingUnaryCall(channel, FIND, CallOptions.DEFAULT, "a book")));
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        await(() -> time.scheduler().pending() > 0);

        caller.interrupt();
        caller.join(LONG.toMillis());

        assertThat(((StatusRuntimeException) thrown.get()).getStatus().getCode())
                .isEqualTo(Code.CANCELLED);
        assertThat(flag).hasValue(true);
        assertThat(retry.snapshot().stopped(StopReason.CANCELLED)).isEqualTo(1);
    }

    @Test
    void aCallThatIsCancelledBeforeItsMessageIsNotMade() throws Exception {
        Retry retry = service(policy()).build();
        CompletableFuture<Status> closed = new CompletableFuture<>();
        ClientCall<String, String> call = channel(retry).newCall(FIND, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        closed.complete(status);
                    }
                },
                new Metadata());

        call.cancel("never mind", null);
        call.sendMessage("a book");
        call.halfClose();

        assertThat(closed.get(LONG.toSeconds(), TimeUnit.SECONDS).getCode()).isEqualTo(Code.CANCELLED);
        assertThat(server.received()).isEmpty();
        assertThat(retry.snapshot().calls()).isZero();
    }

    @Test
    void whatIsCalledOutOfOrderIsRefused() {
        ClientCall<String, String> call = channel(service(policy()).build()).newCall(FIND, CallOptions.DEFAULT);

        assertThat(catchThrowable(() -> call.sendMessage("early"))).isInstanceOf(IllegalStateException.class);
        call.start(new ClientCall.Listener<>() {}, new Metadata());
        call.sendMessage("one");
        assertThat(catchThrowable(() -> call.sendMessage("two")))
                .hasMessage("sendMessage: called out of order (expected: once, for a unary call)");
        call.cancel("over", null);
    }

    // ---- what calls share

    @Test
    void theBudgetBoundsTheAmplificationOfManyFailingCalls() throws Exception {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(Retries.named("orders")
                .policy(policy().backoff(Backoff.none()).build())
                .budget(RetryBudgets.tokenBucket(100))
                .withoutCircuitBreaker()
                .build());
        Channel channel = channel(GrpcRetry.over(retry));
        int calls = 10_000;
        List<Future<String>> futures = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            futures.add(start(channel, FIND, CallOptions.DEFAULT));
            if (futures.size() == 200) {
                for (Future<String> future : futures) {
                    failure(future);
                }
                futures.clear();
            }
        }

        assertThat(server.received().size()).isEqualTo((int) retry.snapshot().attempts());
        assertThat(retry.snapshot().calls()).isEqualTo(calls);
        assertThat(server.received()).hasSizeBetween(calls, calls + 200);
        assertThat(retry.snapshot().stopped(StopReason.BUDGET_EXHAUSTED)).isPositive();
    }

    @Test
    void anOpenBreakerRefusesTheCallWithoutAnAttempt() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(Retries.named("orders")
                .policy(policy().maxAttempts(1).build())
                .circuitBreaker(CircuitBreakers.consecutiveFailures(2))
                .runtime(time.runtime())
                .build());
        Channel channel = channel(GrpcRetry.over(retry));
        failure(channel, FIND);
        failure(channel, FIND);

        StatusRuntimeException refused = failure(channel, FIND);

        assertThat(refused.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(refused.getCause()).isInstanceOf(CircuitOpenException.class);
        assertThat(server.received()).hasSize(2);
    }

    @Test
    void twoCallsAtOnceCountTheirOwnAttempts() throws Exception {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Channel channel = channel(service(policy()).build());

        Future<String> one = start(channel, FIND, CallOptions.DEFAULT);
        Future<String> other = start(channel, FIND, CallOptions.DEFAULT);
        await(() -> one.isDone() && other.isDone() || time.scheduler().runNext() && false);

        assertThat(server.received())
                .extracting(received -> received.header(AttemptHeader.NAME))
                .containsExactlyInAnyOrder(null, null, "2", "2", "3", "3");
    }

    @Test
    void theClientOfACallIsThatOfItsOptions() throws Exception {
        Retry retry = open(Retries.named("orders").runtime(time.runtime()).build());
        Channel channel = channel(GrpcRetry.over(retry));

        end(start(channel, FIND, CallOptions.DEFAULT.withOption(GrpcRetry.CLIENT, "tenant-7")));

        assertThat(retry.forClient("tenant-7").clientSnapshot().orElseThrow().calls())
                .isEqualTo(1);
    }

    // ---- the context of the caller

    @Test
    void laterAttemptsRunInTheContextOfTheCall() throws Exception {
        Context.Key<String> key = Context.key("trace");
        List<String> seen = new CopyOnWriteArrayList<>();
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        server.script(CountingServer.status(Code.UNAVAILABLE));
        Retry retry = open(service(policy()).build());
        ClientInterceptor looking = new ClientInterceptor() {
            @Override
            public <Q, R> ClientCall<Q, R> interceptCall(
                    MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
                seen.add(String.valueOf(key.get()));
                attempts.add(retry.currentAttempt());
                return next.newCall(method, options);
            }
        };
        Channel channel = ClientInterceptors.interceptForward(
                open(server.channel().disableRetry()), GrpcRetry.over(retry), looking);

        end(Context.current().withValue(key, "t-1").call(() -> start(channel, FIND, CallOptions.DEFAULT)));

        assertThat(seen).containsExactly("t-1", "t-1");
        assertThat(attempts).containsExactly(1, 2);
    }

    @Test
    void aRetryInsideARetryIsSeenAsNested() {
        server.always(CountingServer.status(Code.UNAVAILABLE));
        Retry inner = open(service(policy().refuseNested()).build());
        Retry outer = open(service(policy()).build());
        Channel channel = ClientInterceptors.interceptForward(
                open(server.channel().disableRetry()), GrpcRetry.over(outer), GrpcRetry.over(inner));

        failure(channel, FIND);

        assertThat(server.received())
                .as("3 of the first by the inner, then 1 each")
                .hasSize(5);
    }
}
