package io.forbear.retry.otel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.forbear.retry.AttemptScope;
import io.forbear.retry.Backoff;
import io.forbear.retry.CallOptions;
import io.forbear.retry.Retry;
import io.forbear.retry.RetryCall;
import io.forbear.retry.RetryPolicy;
import io.forbear.retry.RetrySnapshot;
import io.forbear.retry.core.Retries;
import io.forbear.retry.core.breaker.CircuitBreakers;
import io.forbear.retry.testsupport.VirtualThreads;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Spans go over OTLP to a receiver that decodes what the SDK really sends; the calls go over HTTP to a real server. One
 * subclass for each transport of OTLP.
 */
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class OtlpContract {

    private final ConcurrentLinkedQueue<io.opentelemetry.proto.trace.v1.Span> received = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger exports = new AtomicInteger();
    private HttpServer server;
    private ExecutorService serverThreads;
    private OpenTelemetrySdk sdk;
    private Tracer http;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        SpanExporter exporter = exporter();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serverThreads = Executors.newFixedThreadPool(4);
        server.setExecutor(serverThreads);
        server.createContext("/users", exchange -> answer(exchange, requests.incrementAndGet() % 3 == 0 ? 200 : 503));
        server.start();
        sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                        .build())
                .build();
        http = sdk.getTracer("http-client");
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        sdk.close();
        stopReceiver();
        server.stop(0);
        serverThreads.shutdownNow();
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Starts a receiver, whose requests go to {@link #receive}, and returns what sends to it. */
    abstract SpanExporter exporter() throws IOException;

    abstract void stopReceiver();

    /** Takes what one request brought. */
    final void receive(InputStream body) throws IOException {
        ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
        exports.incrementAndGet();
        request.getResourceSpansList().forEach(resource -> resource.getScopeSpansList()
                .forEach(scope -> received.addAll(scope.getSpansList())));
    }

    static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static final class Unavailable extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** As an instrumented client does it: a span of kind CLIENT, child of what is current. */
    private Span clientSpan() {
        Span span = http.spanBuilder("GET").setSpanKind(SpanKind.CLIENT).startSpan();
        AttemptContext.markResend(span);
        return span;
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create(address() + "/users")).build();
    }

    private int get() throws IOException, InterruptedException {
        Span span = clientSpan();
        try {
            return judged(client.send(request(), HttpResponse.BodyHandlers.discarding()));
        } finally {
            span.end();
        }
    }

    private CompletableFuture<Integer> getAsync() {
        Span span = clientSpan();
        return client.sendAsync(request(), HttpResponse.BodyHandlers.discarding())
                .thenCompose(response -> {
                    try {
                        return CompletableFuture.completedFuture(judged(response));
                    } catch (Unavailable failure) {
                        return CompletableFuture.failedFuture(failure);
                    }
                })
                .whenComplete((status, failure) -> span.end());
    }

    private static int judged(HttpResponse<?> response) throws Unavailable {
        if (response.statusCode() != 200) {
            throw new Unavailable();
        }
        return 200;
    }

    private Retry users() {
        return Retries.named("users")
                .policy(RetryPolicy.builder()
                        .maxAttempts(3)
                        .backoff(Backoff.fixed(Duration.ofMillis(1)))
                        .build())
                .withoutBudget()
                .withoutCircuitBreaker()
                .listener(OpenTelemetryRetry.create(sdk))
                .build();
    }

    /**
     * Every span has arrived, ended, in the trace of its parent; every client span lies in an attempt and that in a
     * call.
     */
    private void traces(RetrySnapshot snapshot, int clientSpans) {
        assertThat(sdk.getSdkTracerProvider()
                        .forceFlush()
                        .join(2, TimeUnit.MINUTES)
                        .isSuccess())
                .isTrue();
        assertThat(exports).hasPositiveValue();
        Map<Object, io.opentelemetry.proto.trace.v1.Span> byId = received.stream()
                .collect(Collectors.toMap(io.opentelemetry.proto.trace.v1.Span::getSpanId, Function.identity()));
        List<String> names = new ArrayList<>();
        for (io.opentelemetry.proto.trace.v1.Span span : byId.values()) {
            String kind = span.getName().split(" ")[0];
            names.add(kind);
            assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
            io.opentelemetry.proto.trace.v1.Span parent = byId.get(span.getParentSpanId());
            switch (kind) {
                case "retry" -> assertThat(span.getParentSpanId().isEmpty()).isTrue();
                case "attempt" -> {
                    assertThat(parent).isNotNull();
                    assertThat(parent.getName()).isEqualTo("retry users");
                    assertThat(parent.getTraceId()).isEqualTo(span.getTraceId());
                }
                default -> {
                    assertThat(parent).isNotNull();
                    assertThat(parent.getName()).startsWith("attempt ");
                    assertThat(parent.getTraceId()).isEqualTo(span.getTraceId());
                }
            }
        }
        assertThat(names.stream().filter("retry"::equals)).hasSize((int) snapshot.calls());
        assertThat(names.stream().filter("attempt"::equals)).hasSize((int) snapshot.attempts());
        assertThat(names.stream().filter("GET"::equals)).hasSize(clientSpans);
    }

    @Test
    void blockingCallsArriveAsCallAttemptsAndClientSpans() throws Exception {
        Retry users = users();
        for (int i = 0; i < 40; i++) {
            users.call(this::get);
        }
        assertThat(users.snapshot().recovered()).isEqualTo(40);
        traces(users.snapshot(), requests.get());
    }

    @Test
    void asynchronousCallsArriveWholeAcrossThreads() {
        Retry users = users();
        List<CompletableFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            futures.add(users.callAsync(this::getAsync));
        }
        futures.forEach(future -> future.handle((status, failure) -> status).join());
        assertThat(users.snapshot().attempts()).isGreaterThan(60);
        traces(users.snapshot(), requests.get());
    }

    @Test
    void cancelAndTimeoutLeaveNoSpanBehind() {
        Retry users = users();
        for (int i = 0; i < 20; i++) {
            users.callAsync(CompletableFuture::new).cancel(true);
            assertThat(users.callAsync(CompletableFuture::new)
                            .orTimeout(1, TimeUnit.MILLISECONDS)
                            .handle((value, failure) -> "over")
                            .join())
                    .isEqualTo("over");
            try {
                users.with(CallOptions.defaults().deadline(Duration.ofNanos(1))).call(() -> {
                    throw new Unavailable();
                });
            } catch (Unavailable expected) {
                assertThat(expected.getSuppressed()).hasSize(1);
            }
        }
        assertThat(users.snapshot().calls()).isEqualTo(60);
        traces(users.snapshot(), 0);
    }

    @Test
    void callsOnVirtualThreadsArriveWhole() throws Exception {
        ExecutorService virtual = Executors.newCachedThreadPool(VirtualThreads.assumed());
        Retry users = users();
        List<CompletableFuture<Void>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            calls.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            users.call(this::get);
                        } catch (Exception failure) {
                            assertThat(failure).isInstanceOf(Unavailable.class);
                        }
                    },
                    virtual));
        }
        calls.forEach(CompletableFuture::join);
        virtual.shutdown();
        assertThat(users.snapshot().calls()).isEqualTo(100);
        traces(users.snapshot(), requests.get());
    }

    @Test
    void callsThatAreMadeByHandArriveWhole() throws Exception {
        Retry users = users();
        for (int i = 0; i < 30; i++) {
            RetryCall call = users.begin();
            boolean goesOn = true;
            while (goesOn) {
                AttemptScope scope = call.attemptStarted();
                try {
                    get();
                    call.succeeded();
                    goesOn = false;
                } catch (Unavailable failure) {
                    scope.close();
                    goesOn = call.await(call.failed(failure));
                } finally {
                    scope.close();
                }
            }
        }
        assertThat(users.snapshot().recovered()).isEqualTo(30);
        traces(users.snapshot(), requests.get());
    }

    @Test
    void aRefusedCallArrivesWithItsLinkToTheAttemptThatOpenedTheBreaker() {
        Retry users = Retries.named("users")
                .policy(RetryPolicy.builder().maxAttempts(1).build())
                .withoutBudget()
                .circuitBreaker(CircuitBreakers.consecutiveFailures(1))
                .listener(OpenTelemetryRetry.create(sdk))
                .build();
        assertThat(catchThrowable(() -> users.run(() -> {
                    throw new Unavailable();
                })))
                .isInstanceOf(Unavailable.class);
        assertThat(catchThrowable(() -> users.run(() -> {}))).isNotNull();

        traces(users.snapshot(), 0);

        ByteString opener = received.stream()
                .filter(span -> span.getName().equals("attempt 1"))
                .findFirst()
                .orElseThrow()
                .getSpanId();
        assertThat(received.stream().flatMap(span -> span.getLinksList().stream()))
                .singleElement()
                .satisfies(link -> assertThat(link.getSpanId()).isEqualTo(opener));
    }
}
